/** From an approved item to Graph: its writes are performed as the plan has them, or its target is looked at once more. */
import type { ServedChange } from "../../contract/policy-diff.ts";
import type { StoredPlanItem } from "../../database/restore/restore-plan-items.ts";
import { madeByAnotherPlan, madeByPlan } from "../../database/restore/restore-journal.ts";
import { readItemSecrets } from "../../database/restore/restore-selection.ts";
import { isUnknownId } from "../../database/restore/undo-items.ts";
import { restoredTargets } from "../../database/restore/restore-results.ts";
import type { GraphClient } from "../../graph/calls/client.ts";
import type { KnownFamily } from "../../graph/families.ts";
import type { Family } from "../../graph/families/family.ts";
import { readPolicy } from "../../graph/calls/family-reader.ts";
import type { Difference } from "../../graph/restore/differences.ts";
import type { Filling } from "../../graph/calls/restore/fill-gaps.ts";
import { namesakes } from "../../graph/calls/restore/find-created.ts";
import type { DeferralReason, RestoreFailure, RestoreOutcome } from "../../graph/calls/restore/outcome.ts";
import { performRestore } from "../../graph/calls/restore/perform.ts";
import { comparableHash } from "../../graph/calls/restore/check-target.ts";
import type { WritePlan } from "../../graph/restore/plan.ts";
import type { GraphFailure } from "../../graph/calls/result.ts";
import { openItemSecrets } from "../backup-sets/sealed-secrets.ts";
import { type Connecting, connectTenant } from "../../graph-work/connect.ts";
import { connectionResult, graphFailureResult } from "../../graph-work/failure-results.ts";
import type { RunUnitTask, UnitContext } from "../../runs/operation.ts";
import type { StoredDetail } from "./item-detail.ts";
import { AGAIN, ended, failedItem, type ItemOutcome, type ItemResult, type RestoreUnitInput } from "./item-outcome.ts";
import { UndoKeeper } from "./undo-keeper.ts";
import { PlanItemJournal } from "./restore-journal.ts";

export interface ItemUnit {
  task: RunUnitTask;
  input: RestoreUnitInput;
  item: StoredPlanItem;
  family: KnownFamily;
  detail: StoredDetail;
}

/** Looks whether a policy that was equal still is: one reading. What has changed since is no longer what was approved. */
export async function verifyUnchanged(
  { item, family, task }: Pick<ItemUnit, "item" | "family" | "task">,
  context: UnitContext,
): Promise<ItemOutcome> {
  const connecting = await connectTenant(task.tenantId, context, { purpose: "write" });
  if (connecting.kind !== "connected") return notConnected(connecting);
  if (item.targetId === null) return verifyGone(connecting.client, { item, family }, context);
  const targetId = item.targetId;
  const policy = await readPolicy(connecting.client, context.now, family, targetId);
  if (policy.kind !== "ok") return readingFailed(policy, family);
  if ((await comparableHash(family.key, policy.value.document)) !== item.targetHash) return conflict(targetId, CHANGED);
  return ended("unchanged", { targetId });
}

/** Of an undo: what a restore had made, and was gone at the preview. */
async function verifyGone(
  client: GraphClient,
  { item: { graphId }, family }: Pick<ItemUnit, "item" | "family">,
  context: UnitContext,
): Promise<ItemOutcome> {
  if (isUnknownId(graphId)) return ended("unchanged");
  const policy = await readPolicy(client, context.now, family, graphId);
  if (policy.kind === "not_found") return ended("unchanged");
  if (policy.kind !== "ok") return readingFailed(policy, family);
  return conflict(graphId, "The policy has come back since the preview. Nothing was written; make a new plan.");
}

const CHANGED = "The policy in the tenant has changed since the preview. Nothing was written; make a new plan.";

/**
 * Performs the writes. Graph: as `performRestore` says, and before a policy is made whose place was empty, a look whether it still
 * is. D1: the connection, the sealed values, the ids that the plan has made, and the journal.
 */
export async function writeItem(unit: ItemUnit, context: UnitContext): Promise<ItemOutcome> {
  const { item, family, task, input, detail } = unit;
  const plan = detail.writes;
  if (plan === null) throw new Error("an item to be written has its writes");
  const connecting = await connectTenant(task.tenantId, context, { purpose: "write" });
  if (connecting.kind !== "connected") return notConnected(connecting);
  const { client } = connecting;
  const key = { tenantId: task.tenantId, planId: input.planId, ordinal: input.itemOrdinal };
  const journal = new PlanItemJournal(context.env.DATABASE, key, task.runId);
  if (item.action === "create" && (await journal.read()).length === 0) {
    const stop =
      (await madeMeanwhile(unit, context)) ?? (await placeTaken(unit, plan, detail.namesakes, client, context));
    // A second execution of the unit may have begun meanwhile: what that one makes takes no place of ours.
    if (stop !== null && (await journal.read()).length === 0) return stop;
  }
  const outcome = await performRestore(client, context.now, {
    plan,
    target:
      item.targetId === null || item.targetHash === null
        ? null
        : { graphId: item.targetId, comparableHash: item.targetHash },
    journal,
    keeper: keeperOf(unit, plan, client, context),
    filling: fillingOf(unit, context),
    justification: input.justification,
  });
  return toOutcome(outcome, item, family, journal);
}

function keeperOf({ task, input, item, family }: ItemUnit, plan: WritePlan, client: GraphClient, context: UnitContext) {
  const { tenantId, runId } = task;
  const key = { tenantId, runId, planId: input.planId, ordinal: input.itemOrdinal };
  const action = item.action === "create" || item.action === "delete" ? item.action : "update";
  return new UndoKeeper(key, { action, name: plan.name, sourceItemId: item.itemId }, family, client, context);
}

/** Null when no other plan has made the policy anew since the preview: namesakes alone do not tell whose is whose. */
async function madeMeanwhile(
  { item, family, task, input }: ItemUnit,
  { env }: UnitContext,
): Promise<ItemOutcome | null> {
  const key = { tenantId: task.tenantId, planId: input.planId, family: family.key, graphId: item.graphId };
  const madeId = await madeByAnotherPlan(env.DATABASE, key);
  if (madeId === null) return null;
  return conflict(
    madeId,
    "Another restore has made this policy since the preview. Nothing was written; make a new plan.",
  );
}

/** Null when no policy of the name has appeared since the preview, but those that this plan has made. */
async function placeTaken(
  { family, task, input }: ItemUnit,
  plan: WritePlan,
  before: readonly string[] | null,
  client: GraphClient,
  context: UnitContext,
): Promise<ItemOutcome | null> {
  if (before === null) return null;
  const type = plan.wanted["@odata.type"];
  const present = await namesakes(client, family.key, plan.name, typeof type === "string" ? type : null);
  if (present.kind !== "ok") return readingFailed(present, family);
  const others = present.value.filter((id) => !before.includes(id));
  if (others.length === 0) return null;
  const own = await madeByPlan(context.env.DATABASE, task.tenantId, input.planId);
  const stranger = others.find((id) => !own.has(id));
  if (stranger === undefined) return null;
  return conflict(
    stranger,
    "A policy of this name has appeared since the preview. Nothing was written; make a new plan.",
  );
}

function fillingOf({ task, input, item }: ItemUnit, { env }: UnitContext): Filling {
  const { tenantId } = task;
  let secrets: Promise<Record<string, string> | null> | null = null;
  return {
    async omaValue(reference) {
      secrets ??= readItemSecrets(env.DATABASE, tenantId, item.itemId).then((sealed) =>
        openItemSecrets(env, { tenantId, itemId: item.itemId }, sealed),
      );
      return (await secrets)?.[reference] ?? null;
    },
    async restoredId(item) {
      const itemOrdinal = Number(item);
      const targets = await restoredTargets(env.DATABASE, input.planId, [itemOrdinal]);
      return targets.get(itemOrdinal) ?? null;
    },
  };
}

async function toOutcome(
  outcome: RestoreOutcome,
  item: StoredPlanItem,
  family: Family,
  journal: PlanItemJournal,
): Promise<ItemOutcome> {
  const { graphId } = outcome;
  const requestIds = outcome.requests.map(({ requestId }) => requestId);
  switch (outcome.kind) {
    case "restored": {
      // When another run of the same plan wrote this item, this run reports it as unchanged.
      const written = await journal.hasWritten();
      const done = item.action === "create" ? "created" : "updated";
      return written ? ended(done, { targetId: graphId, requestIds }) : ended("unchanged", { targetId: graphId });
    }
    case "deleted": {
      const written = await journal.hasWritten();
      return written ? ended("deleted", { targetId: graphId, requestIds }) : ended("unchanged", { targetId: graphId });
    }
    case "failed":
      return failedWrite(outcome.failure, { targetId: graphId, requestIds });
    case "deferred":
      return {
        kind: "deferred",
        delaySeconds: delayOf(outcome.reason, outcome.retryAfterSeconds),
        reasonCode: outcome.reason,
        message: `${DEFERRAL_WORDS[outcome.reason](family)} ${AGAIN}`,
        ...(outcome.reason === "waiting_for_graph" ? { uncounted: true } : {}),
      };
  }
}

/** Codes of the executor are the product's own, but for one. */
function failedWrite(failure: RestoreFailure, result: Partial<ItemResult>): ItemOutcome {
  const { code, message } = failure;
  switch (failure.code) {
    case "approval_required":
    case "approval_denied":
    case "approval_canceled":
    case "approval_expired":
      return failedItem(code, message, { ...result, approvalCode: failure.approvalCode });
    case "readback_mismatch":
      return failedItem(code, message, { ...result, differences: failure.differences.map(toChange) });
    case "dependency_missing":
      return failedItem("dependency_failed", message, result);
    default:
      return failedItem(code, message, result);
  }
}

/** From what was written to what was read back. */
function toChange({ path, expected, actual }: Difference): ServedChange {
  return {
    kind: "changed",
    area: path.startsWith("assignments") ? "assignments" : "content",
    path: [{ kind: "property", name: path }],
    pathText: path,
    before: { form: "json", json: expected },
    after: { form: "json", json: actual },
  };
}

const DEFERRAL_WORDS: Record<DeferralReason, (family: Family) => string> = {
  throttled: () => "Microsoft Graph is limiting requests to this tenant.",
  waiting_for_graph: () => "Other work of this tenant has its turn at Microsoft Graph first.",
  graph_unavailable: () => "Microsoft Graph did not answer.",
  part_not_found: () => "Microsoft Graph tells of the policy, and does not find a part of it.",
  uncertain: () => "Microsoft Graph's answer to a write was lost, and it does not show yet whether it was applied.",
  not_shown: () => "Microsoft Graph does not show yet what was just created.",
  interrupted: () => "The restore of this policy was interrupted.",
  over_budget: ({ label }) => `Restoring this policy (${label}) took more requests than one turn may spend.`,
  elsewhere: () => "The same policy is being restored at this moment.",
  waiting_for_approval: () => "Another administrator has to approve this change in Intune.",
};

const DELAY_SECONDS: Record<DeferralReason, number> = {
  throttled: 15,
  waiting_for_graph: 5,
  graph_unavailable: 10,
  part_not_found: 10,
  uncertain: 15,
  not_shown: 5,
  interrupted: 1,
  over_budget: 5,
  elsewhere: 15,
  waiting_for_approval: 30,
};
/** Beyond this a Retry-After is not believed; the unit asks again and is told again. */
const MAX_DELAY_SECONDS = 3_600;

function delayOf(reason: DeferralReason, asked: number | null): number {
  return Math.min(MAX_DELAY_SECONDS, Math.max(1, Math.ceil(asked ?? DELAY_SECONDS[reason])));
}

function readingFailed(failure: GraphFailure, family: Family): ItemOutcome {
  if (failure.kind === "not_found") {
    const message = "The policy was deleted from the tenant since the preview. Nothing was written; make a new plan.";
    return failedItem("conflict", message);
  }
  const result = graphFailureResult(failure, family, AGAIN);
  return result.kind === "deferred" ? result : failedItem(result.reasonCode, result.message);
}

function notConnected(connecting: Exclude<Connecting, { kind: "connected" }>): ItemOutcome {
  const { reasonCode, message } = connectionResult(connecting);
  return failedItem(reasonCode, message);
}

function conflict(targetId: string, message: string): ItemOutcome {
  return failedItem("conflict", message, { targetId });
}
