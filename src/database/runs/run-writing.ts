/** The only writer of runs' rows: a run starts, its projection follows its object, the sweep marks what it has looked at. */
import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { normalizeSummaryCounts } from "../../contract/summary-counts.ts";
import type { Projection } from "../../runs/facts/projection.ts";
import type { RunSpecification } from "../../runs/facts/run-specification.ts";
import { sha256Hex } from "../../digests/sha256.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { query } from "../sql/read.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import type { NewSet } from "../../runs/facts/new-set.ts";
import { isRoomForSet, newSetStatements } from "../backups/backup-set-changes.ts";
import { applyChange } from "../approvals/carrying-out.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { notMoving } from "../moves/fences.ts";
import { runNews } from "../news/events.ts";
import { refusesRun } from "../offboarding/closing.ts";
import type { Occasion } from "../../runs/facts/occasion.ts";
import { begunBySchedule, occasionValues, stepBegun, stepMayBegin } from "../schedules/step-begin.ts";
import { personOf } from "../tenancy/person.ts";
import { tenants, users } from "../tenancy/tables.ts";
import { type KeyedAnswer, keyedAnswerStatement } from "./idempotency-keys.ts";
import { operationRuns } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

export interface NewRun {
  id: string;
  tenantId: string;
  type: string;
  /** Normalized input, as JSON. */
  inputJson: string;
  /** What the run is about, by the names of now. */
  subject: string | null;
  /** For the audit event, beside the type. */
  audited: Readonly<Record<string, unknown>>;
  /** Of the work: two unfinished runs never share it. */
  identity: string;
  /** Null for what the product starts by itself: that is no event of the audit log, nobody did it. */
  actorId: string | null;
  /** The run whose failed units this one does again. */
  retryOf: string | null;
  /** Of the product. */
  workerVersion: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** The step of a schedule that it is; null for a run that a person starts. */
  occasion: Occasion | null;
  /** A backup set that comes into being with the run, or not at all. */
  newSet?: NewSet | undefined;
}

/**
 * Inserts the run, its audit event and, for a keyed request, the key's answer, in one atomic batch; for a step of a schedule, also that it has begun. False
 * when the identity is active, the run was retried already, the key was used, the schedule's step is not to begin any more, the tenant has no room for the set, or the tenant moves or is to be
 * deleted: then nothing is inserted. The unique indexes decide between concurrent starters.
 */
export async function insertRun(database: TenantDatabase, run: NewRun, answer: KeyedAnswer | null): Promise<boolean> {
  const statements = [
    database
      .prepare(
        `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, subject, initiator_id, retry_of, version, created_at, updated_at, worker_version)
         select ?1, ?2, ?3, 'queued', 'pending', ?4, ?5, ?10, ?6, ?7, 1, ?8, ?8, ?11
          where (?9 is null or not exists (select 1 from idempotency_keys where tenant_id = ?2 and user_id = ?6 and key = ?9))
            and not ${refusesRun("?2", "?3")} and ${notMoving("?2")} and ${stepMayBegin("?12", "?13", "?14")}
            and (?15 is null or ${isRoomForSet("?2")})
         on conflict do nothing`,
      )
      .bind(
        run.id,
        run.tenantId,
        run.type,
        run.inputJson,
        run.identity,
        run.actorId,
        run.retryOf,
        run.createdAt,
        answer?.key ?? null,
        run.subject,
        run.workerVersion,
        ...occasionValues(run.occasion),
        run.newSet?.id ?? null,
      ),
  ];
  if (run.actorId !== null) {
    const event = auditEventWhere(
      database,
      {
        tenantId: run.tenantId,
        at: run.createdAt,
        action: run.retryOf === null ? "operation.start" : "operation.retry",
        actorId: run.actorId,
        targetKind: "operation",
        targetId: run.id,
        detail: {
          type: run.type,
          ...(run.subject === null ? {} : { subject: run.subject }),
          ...run.audited,
          ...(run.retryOf === null ? {} : { retryOf: run.retryOf }),
          ...(await auditedInput(run.inputJson)),
        },
      },
      { condition: "exists (select 1 from operation_runs where id = ?9)", values: [run.id] },
    );
    statements.push(event);
  }
  if (answer !== null) statements.push(keyedAnswerStatement(database, answer));
  if (run.occasion !== null) statements.push(...stepBegun(database, run.occasion, run.id));
  if (run.newSet !== undefined) {
    if (run.actorId === null) throw new Error("a backup set is made in a person's name");
    const act = { tenantId: run.tenantId, actorId: run.actorId, at: run.createdAt };
    statements.push(...newSetStatements(database, act, run.newSet, run.id));
  }
  const [inserted] = await applyChange(database, statements);
  return inserted?.meta.changes === 1;
}

/** The longest input, as JSON, that an event repeats word for word. */
const AUDITED_INPUT_LENGTH = 4_000;

/** A run's input for its event; of a long one (a selection of thousands of policies), its hash, which the run's row confirms. */
async function auditedInput(inputJson: string): Promise<Record<string, unknown>> {
  return inputJson.length <= AUDITED_INPUT_LENGTH
    ? { input: parseStoredJson(inputJson) }
    : { inputLength: inputJson.length, inputSha256: await sha256Hex(inputJson) };
}

/**
 * Writes a projection: problems, the row (unless it is partial, or D1 has that version or a completed run), and with a
 * completed run its initiator's notification and its news, all in one atomic batch. A run that a schedule began by itself tells its owner only of what went
 * wrong (decisions/183-schedules-that-can-be-left-alone.md). May be repeated and may come late: it never moves a row back, and
 * nothing is inserted twice.
 */
export async function writeProjection(
  database: TenantDatabase,
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
                failure_code = ?8, failure_message = ?9, result_kind = ?10, result_id = ?11,
                version = ?12, started_at = ?13, completed_at = ?14, updated_at = ?15, extent = ?16, pause = ?17
          where id = ?1 and version < ?12 and status <> 'completed'`,
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
        row.version,
        row.startedAt,
        row.completedAt,
        now,
        row.extent,
        row.pause === null ? null : JSON.stringify(row.pause),
      ),
  );
  if (notification !== null && row.initiator !== null) {
    statements.push(
      database
        .prepare(
          `insert into notifications (id, run_id, user_id, tenant_id, outcome, title, body, created_at)
           select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where not (?5 = 'succeeded' and ${begunBySchedule("?2")})
           on conflict do nothing`,
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
  statements.push(...runNews(database, row, now));
  await database.batch(statements);
}

/**
 * Unfinished runs whose row has been quiet since `before`, oldest first, with all it takes to create or wake them. Taking
 * them marks them as looked at, so that a crowd that cannot be helped does not hide the others from the next sweep.
 */
export async function takeQuietRuns(
  database: TenantDatabase,
  before: number,
  now: number,
  limit: number,
): Promise<RunSpecification[]> {
  const r = operationRuns;
  // Written out, so that SQLite uses the index of unfinished runs.
  const quiet = and(sql`${r.status} <> 'completed'`, lt(r.updatedAt, before));
  const [found] = await query(database).batch([
    query(database)
      .select({
        runId: r.id,
        tenantId: r.tenantId,
        tenantSlug: tenants.slug,
        type: r.type,
        input: r.input,
        subject: r.subject,
        initiatorId: r.initiatorId,
        initiatorName: users.name,
        retryOf: r.retryOf,
        workerVersion: r.workerVersion,
        createdAt: r.createdAt,
      })
      .from(r)
      .innerJoin(tenants, eq(tenants.id, r.tenantId))
      .leftJoin(users, eq(users.id, r.initiatorId))
      .where(quiet)
      .orderBy(r.updatedAt)
      .limit(limit),
    query(database)
      .update(r)
      .set({ updatedAt: now })
      .where(
        inArray(r.id, query(database).select({ id: r.id }).from(r).where(quiet).orderBy(r.updatedAt).limit(limit)),
      ),
  ]);
  return found.map(({ initiatorId, initiatorName, input, ...run }) => ({
    ...run,
    input: parseStoredJson(input),
    initiator: personOf(initiatorId, initiatorName),
  }));
}
