/**
 * The cron sweep: wakes runs whose object lost its alarm or never heard of its start, finishes what was asked of runs, drops old
 * idempotency keys, lets requests for an approval expire, chains the audit logs, seals secrets anew after a change of the key, removes
 * records whose time is over, and runs the sweeps that operations bring along.
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
import { resealSecrets } from "./reseal-secrets.ts";
import { wakeRun } from "./wake-run.ts";

/** A row that has been quiet for this long gets its object woken. A healthy object does nothing then but look. */
const QUIET_MS = 20_000;
const RUNS_PER_SWEEP = 200;
/** Logs whose events get their hashes. */
const LOGS_PER_SWEEP = 100;
const WAKES_AT_A_TIME = 6;
const IDEMPOTENCY_KEY_LIFETIME_MS = 24 * 60 * 60 * 1_000;

/** Runs every part, even if another fails. Never rejects: what a part leaves undone, the next sweep finds. */
export async function sweep(env: Env, now: number): Promise<void> {
  await attempt("quiet_runs", () => wakeQuietRuns(env, now));
  await attempt("idempotency_keys", () => dropKeyedAnswers(env.DATABASE, now - IDEMPOTENCY_KEY_LIFETIME_MS));
  await attempt("approval_requests", () => expireRequests(env.DATABASE, now));
  await attempt("run_changes", () => finishChanges(env, now));
  await attempt("audit_chain", () => chainAuditLogs(env));
  await attempt("sealed_secrets", () => resealSecrets(env, now));
  await attempt("retention", () => removeOldRecords(env, now));
  await attempt("offboarding", () => offBoardTenants(env, now));
  for (const { type, sweep: work } of registeredOperations()) {
    if (work !== undefined) await attempt(type, () => work(env, now));
  }
}

async function attempt(part: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logEvent("error", "sweep_failed", { part, ...errorFields(error) });
  }
}

async function chainAuditLogs(env: Env): Promise<void> {
  for (const log of await logsToChain(env.DATABASE, LOGS_PER_SWEEP)) await chainAuditEvents(env.DATABASE, log);
}

async function wakeQuietRuns(env: Env, now: number): Promise<void> {
  const quiet = await takeQuietRuns(env.DATABASE, now - QUIET_MS, now, RUNS_PER_SWEEP);
  for (let start = 0; start < quiet.length; start += WAKES_AT_A_TIME) {
    await Promise.all(quiet.slice(start, start + WAKES_AT_A_TIME).map((specification) => wakeRun(env, specification)));
  }
  if (quiet.length > 0) logEvent("info", "sweep_woke_runs", { runs: quiet.length });
}
