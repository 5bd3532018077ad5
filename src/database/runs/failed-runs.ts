/** Runs that failed, and the runs among which their cures are. */
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { EndedRun } from "../../runs/facts/cures.ts";
import type { ProjectionRow } from "../../runs/facts/projection-row.ts";
import type { TenantDatabase } from "../databases.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, query, rowsOf } from "../sql/read.ts";
import { selectRuns, TOLD, toProjectionRow } from "./operation-runs.ts";
import { operationRuns as r } from "./tables.ts";

/** Of a type, the newest so many are looked through for cures. */
export const ENDED_LOOKED_THROUGH = 100;

/** Written out, not bound: only so does SQLite use the index that holds failed runs alone. */
const FAILED = sql`${r.outcome} in ('failed', 'partially_succeeded')`;

/** The tenant's runs that failed, wholly or in part, the last ended first. */
export async function listFailedRunRows(
  database: TenantDatabase,
  tenantId: string,
  request: { cursor: string | null; limit: number },
): Promise<Page<ProjectionRow>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rows = await rowsOf(
    selectRuns(database)
      .where(and(eq(r.tenantId, tenantId), FAILED, TOLD, beyond([r.completedAt, r.id], "<", after)))
      .orderBy(desc(r.completedAt), desc(r.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ completedAt, id }) => [completedAt, id]),
    toProjectionRow,
  );
}

/** The newest completed runs of each type, for `cureOf`. One batch; none for no type. */
export async function listEndedRuns(
  database: TenantDatabase,
  tenantId: string,
  types: readonly string[],
): Promise<EndedRun[]> {
  const [first, ...others] = [...new Set(types)].map((type) => newestOf(database, tenantId, type));
  if (first === undefined) return [];
  const found = await query(database).batch([first, ...others]);
  return found.flat().flatMap(({ completedAt, ...run }) => (completedAt === null ? [] : [{ ...run, completedAt }]));
}

function newestOf(database: TenantDatabase, tenantId: string, type: string) {
  return query(database)
    .select({
      id: r.id,
      type: r.type,
      outcome: r.outcome,
      identity: r.identity,
      retryOf: r.retryOf,
      input: sql<string | null>`case when ${r.type} = 'inventory.sync' then ${r.input} end`,
      createdAt: r.createdAt,
      completedAt: r.completedAt,
    })
    .from(r)
    .where(and(eq(r.tenantId, tenantId), eq(r.type, type), eq(r.status, "completed")))
    .orderBy(desc(r.createdAt), desc(r.id))
    .limit(ENDED_LOOKED_THROUGH);
}
