/** One unit of `policy.restore`: an item of the plan, written as it was approved, read back, and its result kept. */
import type { RestoreResult } from "../../contract/restore.ts";
import type { StoredPlanItem } from "../../database/restore/restore-plan-items.ts";
import {
  isBehindAnotherRestore,
  openUnitsBefore,
  readUnitState,
  recordRestoreResult,
} from "../../database/restore/restore-results.ts";
import { familyByKey } from "../../graph/families.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { failed, withinPatience } from "../../graph-work/failure-results.ts";
import { isBug, survivingStorageOutage } from "../../runs/storage-outage.ts";
import type { RunUnitTask, UnitContext, UnitResult, Verdict } from "../../runs/operation.ts";
import { readDetail } from "../../storage/plan-details.ts";
import { storedDetailSchema } from "./item-detail.ts";
import { AGAIN, ended, failedItem, type ItemOutcome, type RestoreUnitInput } from "./item-outcome.ts";
import { isOneAtATime, latestItemOf, patientSeconds } from "./restore-order.ts";
import { verifyUnchanged, writeItem } from "./write-item.ts";

/**
 * Idempotent: what has a result in this run answers with it, and the journal of the item, which all runs of the plan share, keeps
 * anything from being written twice. The result is durable before the verdict is answered.
 *
 * D1: a batch to read, the connection, and a batch for the result; for one that writes, restores before this one, the units
 * before it, and what `writeItem` says. R2: one reading for one that writes.
 */
export async function executeItem(
  task: RunUnitTask,
  input: RestoreUnitInput,
  maxDeferrals: number,
  context: UnitContext,
): Promise<UnitResult> {
  const startedAt = context.now();
  const result = await survivingStorageOutage(task, AGAIN, () =>
    survivingBug(task, () => execute(task, input, maxDeferrals, context)),
  );
  const patient = withinPatience(result, timesInARow(task, result));
  if (patient.kind === "failed" || patient.kind === "deferred") {
    const isOver = patient.kind === "failed";
    logEvent(isOver ? "warn" : "info", isOver ? "policy_not_restored" : "policy_restore_waits", {
      runId: task.runId,
      tenantId: task.tenantId,
      planId: input.planId,
      itemOrdinal: input.itemOrdinal,
      reasonCode: patient.reasonCode,
      durationMs: context.now() - startedAt,
    });
  }
  return patient;
}

/** A bug is tried again as all units are, but not as often as this operation may be deferred: later stages wait for it. */
const MAX_DEFERRALS_OF_A_BUG = 5;

async function survivingBug(task: RunUnitTask, work: () => Promise<UnitResult>): Promise<UnitResult> {
  try {
    return await work();
  } catch (error) {
    if (!isBug(error) || task.deferrals < MAX_DEFERRALS_OF_A_BUG) throw error;
    logEvent("error", "policy_restore_threw", { runId: task.runId, tenantId: task.tenantId, ...errorFields(error) });
    return failed(
      "internal_error",
      "The policy's restore stopped on an unexpected error. The details are in the logs.",
    );
  }
}

async function execute(
  task: RunUnitTask,
  input: RestoreUnitInput,
  maxDeferrals: number,
  context: UnitContext,
): Promise<UnitResult> {
  const { DATABASE } = context.env;
  const { runId, tenantId } = task;
  const { planId, itemOrdinal } = input;
  const { result: known, item } = await readUnitState(DATABASE, { runId, tenantId, planId, itemOrdinal });
  if (known !== null) return verdictOf(known);
  if (item === null) return failed("plan_unreadable", "The plan of this restore is gone. Nothing was written.");

  const outcome = lastChance(await outcomeOf(item, task, input, context), task, maxDeferrals);
  if (outcome.kind === "deferred") return outcome;
  const { kind: _ended, ...result } = outcome;
  const { family, name } = item;
  const at = context.now();
  return verdictOf(
    await recordRestoreResult(DATABASE, { runId, tenantId, planId, ordinal: itemOrdinal, family, name, at, ...result }),
  );
}

async function outcomeOf(
  item: StoredPlanItem,
  task: RunUnitTask,
  input: RestoreUnitInput,
  context: UnitContext,
): Promise<ItemOutcome> {
  if (item.action === "blocked" || item.action === "ambiguous") {
    return ended("skipped", { reasonCode: item.reasonCode ?? item.action, message: item.message ?? "" });
  }
  const family = familyByKey(item.family);
  if (family === null) return failedItem("plan_unreadable", UNREADABLE);
  // Looking depends on nothing; only what is written waits for what it may refer to.
  if (item.action === "unchanged") return verifyUnchanged({ task, item, family }, context);
  const { runId, tenantId } = task;
  // One plan after the other: what the first makes is there when the second looks whether its place is still empty.
  if (await isBehindAnotherRestore(context.env.DATABASE, { tenantId, runId, planId: input.planId }))
    return waitBehind(task);
  if (!isInTurn(input)) {
    const open = await openBefore(task, input, context);
    if (open > 0) return waitForTurn(task, open, isOneAtATime(item.family));
  }
  const reading = await readDetail(context.env.ARTIFACTS, { key: item.detailKey, hash: item.detailHash });
  if (reading.kind !== "found") return failedItem("plan_unreadable", UNREADABLE);
  const detail = storedDetailSchema.parse(reading.detail);
  // Of its own family it waits for those alone that it refers to, and for what stands before them. Plans of an earlier version do not tell.
  const latest = latestItemOf(detail.writes);
  if (latest >= (input.comesAfter ?? input.afterItemOrdinal)) {
    const before = { runId, itemOrdinal: latest + 1 };
    const unmade = await openUnitsBefore(context.env.DATABASE, before);
    if (unmade > 0) return waitForTurn(task, unmade, false);
  }
  return writeItem({ task, input, item, family, detail }, context);
}

/** Whether the run's object has seen to it that all items of earlier stages have ended: it sends no unit before. */
function isInTurn({ comesAfter, afterItemOrdinal }: RestoreUnitInput): boolean {
  return comesAfter !== undefined || afterItemOrdinal === 0;
}

const UNREADABLE = "What was approved for this policy cannot be read as it was. Nothing was written; make a new plan.";

function waitBehind(task: RunUnitTask): ItemOutcome {
  const message = `Another restore of this tenant, of another plan, was started before and has not ended. ${AGAIN}`;
  return waiting(task, 10, "waiting_for_restore", message);
}

function openBefore({ runId }: RunUnitTask, { afterItemOrdinal }: RestoreUnitInput, { env }: UnitContext) {
  return openUnitsBefore(env.DATABASE, { runId, itemOrdinal: afterItemOrdinal });
}

/** About when its turn may come: Intune takes five writes a second, conditional access one; half a minute is long enough. */
function waitForTurn(task: RunUnitTask, open: number, oneAtATime: boolean): ItemOutcome {
  const seconds = Math.min(30, Math.max(1, Math.ceil(oneAtATime ? open : open / 10)));
  const message = `Policies that this one may refer to are not restored yet. ${AGAIN}`;
  return waiting(task, seconds, "waiting_for_earlier", message);
}

function waiting(task: RunUnitTask, seconds: number, reasonCode: string, message: string): ItemOutcome {
  const deferral = { kind: "deferred", delaySeconds: seconds, reasonCode, message } as const;
  return { ...deferral, delaySeconds: patientSeconds(seconds, timesInARow(task, deferral)) };
}

/** How often the unit was deferred for this reason just before: days of waiting for something else are no outage. */
function timesInARow({ deferrals, lastDeferral }: RunUnitTask, result: UnitResult | ItemOutcome): number {
  if (result.kind !== "deferred") return 0;
  if (lastDeferral === undefined) return deferrals;
  return lastDeferral.reasonCode === result.reasonCode ? lastDeferral.inARow : 0;
}

/** A unit that may not be deferred any more fails, with a result that says so, rather than without one. */
function lastChance(outcome: ItemOutcome, task: RunUnitTask, maxDeferrals: number): ItemOutcome {
  if (outcome.kind !== "deferred") return outcome;
  const patient = withinPatience(outcome, timesInARow(task, outcome));
  const isAllowed = outcome.uncounted === true || task.deferrals < maxDeferrals;
  if (patient.kind === "deferred" && isAllowed) return outcome;
  return failedItem(outcome.reasonCode, outcome.message);
}

/** Planned = created + updated + deleted + unchanged + skipped + failed. */
function verdictOf({ outcome, reason }: RestoreResult): Verdict {
  switch (outcome) {
    case "created":
      return { kind: "succeeded", counters: { created: 1 } };
    case "updated":
      return { kind: "succeeded", counters: { updated: 1 } };
    case "deleted":
      return { kind: "succeeded", counters: { deleted: 1 } };
    case "unchanged":
      return { kind: "succeeded", counters: { unchanged: 1 } };
    case "skipped":
    case "failed":
      return { kind: outcome, reasonCode: reason?.code ?? "unknown", message: reason?.message ?? "" };
  }
}
