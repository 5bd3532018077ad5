/** Rows of runs in D1, as all readers see them. Writing is in `run-writing.ts`. */
import { z } from "zod";
import { runOutcomeSchema, runStatusSchema } from "../../contract/runs.ts";
import { normalizeSummaryCounts } from "../../contract/summary-counts.ts";
import type { ProjectionRow } from "../../runs/projection-row.ts";
import { decodeCursor, oneMore, pageOf, type Page } from "../sql/cursor.ts";
import { parseStoredJson } from "../sql/stored-json.ts";

const COLUMNS = `r.id, r.tenant_id, r.type, r.status, r.outcome, r.sealed, r.finalizer_pending, r.phase, r.summary_counts,
  r.failure_code, r.failure_message, r.result_kind, r.result_id, r.result_href, r.subject, r.extent, r.initiator_id, u.name as initiator_name,
  r.retry_of, r.version, r.created_at, r.started_at, r.completed_at`;
const FROM = "from operation_runs r left join users u on u.id = r.initiator_id";

const rowSchema = z.object({
  id: z.string(),
  tenant_id: z.string(),
  type: z.string(),
  status: runStatusSchema,
  outcome: runOutcomeSchema,
  sealed: z.int(),
  finalizer_pending: z.int(),
  phase: z.string().nullable(),
  summary_counts: z.string(),
  failure_code: z.string().nullable(),
  failure_message: z.string().nullable(),
  result_kind: z.string().nullable(),
  result_id: z.string().nullable(),
  result_href: z.string().nullable(),
  subject: z.string().nullable(),
  extent: z.int().nullable(),
  initiator_id: z.string().nullable(),
  initiator_name: z.string().nullable(),
  retry_of: z.string().nullable(),
  version: z.int(),
  created_at: z.int(),
  started_at: z.int().nullable(),
  completed_at: z.int().nullable(),
});

function toRow(raw: unknown): ProjectionRow {
  const row = rowSchema.parse(raw);
  return {
    id: row.id,
    tenantId: row.tenant_id,
    type: row.type,
    status: row.status,
    outcome: row.outcome,
    sealed: row.sealed === 1,
    finalizerPending: row.finalizer_pending === 1,
    phase: row.phase,
    summaryCounts: normalizeSummaryCounts(parseStoredJson(row.summary_counts)),
    failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? "" },
    result:
      row.result_kind === null || row.result_id === null || row.result_href === null
        ? null
        : { kind: row.result_kind, id: row.result_id, href: row.result_href },
    subject: row.subject,
    extent: row.extent,
    initiator: row.initiator_id === null ? null : { id: row.initiator_id, name: row.initiator_name ?? "Former member" },
    retryOf: row.retry_of,
    version: row.version,
    createdAt: row.created_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  };
}

export async function readRunRow(database: D1Database, tenantId: string, runId: string): Promise<ProjectionRow | null> {
  const row = await database
    .prepare(`select ${COLUMNS} ${FROM} where r.id = ?1 and r.tenant_id = ?2`)
    .bind(runId, tenantId)
    .first();
  return row === null ? null : toRow(row);
}

/** The active run of an identity; there is at most one. */
export async function readActiveRunRow(
  database: D1Database,
  tenantId: string,
  identity: string,
): Promise<ProjectionRow | null> {
  const row = await database
    .prepare(`select ${COLUMNS} ${FROM} where r.identity = ?1 and r.status <> 'completed' and r.tenant_id = ?2`)
    .bind(identity, tenantId)
    .first();
  return row === null ? null : toRow(row);
}

export async function readRetryRow(
  database: D1Database,
  tenantId: string,
  retryOf: string,
): Promise<ProjectionRow | null> {
  const row = await database
    .prepare(`select ${COLUMNS} ${FROM} where r.retry_of = ?1 and r.tenant_id = ?2`)
    .bind(retryOf, tenantId)
    .first();
  return row === null ? null : toRow(row);
}

const listCursorSchema = z.tuple([z.int(), z.string()]);

export interface RunListRequest {
  state?: "active" | "finished" | undefined;
  type?: string | undefined;
  cursor: string | null;
  limit: number;
}

/** The tenant's runs, newest first. */
export async function listRunRows(
  database: D1Database,
  tenantId: string,
  request: RunListRequest,
): Promise<Page<ProjectionRow>> {
  const after = decodeCursor(request.cursor, listCursorSchema);
  const conditions = ["r.tenant_id = ?"];
  const bindings: (string | number)[] = [tenantId];
  if (request.type !== undefined) {
    conditions.push("r.type = ?");
    bindings.push(request.type);
  }
  if (request.state === "active") conditions.push("r.status <> 'completed'");
  if (request.state === "finished") conditions.push("r.status = 'completed'");
  if (after !== null) {
    conditions.push("(r.created_at, r.id) < (?, ?)");
    bindings.push(...after);
  }
  const { results } = await database
    .prepare(
      `select ${COLUMNS} ${FROM} where ${conditions.join(" and ")} order by r.created_at desc, r.id desc limit ?`,
    )
    .bind(...bindings, oneMore(request.limit))
    .all();
  const rows = results.map(toRow);
  return pageOf(rows, request.limit, (last) => [last.createdAt, last.id]);
}

/** What the shell shows: every active run (at most 100) and the newest finished ones, in one query. */
export async function listActivityRows(
  database: D1Database,
  tenantId: string,
  finished = 10,
): Promise<ProjectionRow[]> {
  const { results } = await database
    .prepare(
      `select * from (select ${COLUMNS} ${FROM} where r.tenant_id = ?1 and r.status <> 'completed'
                       order by r.created_at desc, r.id desc limit 100)
       union all
       select * from (select ${COLUMNS} ${FROM} where r.tenant_id = ?1 and r.status = 'completed'
                       order by r.completed_at desc, r.id desc limit ?2)`,
    )
    .bind(tenantId, finished)
    .all();
  return results.map(toRow);
}

/** What the run was started with; null for a run that does not exist. */
export async function readRunInput(database: D1Database, runId: string): Promise<unknown> {
  const input = await database
    .prepare("select input from operation_runs where id = ?1")
    .bind(runId)
    .first<string>("input");
  return input === null ? null : JSON.parse(input);
}
