/** Finds the policies of the tenant that are those of a standard: by what they set (standards/match.ts), never by their names. */
import type { ItemToDecide } from "../../database/restore/restore-plan-items.ts";
import { policiesMadeAnew } from "../../database/restore/restore-journal.ts";
import { matchesOf } from "../../database/standards/follow-content.ts";
import { findFollowing } from "../../database/standards/followings.ts";
import { readFamily, readPolicy } from "../../graph/calls/family-reader.ts";
import { ok, type GraphFailure, type GraphResult } from "../../graph/calls/result.ts";
import type { Family } from "../../graph/families/family.ts";
import { unreadReason } from "../../graph-work/failure-results.ts";
import type { JsonObject } from "../../policies/json-value.ts";
import { type Found, knownIdOf, matchPolicies, type Present, type Wanted } from "../../standards/match.ts";
import { traitsOf } from "../../standards/traits.ts";
import { eachOf } from "../../storage/each-of.ts";
import { readPayload } from "../../storage/payload-store.ts";
import type { Comparison, ItemWithTarget, TenantPolicy } from "./comparison.ts";
import {
  concernsOnePolicy,
  DISAPPEARED,
  type FoundTargets,
  inTenant,
  namesakesOf,
  portionsOf,
  unreadTarget,
} from "./find-targets.ts";
import type { Match } from "./match-target.ts";

/**
 * As `findTargets`, for the items of a standard's deployment.
 *
 * Graph: the family once, whole, and a reading for each policy that was found. R2: a reading for each item. D1: three queries. Memory: of each policy of the
 * tenant what it sets, as numbers.
 */
export async function* findByContent(
  comparison: Comparison,
  followingId: string,
  items: readonly ItemToDecide[],
): AsyncGenerator<GraphResult<FoundTargets>> {
  const { plan, context, client, family } = comparison;
  const { DATABASE, ARTIFACTS } = context.env;
  const tenant = new Map<string, TenantPolicy>();
  const present = new Map<string, Present>();
  const unreadable = new Map<string, GraphFailure>();
  for await (const portion of readFamily(client, context.now, family)) {
    if (portion.kind !== "ok") {
      yield portion;
      return;
    }
    for (const { graphId, listed, failure } of portion.value.unreadable) {
      unreadable.set(graphId, failure);
      tenant.set(graphId, inTenant(family, graphId, listed));
    }
    for (const { graphId, document } of portion.value.policies) {
      const policy = inTenant(family, graphId, document);
      tenant.set(graphId, policy);
      unreadable.delete(graphId);
      present.set(graphId, { graphId, name: policy.name, traits: traitsOf(family.key, document) });
    }
  }
  const following = await findFollowing(DATABASE, plan.tenantId, followingId);
  const known = await matchesOf(DATABASE, plan.tenantId, followingId);
  const made = await policiesMadeAnew(DATABASE, plan.tenantId, family.key);
  const [only] = [...tenant.keys()];
  const wanted = await eachOf(items, async (item): Promise<Wanted | null> => {
    const payload = await readPayload(ARTIFACTS, plan.tenantId, item.contentHash);
    if (payload.kind !== "found") return null;
    const isHome = following?.homeTenantId === plan.tenantId;
    const knownId = knownIdOf({
      found: known.get(keyOf(item, plan.backupSetId))?.graphId,
      made: made.get(item.graphId),
      own: isHome || family.restore.ownId ? item.graphId : null,
      only: family.single === null ? null : (only ?? null),
    });
    return {
      key: item.itemId,
      name: item.name,
      traits: traitsOf(family.key, payload.document, plan.options.mapping),
      knownId,
    };
  });
  const found = matchPolicies(
    wanted.filter((each) => each !== null),
    [...present.values()],
  );
  for (const portion of portionsOf(items)) {
    const withTargets: ItemWithTarget[] = [];
    const unread: FoundTargets["unread"] = [];
    for (const item of portion) {
      const knownId = wanted.find((each) => each?.key === item.itemId)?.knownId ?? null;
      const match = toMatch(found.get(item.itemId) ?? { kind: "none" });
      // What was not found may be one that cannot be read: the one that it is known as, or any.
      const hidden = match.kind === "none" ? (unreadable.get(knownId ?? "") ?? [...unreadable.values()][0]) : undefined;
      if (hidden) {
        unread.push({
          item,
          reason:
            knownId !== null && unreadable.has(knownId) ? unreadTarget(hidden, family) : maybeUnread(hidden, family),
        });
        continue;
      }
      let target: JsonObject | null = null;
      if ("graphId" in match) {
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
        namesakes: match.kind === "none" ? namesakesOf(item, items, [...tenant.values()]) : null,
      });
    }
    yield ok({ found: withTargets, unread });
  }
}

/** Why an item is not made although none was found: what could not be read may be it (F35). */
function maybeUnread(failure: GraphFailure, family: Family): { code: string; message: string } {
  const { message } = unreadReason(failure, family);
  return {
    code: "target_unreadable",
    message: `Policies of this family could not be read, and this one may be among them. ${message}`,
  };
}

function toMatch(found: Found): Match {
  switch (found.kind) {
    case "settings":
    case "alike":
    case "id":
      return { kind: "same_content", graphId: found.graphId };
    case "ambiguous":
      return { kind: "ambiguous", cause: "alike", candidates: found.candidates };
    case "none":
      return { kind: "none" };
  }
}

/** The key of the standard's policy that an item was made of (`deploymentItemId`). */
function keyOf({ itemId }: ItemToDecide, backupSetId: string): string {
  return itemId.slice(backupSetId.length + 1);
}
