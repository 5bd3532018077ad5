/** Starts and retries of operations that may need an approval, and how all starts are refused. */
import { z } from "zod";
import { RETRY_APPROVALS } from "../../contract/approvals.ts";
import { type BackupSetFilter, MAX_SELECTED_BACKUP_SETS } from "../../contract/backup-sets.ts";
import { FULL_RETRY_AFTER_SECONDS, MAX_ACTIVE_RUNS } from "../../contract/limits.ts";
import { restoreRequestSchema } from "../../contract/restore.ts";
import type { StartedOperation } from "../../contract/runs.ts";
import { normalizeSummaryCounts } from "../../contract/summary-counts.ts";
import { findBackupSet, matchingBackupSets, namesOfBackupSets } from "../../database/backups/backup-sets.ts";
import { readApprovedPlan, readPlan } from "../../database/restore/restore-plans.ts";
import { readRunRow } from "../../database/runs/operation-runs.ts";
import { retryRun } from "../../runs/edge/retry-run.ts";
import { normalizeStart, startRun } from "../../runs/edge/start-run.ts";
import { ApiError, tenantMoving } from "../routing/problems.ts";
import { invalidInput } from "../routing/requests.ts";
import type { Act, ActContext, ActPlace } from "./act.ts";

/** A run that was started or found, with the status of the answer. */
export interface StartedRun {
  status: number;
  body: StartedOperation;
}

type StartInput = Record<string, unknown>;
const startInput = z.record(z.string(), z.unknown());

/**
 * Starts an operation in the name of the actor.
 * @throws {ApiError} when it is refused.
 */
export async function performStart(
  { env, tenant, actor, idempotencyKey }: ActContext,
  type: string,
  input: StartInput,
): Promise<StartedRun> {
  const request = { tenantId: tenant.id, tenantSlug: tenant.slug, type, input, actor, idempotencyKey };
  const outcome = await startRun(env, request);
  switch (outcome.kind) {
    case "started":
    case "deduplicated":
    case "replayed":
      return { status: outcome.status, body: outcome.body };
    case "unknown_type":
      throw invalidInput([{ path: "type", message: "is not an operation type" }]);
    case "invalid_input":
      throw invalidInput(outcome.fields);
    case "legal_hold":
      throw new ApiError("legal_hold", { detail: outcome.message });
    case "idempotency_key_reused":
      throw new ApiError("idempotency_key_reused");
    case "tenant_closing":
      throw new ApiError("tenant_closing");
    case "tenant_moving":
      throw tenantMoving();
    case "too_many_runs":
      throw tooManyRuns();
    case "occasion_over":
      throw new Error("a person's start was taken for a schedule's");
  }
}

/**
 * Starts the retry of a run in the name of the actor.
 * @throws {ApiError} when it is refused.
 */
export async function performRetry({ env, tenant, actor }: ActContext, runId: string): Promise<StartedRun> {
  const outcome = await retryRun(env, { tenantId: tenant.id, tenantSlug: tenant.slug, runId, actor });
  switch (outcome.kind) {
    case "started":
      return { status: 202, body: outcome.body };
    case "deduplicated":
      return { status: 200, body: outcome.body };
    case "not_found":
    case "nothing_to_retry":
      throw new ApiError(outcome.kind);
    case "not_finished":
      throw new ApiError("run_not_completed");
    case "tenant_closing":
      throw new ApiError("tenant_closing");
    case "tenant_moving":
      throw tenantMoving();
    case "too_many_runs":
      throw tooManyRuns();
  }
}

export const restoreAct: Act<StartInput, StartedRun> = {
  kind: "restore",
  input: startInput,
  describe: async ({ env, tenant }, input) => {
    const { backupSetId, approvedPlan, justification = null } = restoreOf(input);
    const set = await findBackupSet(env.DATABASE, tenant.id, backupSetId);
    const stored = await readApprovedPlan(env.DATABASE, tenant.id, backupSetId, approvedPlan);
    const plan = stored === null ? null : await readPlan(env.DATABASE, tenant.id, stored.id);
    if (set === null || plan === null) return null;
    const { planHash, actionCounts } = plan;
    if (planHash === null || actionCounts === null) return null;
    const backupSet = { id: backupSetId, name: set.name };
    return { kind: "restore", backupSet, plan: { ...plan, planHash, actionCounts }, justification };
  },
  perform: (context, input) => performStart(context, "policy.restore", input),
};

/** The plan's id, which the operation adds, is no part of a request. */
function restoreOf({ planId: _planId, ...input }: StartInput): z.output<typeof restoreRequestSchema> {
  return restoreRequestSchema.parse(input);
}

const selected = z.object({ backupSetIds: z.array(z.string()) });

export const deleteSetsAct: Act<StartInput, StartedRun> = {
  kind: "force-delete",
  input: startInput,
  describe: async ({ env, tenant }, input) => {
    const { backupSetIds } = selected.parse(input);
    const names = await namesOfBackupSets(env.DATABASE, tenant.id, backupSetIds);
    return { kind: "force-delete", backupSets: backupSetIds.map((id) => ({ id, name: names.get(id) ?? id })) };
  },
  perform: (context, input) => performStart(context, "backup-set.force-delete", input),
};

function retryAct(type: keyof typeof RETRY_APPROVALS): Act<{ runId: string }, StartedRun> {
  const kind = RETRY_APPROVALS[type];
  return {
    kind,
    input: z.object({ runId: z.string() }),
    describe: async ({ env, tenant }, { runId }) => {
      const row = await readRunRow(env.DATABASE, tenant.id, runId);
      if (row?.type !== type) return null;
      const run = { id: runId, subject: row.subject, failed: normalizeSummaryCounts(row.summaryCounts).failed ?? 0 };
      return { kind, run };
    },
    check: async ({ env, tenant }, { runId }) => {
      const row = await readRunRow(env.DATABASE, tenant.id, runId);
      if (row?.status !== "completed") throw new ApiError("run_not_completed");
      if ((normalizeSummaryCounts(row.summaryCounts).failed ?? 0) === 0) throw new ApiError("nothing_to_retry");
    },
    perform: (context, { runId }) => performRetry(context, runId),
  };
}

export const retryRestoreAct = retryAct("policy.restore");
export const retryDeletionAct = retryAct("backup-set.force-delete");

const ACTS_OF_TYPES = {
  "policy.restore": { start: restoreAct, retry: retryRestoreAct },
  "backup-set.force-delete": { start: deleteSetsAct, retry: retryDeletionAct },
} satisfies Record<keyof typeof RETRY_APPROVALS, unknown>;

/** The act of starting and of retrying a type, where that may need an approval. */
export function actsOfType(type: string) {
  return Object.entries(ACTS_OF_TYPES).find(([each]) => each === type)?.[1] ?? null;
}

/**
 * What a start comes to as things are now: what another person approves is that, not what a filter matches later.
 * @throws {ApiError} when it is refused.
 */
export async function settledInput(place: ActPlace, type: string, input: StartInput): Promise<StartInput> {
  const normal = await normalizeStart(place.env, { tenantId: place.tenant.id, type, input });
  if (normal.kind === "invalid_input") throw invalidInput(normal.fields);
  if (normal.kind === "legal_hold") throw new ApiError("legal_hold", { detail: normal.message });
  const settled = startInput.parse(normal.input);
  const filter = filterSchema.safeParse(settled);
  return filter.success ? { backupSetIds: await idsMatching(place, filter.data.filter) } : settled;
}

const filterSchema = z.object({
  filter: z.object({ query: z.string().nullable(), state: z.enum(["active", "archived", "all"]) }),
});

async function idsMatching({ env, tenant }: ActPlace, filter: BackupSetFilter): Promise<string[]> {
  const request = { tenantId: tenant.id, ...filter, after: null, limit: MAX_SELECTED_BACKUP_SETS + 1 };
  const found = await matchingBackupSets(env.DATABASE, request);
  if (found.length > MAX_SELECTED_BACKUP_SETS) {
    const message = `matches more than ${MAX_SELECTED_BACKUP_SETS} sets, which is more than one request may name`;
    throw invalidInput([{ path: "input.filter", message }]);
  }
  return found.map(({ id }) => id).toSorted();
}

function tooManyRuns(): ApiError {
  const detail = `${MAX_ACTIVE_RUNS} are under way. Wait until one has ended, or cancel one`;
  return new ApiError("too_many_runs", { detail, headers: { "retry-after": String(FULL_RETRY_AFTER_SECONDS) } });
}
