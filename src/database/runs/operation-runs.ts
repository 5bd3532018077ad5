/** Rows of runs in D1, as all readers see them. Writing is in `run-writing.ts`. */
import { and, desc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { QUIET_TYPES } from "../../contract/operation-types.ts";
import type { RunFilter } from "../../contract/run-filter.ts";
import { normalizeSummaryCounts } from "../../contract/summary-counts.ts";
import type { ProjectionRow } from "../../runs/facts/projection-row.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { fitsFilter } from "./matching-runs.ts";
import { operationRuns } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const r = operationRuns;
/** Without the input, which may be long and is nothing that a list shows, and without what is no longer written. */
const { input: _input, resultHref: _unused, ...shown } = getTableColumns(r);
const COLUMNS = { ...shown, initiatorName: sql<string | null>`${users.name}`.as("initiator_name") };

/** Runs with their initiators, as `toProjectionRow` takes them. */
export function selectRuns(database: TenantDatabase) {
  return query(database).select(COLUMNS).from(r).leftJoin(users, eq(users.id, r.initiatorId)).$dynamic();
}

/** Written out, not bound: only so does SQLite use the indexes that hold unfinished, or finished, runs alone. */
const UNFINISHED = sql`${r.status} <> 'completed'`;
const FINISHED = sql`${r.status} = 'completed'`;
/** Not of a type whose runs stay out of what shows activity and failures. */
export const TOLD = sql`${r.type} not in (${sql.raw(QUIET_TYPES.map((type) => `'${type}'`).join(", "))})`;

type StoredRun = Omit<typeof operationRuns.$inferSelect, "input" | "resultHref"> & { initiatorName: string | null };

/** A stored run as readers see it. */
export function toProjectionRow(row: StoredRun): ProjectionRow {
  const { failureCode: code, resultKind: kind, resultId: id } = row;
  return {
    id: row.id,
    tenantId: row.tenantId,
    type: row.type,
    status: row.status,
    outcome: row.outcome,
    sealed: row.sealed,
    finalizerPending: row.finalizerPending,
    phase: row.phase,
    pause: row.pause,
    summaryCounts: normalizeSummaryCounts(parseStoredJson(row.summaryCounts)),
    failure: code === null ? null : { code, message: row.failureMessage ?? "" },
    result: kind === null || id === null ? null : { kind, id },
    subject: row.subject,
    extent: row.extent,
    initiator: personOf(row.initiatorId, row.initiatorName),
    retryOf: row.retryOf,
    workerVersion: row.workerVersion,
    version: row.version,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    completedAt: row.completedAt,
  };
}

async function firstRun(database: TenantDatabase, condition: SQL | undefined): Promise<ProjectionRow | null> {
  const row = await firstOf(selectRuns(database).where(condition));
  return row === null ? null : toProjectionRow(row);
}

/** How many runs of a shard have not completed, and when the oldest of them was started. Reads the index of unfinished runs. */
export async function countUnfinishedRuns(
  database: TenantDatabase,
): Promise<{ runs: number; oldestAt: number | null }> {
  const counted = await firstOf(
    query(database)
      .select({ runs: sql<number>`count(*)`, oldestAt: sql<number | null>`min(${r.createdAt})` })
      .from(r)
      .where(UNFINISHED),
  );
  return counted ?? { runs: 0, oldestAt: null };
}

export async function readRunRow(
  database: TenantDatabase,
  tenantId: string,
  runId: string,
): Promise<ProjectionRow | null> {
  return firstRun(database, and(eq(r.id, runId), eq(r.tenantId, tenantId)));
}

/** Those of some runs that the tenant has, in no order. One query, by keys. */
export async function readRunRows(
  database: TenantDatabase,
  tenantId: string,
  runIds: readonly string[],
): Promise<ProjectionRow[]> {
  const among = sql`${r.id} in (select value from json_each(${JSON.stringify(runIds)}))`;
  const rows = await rowsOf(selectRuns(database).where(and(eq(r.tenantId, tenantId), among)));
  return rows.map(toProjectionRow);
}

/** Those of some runs that the shard has, of whichever tenants: the caller knows which tenant each has to be of. One query, by keys. */
export async function readRunRowsAcross(database: TenantDatabase, runIds: readonly string[]): Promise<ProjectionRow[]> {
  const among = sql`${r.id} in (select value from json_each(${JSON.stringify(runIds)}))`;
  return (await rowsOf(selectRuns(database).where(among))).map(toProjectionRow);
}

/** The active run of an identity; there is at most one. */
export async function readActiveRunRow(
  database: TenantDatabase,
  tenantId: string,
  identity: string,
): Promise<ProjectionRow | null> {
  return firstRun(database, and(eq(r.identity, identity), UNFINISHED, eq(r.tenantId, tenantId)));
}

export async function readRetryRow(
  database: TenantDatabase,
  tenantId: string,
  retryOf: string,
): Promise<ProjectionRow | null> {
  return firstRun(database, and(eq(r.retryOf, retryOf), eq(r.tenantId, tenantId)));
}

/** Whether a tenant has so many runs that have not completed. One query, by their index; it reads that many entries at most. */
export async function hasActiveRuns(database: TenantDatabase, tenantId: string, count: number): Promise<boolean> {
  const found = await database
    .prepare(
      "select 1 from operation_runs where tenant_id = ?1 and status <> 'completed' order by created_at limit 1 offset ?2",
    )
    .bind(tenantId, count - 1)
    .first();
  return found !== null;
}

export interface RunListRequest extends RunFilter {
  state?: "active" | "finished" | undefined;
  cursor: string | null;
  limit: number;
}

/** The tenant's runs, newest first. */
export async function listRunRows(
  database: TenantDatabase,
  tenantId: string,
  request: RunListRequest,
): Promise<Page<ProjectionRow>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const ofState = { active: UNFINISHED, finished: FINISHED };
  const rows = await rowsOf(
    selectRuns(database)
      .where(
        and(
          eq(r.tenantId, tenantId),
          fitsFilter(request),
          request.state === undefined ? undefined : ofState[request.state],
          beyond([r.createdAt, r.id], "<", after),
        ),
      )
      .orderBy(desc(r.createdAt), desc(r.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ createdAt, id }) => [createdAt, id]),
    toProjectionRow,
  );
}

/** What the shell shows: every active run (at most 100) and the newest finished ones, in one query. */
export async function listActivityRows(
  database: TenantDatabase,
  tenantId: string,
  finished = 10,
): Promise<ProjectionRow[]> {
  const active = selectRuns(database)
    .where(and(eq(r.tenantId, tenantId), UNFINISHED, TOLD))
    .orderBy(desc(r.createdAt), desc(r.id))
    .limit(100)
    .as("active");
  const newest = selectRuns(database)
    .where(and(eq(r.tenantId, tenantId), FINISHED, TOLD))
    .orderBy(desc(r.completedAt), desc(r.id))
    .limit(finished)
    .as("newest");
  const rows = await rowsOf(query(database).select().from(active).unionAll(query(database).select().from(newest)));
  return rows.map(toProjectionRow);
}

/** What the run was started with; null for a run that does not exist. */
export async function readRunInput(database: TenantDatabase, runId: string): Promise<unknown> {
  const row = await firstOf(query(database).select({ input: r.input }).from(r).where(eq(r.id, runId)));
  return row === null ? null : JSON.parse(row.input);
}
