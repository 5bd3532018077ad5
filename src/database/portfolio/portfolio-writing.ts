/** The only writer of runs over tenants: a run starts with its list of tenants, its projection follows its object, units tell of their tenants. */
import {
  type ChosenHow,
  MAX_ACTIVE_PORTFOLIO_RUNS,
  PORTFOLIO,
  PORTFOLIO_OPERATION,
  type PortfolioType,
} from "../../contract/portfolio.ts";
import { normalizeSummaryCounts } from "../../contract/summary-counts.ts";
import type { Projection } from "../../runs/facts/projection.ts";
import type { Occasion } from "../../runs/facts/occasion.ts";
import type { RunSpecification } from "../../runs/facts/run-specification.ts";
import type { ControlDatabase } from "../databases.ts";
import { OVER_TENANTS } from "../schedules/schedule-names.ts";
import { occasionValues, stepBegun, stepMayBegin } from "../schedules/step-begin.ts";
import { noticeOfEnd } from "./portfolio-notices.ts";
import { z } from "zod";

export interface NewPortfolioRunRow {
  id: string;
  type: PortfolioType;
  standardId: string | null;
  starterId: string;
  /** How its tenants were chosen; null for a retry. */
  chosen: ChosenHow | null;
  /** Of the work: two unfinished runs never share it. */
  identity: string;
  /** The request's Idempotency-Key; null without one. */
  requestKey: string | null;
  requestHash: string;
  workerVersion: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** The step of a schedule over tenants that it is; null for a run that a person starts. */
  occasion: Occasion | null;
}

/** Which tenants the run is over: a list in its order, or those of another run that failed and were not taken again. */
export type SealedList =
  | { kind: "list"; tenantIds: readonly string[]; chosen: ChosenHow }
  | { kind: "retry"; of: string; tenantIds: readonly string[] };

/**
 * Inserts the run and its sealed list in one batch. False when the person has as many active runs as they may have, when the identity is
 * active, the key was used, nothing is left to retry, or the schedule's step is not to begin any more: then nothing is inserted.
 */
export async function insertPortfolioRun(
  control: ControlDatabase,
  run: NewPortfolioRunRow,
  tenants: SealedList,
): Promise<boolean> {
  const ids = JSON.stringify(tenants.tenantIds);
  const retryOf = tenants.kind === "retry" ? tenants.of : null;
  const [inserted] = await control.batch([
    control
      .prepare(
        `insert into portfolio_runs (id, type, starter_id, status, outcome, identity, request_key, request_hash, retry_of, worker_version, version, created_at, updated_at, standard_id, chosen)
         select ?1, ?2, ?3, 'queued', 'pending', ?4, ?5, ?6, ?7, ?8, 1, ?9, ?9, ?12, ?13
          where (select count(*) from portfolio_runs where starter_id = ?3 and status <> 'completed') < ?10
            and ${stepMayBegin("?14", "?15", "?16", OVER_TENANTS)}
            and (?7 is null or exists (select 1 from portfolio_run_tenants t where t.run_id = ?7 and ${RETRYABLE} and t.tenant_id in (select value from json_each(?11))))
         on conflict do nothing`,
      )
      .bind(
        run.id,
        run.type,
        run.starterId,
        run.identity,
        run.requestKey,
        run.requestHash,
        retryOf,
        run.workerVersion,
        run.createdAt,
        MAX_ACTIVE_PORTFOLIO_RUNS,
        ids,
        run.standardId,
        run.chosen === null ? null : JSON.stringify(run.chosen),
        ...occasionValues(run.occasion),
      ),
    retryOf === null
      ? control
          .prepare(
            `insert into portfolio_run_tenants (run_id, ordinal, tenant_id)
             select ?1, key, value from json_each(?2) where exists (select 1 from portfolio_runs where id = ?1)`,
          )
          .bind(run.id, ids)
      : control
          .prepare(
            `insert into portfolio_run_tenants (run_id, ordinal, tenant_id, prior_id)
             select ?1, row_number() over (order by t.ordinal) - 1, t.tenant_id, t.child_id
               from portfolio_run_tenants t
              where t.run_id = ?3 and ${RETRYABLE} and t.tenant_id in (select value from json_each(?2))
                and exists (select 1 from portfolio_runs where id = ?1)`,
          )
          .bind(run.id, ids, retryOf),
    control
      .prepare(
        `update portfolio_run_tenants as t set retried_by = ?1
          where t.run_id = ?2 and ${RETRYABLE} and t.tenant_id in (select value from json_each(?3))
            and exists (select 1 from portfolio_runs where id = ?1)`,
      )
      .bind(run.id, retryOf, ids),
    ...(run.occasion === null ? [] : stepBegun(control, run.occasion, run.id, OVER_TENANTS)),
  ]);
  return inserted?.meta.changes === 1;
}

/** A tenant that a retry takes. SQL, of the alias `t`. */
export const RETRYABLE = "t.outcome = 'failed' and t.retried_by is null and t.tenant_id is not null";

/**
 * Writes a projection: what became of tenants by a verdict that no unit gave (lost, given up), and the row, unless D1 has that version or a
 * completed run, and what its starter is told of its end. May be repeated and may come late.
 */
export async function writePortfolioProjection(
  control: ControlDatabase,
  { row, problems, partial }: Projection,
  now: number,
): Promise<void> {
  const statements: D1PreparedStatement[] = [];
  if (problems.length > 0) {
    const told = problems.map(({ ordinal, outcome, reasonCode, message }) => [ordinal, outcome, reasonCode, message]);
    statements.push(
      control
        .prepare(
          `update portfolio_run_tenants as t
              set outcome = p.value ->> 1, reason_code = p.value ->> 2, message = p.value ->> 3, ended_at = coalesce(t.ended_at, ?3)
             from json_each(?2) p where t.run_id = ?1 and t.ordinal = p.value ->> 0`,
        )
        .bind(row.id, JSON.stringify(told), now),
    );
  }
  if (!partial) {
    statements.push(
      control
        .prepare(
          `update portfolio_runs
              set status = ?2, outcome = ?3, sealed = ?4, summary_counts = ?5, failure_code = ?6, failure_message = ?7,
                  version = ?8, started_at = ?9, completed_at = ?10, updated_at = ?11, pause = ?12
            where id = ?1 and version < ?8 and status <> 'completed'`,
        )
        .bind(
          row.id,
          row.status,
          row.outcome,
          row.sealed ? 1 : 0,
          JSON.stringify(normalizeSummaryCounts(row.summaryCounts)),
          row.failure?.code ?? null,
          row.failure?.message ?? null,
          row.version,
          row.startedAt,
          row.completedAt,
          now,
          row.pause === null ? null : JSON.stringify(row.pause),
        ),
    );
  }
  if (row.status === "completed" && !partial) statements.push(noticeOfEnd(control, row.id, now));
  if (statements.length > 0) await control.batch(statements);
}

interface UnitKey {
  runId: string;
  ordinal: number;
}

/** Notes that the tenant's operation is about to be started: from here on there may be one. */
export async function noteStarting(control: ControlDatabase, { runId, ordinal }: UnitKey, at: number): Promise<void> {
  await control
    .prepare(
      "update portfolio_run_tenants set started_at = coalesce(started_at, ?3) where run_id = ?1 and ordinal = ?2",
    )
    .bind(runId, ordinal, at)
    .run();
}

/** Notes the tenant's operation. The first that is noted stays. */
export async function noteChild(
  control: ControlDatabase,
  { runId, ordinal }: UnitKey,
  child: { id: string; own: boolean },
): Promise<void> {
  await control
    .prepare(
      "update portfolio_run_tenants set child_id = ?3, own = ?4 where run_id = ?1 and ordinal = ?2 and child_id is null",
    )
    .bind(runId, ordinal, child.id, child.own ? 1 : 0)
    .run();
}

export interface TenantEnd {
  outcome: "succeeded" | "failed" | "skipped";
  reasonCode: string | null;
  message: string | null;
}

/** Notes what became of a tenant. The first that is noted stays: it is what the unit settles with. */
export async function noteEnd(
  control: ControlDatabase,
  { runId, ordinal }: UnitKey,
  end: TenantEnd,
  at: number,
): Promise<void> {
  await control
    .prepare(
      `update portfolio_run_tenants set outcome = ?3, reason_code = ?4, message = ?5, ended_at = ?6
        where run_id = ?1 and ordinal = ?2 and outcome is null`,
    )
    .bind(runId, ordinal, end.outcome, end.reasonCode, end.message, at)
    .run();
}

/** Notes whether a tenant's operation is paused with the run: see the table. */
export async function notePausedWith(
  control: ControlDatabase,
  { runId, ordinal }: UnitKey,
  pausedWith: 0 | 1 | 2,
): Promise<void> {
  await control
    .prepare("update portfolio_run_tenants set paused_with = ?3 where run_id = ?1 and ordinal = ?2")
    .bind(runId, ordinal, pausedWith)
    .run();
}

const quietSchema = z.object({
  id: z.string(),
  type: z.string(),
  starterId: z.string(),
  starterName: z.string().nullable(),
  retryOf: z.string().nullable(),
  workerVersion: z.string().nullable(),
  createdAt: z.int(),
});

/** Unfinished runs whose row has been quiet since `before`, oldest first, with all it takes to create or wake them; marked as looked at. */
export async function takeQuietPortfolioRuns(
  control: ControlDatabase,
  { before, now, limit }: { before: number; now: number; limit: number },
): Promise<RunSpecification[]> {
  const quiet =
    "select id from portfolio_runs where status <> 'completed' and updated_at < ?1 order by updated_at limit ?2";
  const [found] = await control.batch([
    control
      .prepare(
        `select r.id, r.type, r.starter_id as starterId, u.name as starterName, r.retry_of as retryOf, r.worker_version as workerVersion, r.created_at as createdAt
           from portfolio_runs r left join users u on u.id = r.starter_id where r.id in (${quiet})`,
      )
      .bind(before, limit),
    control.prepare(`update portfolio_runs set updated_at = ?3 where id in (${quiet})`).bind(before, limit, now),
  ]);
  return z
    .array(quietSchema)
    .parse(found?.results ?? [])
    .map(specificationOf);
}

/** What the run's object is created with. */
export function specificationOf(run: z.output<typeof quietSchema>): RunSpecification {
  return {
    runId: run.id,
    tenantId: PORTFOLIO,
    tenantSlug: "",
    type: PORTFOLIO_OPERATION.type,
    input: { type: run.type },
    subject: null,
    initiator: { id: run.starterId, name: run.starterName ?? "" },
    retryOf: run.retryOf,
    workerVersion: run.workerVersion,
    createdAt: run.createdAt,
  };
}

/** Runs that completed before a moment (milliseconds since the epoch), oldest first. */
export async function oldPortfolioRuns(control: ControlDatabase, before: number, limit: number): Promise<string[]> {
  const { results } = await control
    .prepare(
      "select id from portfolio_runs where status = 'completed' and completed_at < ?1 order by completed_at limit ?2",
    )
    .bind(before, limit)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** Removes runs and their lists. Their objects have forgotten them before. */
export async function removePortfolioRuns(control: ControlDatabase, ids: readonly string[]): Promise<void> {
  const list = JSON.stringify(ids);
  await control.batch([
    control.prepare("delete from portfolio_run_tenants where run_id in (select value from json_each(?1))").bind(list),
    control.prepare("delete from portfolio_schedule_runs where run_id in (select value from json_each(?1))").bind(list),
    control
      .prepare("delete from portfolio_notices where id in (select 'notice_' || value from json_each(?1))")
      .bind(list),
    control.prepare("delete from portfolio_runs where id in (select value from json_each(?1))").bind(list),
  ]);
}
