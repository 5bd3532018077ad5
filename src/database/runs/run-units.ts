/** Units of a run that did not succeed. The run's projection writes them (`run-writing.ts`). */
import { and, eq, gt } from "drizzle-orm";
import { z } from "zod";
import type { RunUnit } from "../../contract/runs.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, query, rowsOf } from "../sql/read.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { operationRuns, operationRunUnits } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const u = operationRunUnits;

export interface RunUnitListRequest {
  tenantId: string;
  runId: string;
  outcome?: "failed" | "skipped" | undefined;
  cursor: string | null;
  limit: number;
}

/** The run's units that did not succeed, by ordinal. Null when the tenant has no such run. */
export async function listRunUnits(
  database: TenantDatabase,
  request: RunUnitListRequest,
): Promise<Page<RunUnit> | null> {
  const after = decodeCursor(request.cursor, z.tuple([z.int()]));
  const [owned, rows] = await query(database).batch([
    query(database)
      .select({ id: operationRuns.id })
      .from(operationRuns)
      .where(and(eq(operationRuns.id, request.runId), eq(operationRuns.tenantId, request.tenantId))),
    query(database)
      .select()
      .from(u)
      .where(
        and(
          eq(u.runId, request.runId),
          beyond([u.ordinal], ">", after),
          request.outcome === undefined ? undefined : eq(u.outcome, request.outcome),
        ),
      )
      .orderBy(u.ordinal)
      .limit(oneMore(request.limit)),
  ]);
  if (owned.length === 0) return null;
  return mapPage(
    pageOf(rows, request.limit, ({ ordinal }) => [ordinal]),
    ({ ordinal, unitKey: key, label, outcome, reasonCode, message, attempts }) => ({
      ordinal,
      key,
      label,
      outcome,
      reasonCode,
      message,
      attempts,
    }),
  );
}

/** A page of a run's failed units, by ordinal: the plan of its retry. */
export async function listFailedUnits(
  database: TenantDatabase,
  runId: string,
  afterOrdinal: number,
  limit: number,
): Promise<{ ordinal: number; key: string; label: string; input: unknown }[]> {
  const rows = await rowsOf(
    query(database)
      .select({ ordinal: u.ordinal, key: u.unitKey, label: u.label, input: u.input })
      .from(u)
      .where(and(eq(u.runId, runId), gt(u.ordinal, afterOrdinal), eq(u.outcome, "failed")))
      .orderBy(u.ordinal)
      .limit(limit),
  );
  return rows.map((row) => ({ ...row, input: parseStoredJson(row.input) }));
}
