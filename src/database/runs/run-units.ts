/** Units of a run that did not succeed. The run's projection writes them (`run-writing.ts`). */
import { z } from "zod";
import type { RunUnit } from "../../contract/runs.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { parseStoredJson } from "../sql/stored-json.ts";

const unitSchema = z.object({
  ordinal: z.int(),
  unit_key: z.string(),
  label: z.string(),
  outcome: z.enum(["failed", "skipped"]),
  reason_code: z.string(),
  message: z.string(),
  attempts: z.int(),
});

export interface RunUnitListRequest {
  tenantId: string;
  runId: string;
  outcome?: "failed" | "skipped" | undefined;
  cursor: string | null;
  limit: number;
}

/** The run's units that did not succeed, by ordinal. Null when the tenant has no such run. */
export async function listRunUnits(database: D1Database, request: RunUnitListRequest): Promise<Page<RunUnit> | null> {
  const after = decodeCursor(request.cursor, z.tuple([z.int()]));
  const [owned, units] = await database.batch([
    database
      .prepare("select id from operation_runs where id = ?1 and tenant_id = ?2")
      .bind(request.runId, request.tenantId),
    database
      .prepare(
        `select ordinal, unit_key, label, outcome, reason_code, message, attempts from operation_run_units
          where run_id = ?1 and ordinal > ?2 and (?3 is null or outcome = ?3) order by ordinal limit ?4`,
      )
      .bind(request.runId, after?.[0] ?? -1, request.outcome ?? null, oneMore(request.limit)),
  ]);
  if (owned?.results.length !== 1) return null;
  const rows = z.array(unitSchema).parse(units?.results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.ordinal]),
    ({ unit_key: key, reason_code: reasonCode, ...unit }) => ({ ...unit, key, reasonCode }),
  );
}

const retryUnitSchema = z.object({ ordinal: z.int(), unit_key: z.string(), label: z.string(), input: z.string() });

/** A page of a run's failed units, by ordinal: the plan of its retry. */
export async function listFailedUnits(
  database: D1Database,
  runId: string,
  afterOrdinal: number,
  limit: number,
): Promise<{ ordinal: number; key: string; label: string; input: unknown }[]> {
  const { results } = await database
    .prepare(
      `select ordinal, unit_key, label, input from operation_run_units
        where run_id = ?1 and ordinal > ?2 and outcome = 'failed' order by ordinal limit ?3`,
    )
    .bind(runId, afterOrdinal, limit)
    .all();
  return z
    .array(retryUnitSchema)
    .parse(results)
    .map((row) => ({ ordinal: row.ordinal, key: row.unit_key, label: row.label, input: parseStoredJson(row.input) }));
}
