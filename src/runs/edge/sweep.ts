/**
 * The cron sweep: wakes runs whose object lost its alarm or never heard of its start, finishes what was asked of runs, drops old
 * idempotency keys, lets requests for an approval expire, chains the audit logs, seals secrets anew after a change of the key, removes
 * records whose time is over, tells news, runs the sweeps that operations bring along, and judges the alerts.
 */
import { chainAuditEvents, logsToChain } from "../../database/audit/audit-chain.ts";
import { expireRequests } from "../../database/approvals/approval-requests.ts";
import { dropKeyedAnswers } from "../../database/runs/idempotency-keys.ts";
import { takeQuietRuns } from "../../database/runs/run-writing.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { registeredOperations } from "../../operations/registry.ts";
import { finishChanges } from "./change-run.ts";
import { removeOldRecords } from "./remove-old-records.ts";
import { offBoardTenants } from "./offboarding/off-board-tenants.ts";
import { newInvocation } from "./operation-steps.ts";
import { moveTenants } from "./moving/move-tenants.ts";
import { runPortfolioSchedules } from "./portfolio/run-portfolio-schedules.ts";
import { sweepPortfolio } from "./portfolio/sweep-portfolio.ts";
import { resealSecrets } from "./reseal-secrets.ts";
import type { InvocationBudget } from "../invocation-budget.ts";
import { runSchedules } from "./scheduling/run-schedules.ts";
import { tellNews } from "./telling/tell-news.ts";
import { tellPeople } from "./telling/tell-people.ts";
import { watch } from "./watch.ts";
import { wakeRun } from "./wake-run.ts";
import { type ControlEnv, envOfEachShard, type TenantEnv } from "../../database/databases.ts";
import { finishTenants } from "../../database/tenancy/platform.ts";
import { spreadPeople } from "../../database/tenancy/copies.ts";
import { compareDirectory } from "../../database/tenancy/member-directory.ts";
import { deliverEvents } from "../../database/audit/event-outbox.ts";
import { readSweepCursor, writeSweepCursor } from "../../database/tenancy/sweep-cursors.ts";

/** A row that has been quiet for this long gets its object woken. A healthy object does nothing then but look. */
const QUIET_MS = 20_000;
const RUNS_PER_SWEEP = 200;
/** As the cron trigger of wrangler.toml has it. */
const SWEEP_EVERY_MS = 60_000;
/** Logs whose events get their hashes. */
const LOGS_PER_SWEEP = 100;
const WAKES_AT_A_TIME = 6;
const IDEMPOTENCY_KEY_LIFETIME_MS = 24 * 60 * 60 * 1_000;

/**
 * Runs every part, even if another fails. Never rejects: what a part leaves undone, the next sweep finds. All parts share what the
 * invocation may use; a part for which nothing is left waits for a sweep that begins with it.
 */
export async function sweep(bindings: ControlEnv, now: number): Promise<void> {
  const { env, budget } = newInvocation(bindings);
  // Before all parts: while rows are copied, nobody can change anything of their tenant.
  await attempt("tenant_moves", () => moveTenants(env, budget, { now }));
  // One shard after the other for each part: a shard that does not answer stops none of the others.
  const parts = shardParts(budget).flatMap(([part, work]) =>
    envOfEachShard(env).map((shard): [string, () => Promise<unknown>] => [part, () => work(shard, now)]),
  );
  parts.push(
    ["portfolio_runs", () => sweepPortfolio(env, now)],
    ["news_over_tenants", () => tellPeople(env, now)],
    ["portfolio_schedules", () => runPortfolioSchedules(env, now, budget)],
    ["tenants_in_the_making", () => finishTenants(env, now)],
    ["copies_of_people", () => spreadPeople(env)],
    ["member_directory", () => compareSome(env, now)],
  );
  const first = Math.floor(now / SWEEP_EVERY_MS) % parts.length;
  const left: string[] = [];
  for (const [part, work] of [...parts.slice(first), ...parts.slice(0, first)]) {
    if (budget.affords()) await attempt(part, work);
    else left.push(part);
  }
  if (left.length > 0) logEvent("warn", "sweep_out_of_room", { parts: left.join(", ") });
  await attempt("metrics", () => watch(bindings, now));
}

/** Goes round the tenants: where it is, is stored. */
async function compareSome(env: ControlEnv, now: number): Promise<void> {
  const { CONTROL } = env;
  const name = "member_directory";
  await writeSweepCursor(CONTROL, name, await compareDirectory(env, await readSweepCursor(CONTROL, name), now));
}

type ShardPart = [part: string, work: (env: TenantEnv, now: number) => Promise<unknown>];

/** What is done for the tenants of each shard. */
const shardParts = (budget: InvocationBudget): ShardPart[] => [
  ["quiet_runs", wakeQuietRuns],
  ["idempotency_keys", ({ DATABASE }, now) => dropKeyedAnswers(DATABASE, now - IDEMPOTENCY_KEY_LIFETIME_MS)],
  ["approval_requests", ({ DATABASE }, now) => expireRequests(DATABASE, now)],
  ["schedules", (env, now) => runSchedules(env, now, budget)],
  ["news", (env, now) => tellNews(env, now)],
  ["run_changes", finishChanges],
  ["audit_outbox", (env) => deliverEvents(env, env.DATABASE)],
  ["audit_chain", chainAuditLogs],
  ["sealed_secrets", resealSecrets],
  ["retention", (env, now) => removeOldRecords(env, now)],
  ["offboarding", offBoardTenants],
  ...registeredOperations().flatMap(({ type, sweep: work }): ShardPart[] =>
    work === undefined ? [] : [[type, (env, now) => work(env, now)]],
  ),
];

async function attempt(part: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logEvent("error", "sweep_failed", { part, ...errorFields(error) });
  }
}

async function chainAuditLogs(env: TenantEnv): Promise<void> {
  for (const log of await logsToChain(env.DATABASE, LOGS_PER_SWEEP)) await chainAuditEvents(env.DATABASE, log);
}

async function wakeQuietRuns(env: TenantEnv, now: number): Promise<void> {
  const quiet = await takeQuietRuns(env.DATABASE, now - QUIET_MS, now, RUNS_PER_SWEEP);
  for (let start = 0; start < quiet.length; start += WAKES_AT_A_TIME) {
    await Promise.all(quiet.slice(start, start + WAKES_AT_A_TIME).map((specification) => wakeRun(env, specification)));
  }
  if (quiet.length > 0) logEvent("info", "sweep_woke_runs", { runs: quiet.length });
}
