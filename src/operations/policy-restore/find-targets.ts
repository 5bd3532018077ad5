/** Finds the policies of the tenant that a plan's items are to be compared with, in portions whose documents fit into memory. */
import type { ItemToDecide } from "../../database/restore/restore-plan-items.ts";
import { policiesMadeAnew } from "../../database/restore/restore-journal.ts";
import { policiesOfSet } from "../../database/restore/restore-selection.ts";
import { readFamily, readPolicy } from "../../graph/calls/family-reader.ts";
import type { Family } from "../../graph/families/family.ts";
import { TURN_OF_TYPE } from "../../graph/restore/order.ts";
import { policyFacts } from "../../graph/policy-facts.ts";
import { ok, type GraphFailure, type GraphResult } from "../../graph/calls/result.ts";
import { unreadReason } from "../../graph-work/failure-results.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import type { Comparison, ItemWithTarget, TenantPolicy } from "./comparison.ts";
import { type Known, matchTargets } from "./match-target.ts";

/** Documents that are held in memory together. */
const ITEMS_AT_ONCE = 40;

/** Items whose targets are known, and items whose target is there and cannot be read: of them nothing may be decided (F35). */
export interface FoundTargets {
  found: ItemWithTarget[];
  unread: { item: ItemToDecide; reason: { code: string; message: string } }[];
}

/**
 * Yields each item once, with its target or with the reason why that cannot be read. The last value tells: only `ok` means that all were found. In mode `update` the family is
 * read whole: items that are there by their id come with the portion that holds their policy, all others after the last portion,
 * each with a reading of its own where another id is its target.
 *
 * Graph: the family once, and a reading for each item that is found under another id; nothing in mode `create`. D1: two queries.
 */
export async function* findTargets(
  comparison: Comparison,
  items: readonly ItemToDecide[],
): AsyncGenerator<GraphResult<FoundTargets>> {
  const { plan, context, client, family } = comparison;
  if (plan.options.mode === "create") {
    for (const portion of portionsOf(items)) {
      const found = portion.map((item): ItemWithTarget => ({
        item,
        match: { kind: "none" },
        target: null,
        candidates: [],
        namesakes: null,
      }));
      yield ok({ found, unread: [] });
    }
    return;
  }
  const { DATABASE } = context.env;
  const backedUp = await policiesOfSet(DATABASE, plan.tenantId, plan.backupSetId, family.key);
  const byId = new Map(items.map((item) => [item.graphId, item]));
  const tenant = new Map<string, TenantPolicy>();
  const found = new Set<ItemToDecide>();
  const unreadable = new Map<string, GraphFailure>();
  // What refers to others of the family is decided after them.
  const held: ItemWithTarget[] = [];
  for await (const portion of readFamily(client, context.now, family)) {
    if (portion.kind !== "ok") {
      yield portion;
      return;
    }
    const same: ItemWithTarget[] = [];
    for (const { graphId, listed, failure } of portion.value.unreadable) {
      unreadable.set(graphId, failure);
      tenant.set(graphId, inTenant(family, graphId, listed));
    }
    for (const { graphId, document } of portion.value.policies) {
      const policy = inTenant(family, graphId, document);
      tenant.set(graphId, policy);
      unreadable.delete(graphId);
      const item = byId.get(graphId);
      if (!item || found.has(item) || item.odataType !== policy.odataType) continue;
      if (family.idsAreReused && item.undoes === null && item.name !== policy.name) continue;
      found.add(item);
      same.push({ item, match: { kind: "same_id", graphId }, target: document, candidates: [], namesakes: null });
    }
    held.push(...same.filter(({ item }) => turnOf(item) > 0));
    const first = same.filter(({ item }) => turnOf(item) === 0);
    if (first.length > 0) yield ok({ found: first, unread: [] });
  }
  const madeAnew = await policiesMadeAnew(DATABASE, plan.tenantId, family.key);
  // What another restore has made of a policy is that restore's to undo; only what an undo has deleted is followed.
  for (const { graphId, undoes } of items) if (undoes === "update" || undoes === "create") madeAnew.delete(graphId);
  const policies = [...tenant.values()];
  const matches = matchTargets({
    items,
    tenant: policies,
    ownIds: new Set(backedUp.keys()),
    madeAnew,
    idsAreReused: family.idsAreReused,
    // A restore and its undo know their policies: a namesake is another one.
    idsOnly: items.some(({ undoes }) => undoes !== null),
  });
  const rest = items.filter((item) => !found.has(item));
  for (const portion of portionsOf([...rest, ...held.map(({ item }) => item)])) {
    const withTargets: ItemWithTarget[] = held.filter(({ item }) => portion.includes(item));
    const unread: FoundTargets["unread"] = [];
    for (const item of portion) {
      if (found.has(item)) continue;
      const match = matches.get(item) ?? { kind: "none" };
      const hidden = "graphId" in match ? unreadable.get(match.graphId) : undefined;
      if (hidden) {
        unread.push({ item, reason: unreadTarget(hidden, family) });
        continue;
      }
      let target: JsonObject | null = null;
      if (match.kind === "same_name" || match.kind === "made_anew") {
        const read = await readPolicy(client, context.now, family, match.graphId);
        if (read.kind !== "ok" && concernsOnePolicy(read)) {
          unread.push({ item, reason: unreadTarget(read, family) });
          continue;
        }
        if (read.kind !== "ok") {
          yield read.kind === "not_found" ? DISAPPEARED : read;
          return;
        }
        target = read.value.document;
      }
      const candidates = match.kind === "ambiguous" ? match.candidates : [];
      withTargets.push({
        item,
        match,
        target,
        candidates: candidates.flatMap((graphId) => tenant.get(graphId) ?? []),
        namesakes: match.kind === "none" ? namesakesOf(item, rest, policies) : null,
      });
    }
    yield ok({ found: withTargets, unread });
  }
}

export function inTenant(family: Family, graphId: string, document: JsonObject): TenantPolicy {
  const { name, odataType, lastModifiedAt } = policyFacts(family, graphId, document);
  return { graphId, name, odataType, lastModifiedAt, createdAt: createdAt(document) };
}

export function concernsOnePolicy({ kind }: GraphFailure): boolean {
  return kind === "permission_missing" || kind === "rejected" || kind === "malformed" || kind === "too_large";
}

/** Why an item cannot be compared although the tenant has its policy. */
export function unreadTarget(failure: GraphFailure, family: Family): { code: string; message: string } {
  const { message } = unreadReason(failure, family);
  return { code: "target_unreadable", message: `The policy is in the tenant and could not be read. ${message}` };
}

export const DISAPPEARED: GraphFailure = {
  kind: "transient",
  detail: "A policy disappeared while its family was read",
  retryAfterSeconds: null,
  requestId: null,
};

/** Turn after turn: what a portion refers to in its own family was decided with an earlier one. */
export function portionsOf(items: readonly ItemToDecide[]): ItemToDecide[][] {
  const turns = [...new Set(items.map(turnOf))].toSorted((one, other) => one - other);
  return turns.flatMap((turn) => {
    const ofTurn = items.filter((item) => turnOf(item) === turn);
    return Array.from({ length: Math.ceil(ofTurn.length / ITEMS_AT_ONCE) }, (_, index) =>
      ofTurn.slice(index * ITEMS_AT_ONCE, (index + 1) * ITEMS_AT_ONCE),
    );
  });
}

export function turnOf({ odataType }: { odataType: string | null }): number {
  return TURN_OF_TYPE[odataType ?? ""] ?? 0;
}

/** Null when the plan itself makes several of the name: which of them is whose cannot be told later. */
export function namesakesOf(item: Known, items: readonly Known[], tenant: readonly Known[]): string[] | null {
  const alike = ({ name, odataType }: Known) => name === item.name && odataType === item.odataType;
  return items.filter(alike).length > 1 ? null : tenant.filter(alike).map(({ graphId }) => graphId);
}

/** Graph says the year 1 where it knows no time. */
function createdAt(document: JsonObject): number | null {
  const at = document["createdDateTime"];
  const time = typeof at === "string" ? Date.parse(at) : Number.NaN;
  return time > 0 ? time : null;
}
