/** One step of a preview: the plan's items of one family, compared with the whole family as the tenant has it now. */
import type { JsonObject } from "../../policies/json-value.ts";
import { type ItemToDecide, itemsToDecide } from "../../database/restore/restore-plan-items.ts";
import type { StoredPlan } from "../../database/restore/restore-plans.ts";
import { policiesOfSet } from "../../database/restore/restore-selection.ts";
import { policiesMadeAnew } from "../../database/restore/restore-journal.ts";
import { familyByKey, type KnownFamily } from "../../graph/families.ts";
import { readFamily, readPolicy } from "../../graph/family-reader.ts";
import { policyFacts } from "../../graph/policy-facts.ts";
import type { GraphFailure } from "../../graph/result.ts";
import { connectTenant } from "../../graph-work/connect.ts";
import { connectionResult, graphFailureResult } from "../../graph-work/failure-results.ts";
import type { PhaseResult, UnitContext } from "../../runs/operation.ts";
import { blockAll, type Comparison, decideItems, type ItemToCompare } from "./decide-items.ts";
import { KnownReferences } from "./known-references.ts";
import { type InTenant, type Known, matchTargets } from "./match-target.ts";

export type Compared =
  | { kind: "compared" }
  /** The application may not read it, say: its items are blocked with the reason, and the plan goes on (F35). */
  | { kind: "unreadable" }
  | { kind: "set_changed" }
  | Extract<PhaseResult, { kind: "wait" | "failed" }>;

const AGAIN = "Start the preview again later.";
/** Documents that are held in memory together. */
const ITEMS_AT_ONCE = 40;

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
  const { DATABASE, ARTIFACTS } = context.env;
  const items = await itemsToDecide(DATABASE, plan.id, key);
  if (items.length !== count) return { kind: "set_changed" };
  const family = familyByKey(key);
  if (!family) {
    const message = "This version of TenantAtlas does not know this policy family any more.";
    await blockAll(plan, items, { code: "unknown_family", message }, context);
    return { kind: "compared" };
  }
  const connecting = await connectTenant(plan.tenantId, context);
  if (connecting.kind !== "connected") {
    const { reasonCode, message } = connectionResult(connecting);
    return { kind: "failed", code: reasonCode, message };
  }
  const place = { tenantId: plan.tenantId, planId: plan.id };
  const known = await KnownReferences.load(ARTIFACTS, place);
  const comparison: Comparison = { plan, family, client: connecting.client, known, context };
  const failure = await compare(comparison, items, key);
  await known.save(ARTIFACTS, place);
  if (failure === null) return { kind: "compared" };
  return unfinished(failure, comparison, items);
}

async function compare(
  comparison: Comparison,
  items: readonly ItemToDecide[],
  key: string,
): Promise<GraphFailure | null> {
  const { plan, context } = comparison;
  if (plan.options.mode === "create") {
    return decideInTurns(
      comparison,
      items.map((item) => ({ item, match: { kind: "none" }, target: null, candidates: [], namesakes: null })),
    );
  }
  const backedUp = await policiesOfSet(context.env.DATABASE, plan.tenantId, plan.backupSetId, key);
  const reading = await readWhole(comparison, items);
  if ("kind" in reading) return reading;
  const rest = items.filter((item) => !reading.decided.has(item));
  const { tenant } = reading;
  const madeAnew = await policiesMadeAnew(context.env.DATABASE, plan.tenantId, key);
  const matches = matchTargets({ items, tenant, ownIds: new Set(backedUp.keys()), madeAnew });
  const facts = new Map(tenant.map((policy) => [policy.graphId, policy]));
  const toCompare: ItemToCompare[] = [];
  for (const item of rest) {
    const match = matches.get(item) ?? { kind: "none" };
    const candidates = match.kind === "ambiguous" ? match.candidates : [];
    let target: JsonObject | null = null;
    if (match.kind === "same_name" || match.kind === "made_anew") {
      const read = await readPolicy(comparison.client, context.now, comparison.family, match.graphId);
      if (read.kind === "not_found") return transient("A policy disappeared while its family was read");
      if (read.kind !== "ok") return read;
      target = read.value.document;
    }
    toCompare.push({
      item,
      match,
      target,
      candidates: candidates.flatMap((graphId) => facts.get(graphId) ?? []),
      namesakes: match.kind === "none" ? namesakesOf(item, rest, tenant) : null,
    });
  }
  return decideInTurns(comparison, toCompare);
}

/** Null when the plan itself makes several of the name: which of them is whose cannot be told later. */
function namesakesOf(item: Known, items: readonly Known[], tenant: readonly Known[]): string[] | null {
  const alike = ({ name, odataType }: Known) => name === item.name && odataType === item.odataType;
  return items.filter(alike).length > 1 ? null : tenant.filter(alike).map(({ graphId }) => graphId);
}

export type TenantPolicy = InTenant & { lastModifiedAt: string | null };

/** Reads the family to its end, deciding items that are there by their id on the way: their documents are not kept. */
async function readWhole(
  comparison: Comparison,
  items: readonly ItemToDecide[],
): Promise<{ tenant: TenantPolicy[]; decided: Set<ItemToDecide> } | GraphFailure> {
  const { client, context, family } = comparison;
  const byId = new Map(items.map((item) => [item.graphId, item]));
  const tenant = new Map<string, TenantPolicy>();
  const decided = new Set<ItemToDecide>();
  for await (const portion of readFamily(client, context.now, family)) {
    if (portion.kind !== "ok") return portion;
    const same: ItemToCompare[] = [];
    for (const { graphId, document } of portion.value) {
      const { name, odataType, lastModifiedAt } = policyFacts(family, graphId, document);
      tenant.set(graphId, { graphId, name, odataType, lastModifiedAt, createdAt: createdAt(document) });
      const item = byId.get(graphId);
      if (!item || item.odataType !== odataType) continue;
      decided.add(item);
      same.push({ item, match: { kind: "same_id", graphId }, target: document, candidates: [], namesakes: null });
    }
    const failure = await decideItems(comparison, same);
    if (failure !== null) return failure;
  }
  return { tenant: [...tenant.values()], decided };
}

/** Graph says the year 1 where it knows no time. */
function createdAt(document: JsonObject): number | null {
  const at = document["createdDateTime"];
  const time = typeof at === "string" ? Date.parse(at) : Number.NaN;
  return time > 0 ? time : null;
}

async function decideInTurns(
  comparison: Comparison,
  toCompare: readonly ItemToCompare[],
): Promise<GraphFailure | null> {
  for (let first = 0; first < toCompare.length; first += ITEMS_AT_ONCE) {
    const failure = await decideItems(comparison, toCompare.slice(first, first + ITEMS_AT_ONCE));
    if (failure !== null) return failure;
  }
  return null;
}

/** What a failure means for the preview: wait for what passes, give up what concerns all of Graph, go on without the family else. */
async function unfinished(
  failure: GraphFailure,
  { plan, family, context }: { plan: StoredPlan; family: KnownFamily; context: UnitContext },
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
  await blockAll(plan, items, { code: reasonCode, message }, context);
  return { kind: "unreadable" };
}

function transient(detail: string): GraphFailure {
  return { kind: "transient", detail, retryAfterSeconds: null, requestId: null };
}
