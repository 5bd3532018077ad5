/**
 * One step of a preview: the plan's items of one family, compared with the whole family as the tenant has it now. Each portion of
 * items is gathered (all I/O), decided (pure) and recorded.
 */
import { type ItemToDecide, itemsToDecide } from "../../database/restore/restore-plan-items.ts";
import type { StoredPlan } from "../../database/restore/restore-plans.ts";
import { familyByKey } from "../../graph/families.ts";
import type { GraphFailure } from "../../graph/calls/result.ts";
import { connectTenant } from "../../graph-work/connect.ts";
import { connectionResult, graphFailureResult } from "../../graph-work/failure-results.ts";
import type { PhaseResult, UnitContext } from "../../runs/operation.ts";
import type { Comparison } from "./comparison.ts";
import { blockedItem, type DecidedItem, decideItems } from "./decide-items.ts";
import { lastOfEarlierTurn } from "./decide-undo.ts";
import { findByContent } from "./find-by-content.ts";
import { findTargets, turnOf } from "./find-targets.ts";
import { gatherItems } from "./gather-items.ts";
import { KnownReferences } from "./known-references.ts";
import { recordItems } from "./record-items.ts";
import type { TenantEnv } from "../../database/databases.ts";

export type Compared =
  | { kind: "compared" }
  /** The application may not read it or some of its policies, say: those items are blocked with the reason, and the plan goes on (F35). */
  | { kind: "unreadable" }
  | { kind: "set_changed" }
  | Extract<PhaseResult, { kind: "wait" | "failed" }>;

const AGAIN = "Start the preview again later.";

/**
 * Decides all items of the family, durably, before it returns; again, it decides them anew. Graph: the family, read whole, in mode
 * `update`; a reading for each item that is found under another id; the look-up of references that no earlier step has looked up.
 * D1: five queries, and a batch for every 40 items. R2: two readings and two writes a step, one of each for an item.
 * Memory: 40 documents, and of each policy in the tenant what it is matched by.
 */
export async function compareFamily(
  plan: StoredPlan,
  { family: key, count }: { family: string; count: number },
  context: UnitContext,
): Promise<Compared> {
  const { env } = context;
  const items = await itemsToDecide(env.DATABASE, plan.id, key);
  if (items.length !== count) return { kind: "set_changed" };
  const family = familyByKey(key);
  if (!family) {
    const message = "This version of TenantAtlas does not know this policy family any more.";
    await blockAll(plan, items, { code: "unknown_family", message }, env);
    return { kind: "compared" };
  }
  const connecting = await connectTenant(plan.tenantId, context, { interactive: true });
  if (connecting.kind !== "connected") {
    const { reasonCode, message } = connectionResult(connecting);
    return { kind: "failed", code: reasonCode, message };
  }
  const place = { tenantId: plan.tenantId, planId: plan.id };
  const known = await KnownReferences.load(env.ARTIFACTS, place);
  const comparison: Comparison = { plan, family, client: connecting.client, known, context };
  const result = await compareItems(comparison, items);
  await known.save(env.ARTIFACTS, place);
  return "requestId" in result ? unfinished(result, comparison, items) : result;
}

/** Records all items, those blocked whose policy cannot be read; a failure of Graph leaves those of the portion that met it, and of later ones, as they were. */
async function compareItems(
  comparison: Comparison,
  items: readonly ItemToDecide[],
): Promise<GraphFailure | Extract<Compared, { kind: "compared" | "unreadable" }>> {
  let kind: "compared" | "unreadable" = "compared";
  const { standard } = comparison.plan.options;
  const targets =
    standard === undefined ? findTargets(comparison, items) : findByContent(comparison, standard.followingId, items);
  for await (const portion of targets) {
    if (portion.kind !== "ok") return portion;
    const { found, unread } = portion.value;
    if (unread.length > 0) {
      kind = "unreadable";
      const blocked = unread.map(({ item, reason }) => blockedItem(item, reason));
      await recordItems(comparison.plan, blocked, comparison.context.env);
    }
    if (found.length === 0) continue;
    const gathered = await gatherItems(comparison, found);
    if (gathered.kind !== "ok") return gathered;
    const { basis, items: compared } = gathered.value;
    const decided = decideItems(basis, compared).map((each) => deletedInTurn(each, items));
    await recordItems(comparison.plan, decided, comparison.context.env);
  }
  return { kind };
}

/** What refers to a policy of its own family is written or deleted before that is deleted. */
function deletedInTurn({ decision, detail }: DecidedItem, items: readonly ItemToDecide[]): DecidedItem {
  if (decision.action !== "delete") return { decision, detail };
  return { decision: { ...decision, needsOrdinal: lastOfEarlierTurn(decision.ordinal, turnOf, items) }, detail };
}

/** What a failure means for the preview: wait for what passes, give up what concerns all of Graph, go on without the family else. */
async function unfinished(
  failure: GraphFailure,
  { plan, family, context }: Comparison,
  items: readonly ItemToDecide[],
): Promise<Compared> {
  const result =
    failure.kind === "not_found"
      ? {
          kind: "failed" as const,
          reasonCode: "family_unavailable",
          message: "Microsoft Graph does not offer this policy family in this tenant's cloud.",
        }
      : graphFailureResult(failure, family, AGAIN);
  const { reasonCode, message } = result;
  if (result.kind === "deferred") return { kind: "wait", delaySeconds: result.delaySeconds, reasonCode, message };
  if (failure.kind === "unauthorized") return { kind: "failed", code: reasonCode, message };
  await blockAll(plan, items, { code: reasonCode, message }, context.env);
  return { kind: "unreadable" };
}

function blockAll(
  plan: StoredPlan,
  items: readonly ItemToDecide[],
  reason: { code: string; message: string },
  env: TenantEnv,
): Promise<void> {
  return recordItems(
    plan,
    items.map((item) => blockedItem(item, reason)),
    env,
  );
}
