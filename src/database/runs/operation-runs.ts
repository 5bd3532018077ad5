/** The runs' projection in D1: its rows, written by coordinators and the starter, read by everybody. */
import { z } from "zod";
import { runOutcomeSchema, type RunUnit, runStatusSchema } from "../../contract/runs.ts";
import { normalizeSummaryCounts } from "../../contract/summary-counts.ts";
import type { Projection } from "../../runs/coordinator-ports.ts";
import type { ProjectionRow } from "../../runs/projection-row.ts";
import type { RunSpecification } from "../../runs/run-store.ts";
import { decodeCursor, encodeCursor, type Page } from "../sql/cursor.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { parseStoredJson } from "../sql/stored-json.ts";

const COLUMNS = `r.id, r.tenant_id, r.type, r.status, r.outcome, r.sealed, r.finalizer_pending, r.phase, r.summary_counts,
  r.failure_code, r.failure_message, r.result_kind, r.result_id, r.result_href, r.initiator_id, u.name as initiator_name,
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
): Promise<Page<ProjectionRow> | "bad_cursor"> {
  const after = decodeCursor(request.cursor, listCursorSchema);
  if (after === "bad_cursor") return "bad_cursor";
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
    .bind(...bindings, request.limit + 1)
    .all();
  const rows = results.map(toRow);
  const items = rows.slice(0, request.limit);
  const last = rows.length > request.limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor([last.createdAt, last.id]) };
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
export async function listRunUnits(
  database: D1Database,
  request: RunUnitListRequest,
): Promise<Page<RunUnit> | "bad_cursor" | null> {
  const after = decodeCursor(request.cursor, z.tuple([z.int()]));
  if (after === "bad_cursor") return "bad_cursor";
  const [owned, units] = await database.batch([
    database
      .prepare("select id from operation_runs where id = ?1 and tenant_id = ?2")
      .bind(request.runId, request.tenantId),
    database
      .prepare(
        `select ordinal, unit_key, label, outcome, reason_code, message, attempts from operation_run_units
          where run_id = ?1 and ordinal > ?2 and (?3 is null or outcome = ?3) order by ordinal limit ?4`,
      )
      .bind(request.runId, after?.[0] ?? -1, request.outcome ?? null, request.limit + 1),
  ]);
  if (owned?.results.length !== 1) return null;
  const rows = z.array(unitSchema).parse(units?.results);
  const page = rows.slice(0, request.limit);
  const last = rows.length > request.limit ? page.at(-1) : undefined;
  return {
    items: page.map(({ unit_key: key, reason_code: reasonCode, ...unit }) => ({ ...unit, key, reasonCode })),
    nextCursor: last === undefined ? null : encodeCursor([last.ordinal]),
  };
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

/**
 * Writes a projection: problems, the row (unless it is partial, or D1 has that version or a completed run), and with a
 * completed run its initiator's notification, all in one atomic batch. May be repeated and may come late: it never moves a row back, and
 * nothing is inserted twice.
 */
export async function writeProjection(
  database: D1Database,
  projection: Projection,
  notification: { id: string; title: string; body: string } | null,
  now: number,
): Promise<void> {
  const { row, problems } = projection;
  const statements: D1PreparedStatement[] = [];
  const rows = problems.map((unit) => [
    unit.ordinal,
    unit.outcome,
    unit.key,
    unit.label,
    JSON.stringify(unit.input ?? null),
    unit.reasonCode,
    unit.message,
    unit.attempts,
  ]);
  for (const list of jsonLists(rows)) {
    statements.push(
      database
        .prepare(
          `insert into operation_run_units (run_id, ordinal, outcome, unit_key, label, input, reason_code, message, attempts)
           select ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
             from json_each(?2) where true on conflict do nothing`,
        )
        .bind(row.id, list),
    );
  }
  if (projection.partial) {
    await database.batch(statements);
    return;
  }
  statements.push(
    database
      .prepare(
        `update operation_runs
            set status = ?2, outcome = ?3, sealed = ?4, finalizer_pending = ?5, phase = ?6, summary_counts = ?7,
                failure_code = ?8, failure_message = ?9, result_kind = ?10, result_id = ?11, result_href = ?12,
                version = ?13, started_at = ?14, completed_at = ?15, updated_at = ?16
          where id = ?1 and version < ?13 and status <> 'completed'`,
      )
      .bind(
        row.id,
        row.status,
        row.outcome,
        row.sealed ? 1 : 0,
        row.finalizerPending ? 1 : 0,
        row.phase,
        JSON.stringify(normalizeSummaryCounts(row.summaryCounts)),
        row.failure?.code ?? null,
        row.failure?.message ?? null,
        row.result?.kind ?? null,
        row.result?.id ?? null,
        row.result?.href ?? null,
        row.version,
        row.startedAt,
        row.completedAt,
        now,
      ),
  );
  if (notification !== null && row.initiator !== null) {
    statements.push(
      database
        .prepare(
          `insert into notifications (id, run_id, user_id, tenant_id, outcome, title, body, created_at)
           values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing`,
        )
        .bind(
          notification.id,
          row.id,
          row.initiator.id,
          row.tenantId,
          row.outcome,
          notification.title,
          notification.body,
          row.completedAt ?? now,
        ),
    );
  }
  await database.batch(statements);
}

const unfinishedSchema = z.object({
  id: z.string(),
  tenant_id: z.string(),
  slug: z.string(),
  type: z.string(),
  input: z.string(),
  initiator_id: z.string().nullable(),
  initiator_name: z.string().nullable(),
  retry_of: z.string().nullable(),
  created_at: z.int(),
});

/**
 * Unfinished runs whose row has been quiet since `before`, oldest first, with all it takes to create or wake them. Taking
 * them marks them as looked at, so that a crowd that cannot be helped does not hide the others from the next sweep.
 */
export async function takeQuietRuns(
  database: D1Database,
  before: number,
  now: number,
  limit: number,
): Promise<RunSpecification[]> {
  const [found] = await database.batch([
    database
      .prepare(
        `select r.id, r.tenant_id, t.slug, r.type, r.input, r.initiator_id, u.name as initiator_name, r.retry_of, r.created_at
           from operation_runs r join tenants t on t.id = r.tenant_id left join users u on u.id = r.initiator_id
          where r.status <> 'completed' and r.updated_at < ?1 order by r.updated_at limit ?2`,
      )
      .bind(before, limit),
    database
      .prepare(
        `update operation_runs set updated_at = ?3 where id in
           (select id from operation_runs where status <> 'completed' and updated_at < ?1 order by updated_at limit ?2)`,
      )
      .bind(before, limit, now),
  ]);
  return z
    .array(unfinishedSchema)
    .parse(found?.results)
    .map((row) => ({
      runId: row.id,
      tenantId: row.tenant_id,
      tenantSlug: row.slug,
      type: row.type,
      input: parseStoredJson(row.input),
      initiator:
        row.initiator_id === null ? null : { id: row.initiator_id, name: row.initiator_name ?? "Former member" },
      retryOf: row.retry_of,
      createdAt: row.created_at,
    }));
}
