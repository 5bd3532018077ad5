/** Filtering and ordering the loaded inventory. Pure. */
import { compareNames } from "../components/compare-names.ts";
import type { Policy } from "../../contract/inventory.ts";
import { groupDigits } from "../../contract/progress.ts";
import { fold, foldedWords } from "../components/words.ts";

export interface PolicyFilter {
  query?: string | undefined;
  family?: string | undefined;
  platform?: string | undefined;
  /** Removed policies are hidden unless asked for. */
  removed?: "only" | "include" | undefined;
  /** Only policies that could not be read. */
  reading?: "unread" | undefined;
}

/** A policy with the text that a search looks through, folded once and not per keystroke. */
export interface SearchablePolicy {
  policy: Policy;
  haystack: string;
}

/** Ordered by name, then by family. A policy that two pages brought (the list moved between them) is kept once. */
export function toSearchable(policies: readonly Policy[]): SearchablePolicy[] {
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  return [...byId.values()]
    .map((policy) => ({
      policy,
      haystack: fold([policy.name, policy.description ?? "", policy.familyLabel].join("\n")),
    }))
    .sort(
      (one, other) =>
        compareNames(one.policy.name, other.policy.name) ||
        compareNames(one.policy.familyLabel, other.policy.familyLabel),
    );
}

/** Every word of the query must occur somewhere; case and compatibility forms do not matter. Ids are found by a good part. */
export function filterPolicies(policies: readonly SearchablePolicy[], filter: PolicyFilter): Policy[] {
  const words = foldedWords(filter.query);
  const found: Policy[] = [];
  for (const { policy, haystack } of policies) {
    const removed = policy.removedAt !== null;
    if (filter.removed === "only" ? !removed : filter.removed !== "include" && removed) continue;
    if (filter.reading === "unread" && policy.unread === null) continue;
    if (filter.family !== undefined && policy.family !== filter.family) continue;
    if (filter.platform !== undefined && policy.platform !== filter.platform) continue;
    if (words.every((word) => haystack.includes(word) || isPartOfId(word, policy))) found.push(policy);
  }
  return found;
}

/** How many are shown, out of what. The removed ones are told apart: they are known, and not in the tenant any more. */
export function countText(shown: number, known: readonly SearchablePolicy[], complete: boolean): string {
  // A tenant that was never read may have thousands: there is no number to tell.
  if (known.length === 0 && complete) return "No policy has been read";
  const noun = shown === 1 ? "policy" : "policies";
  const removed = known.filter(({ policy }) => policy.removedAt !== null).length;
  const inventory = `${known.length - removed} in the inventory${removed === 0 ? "" : `, ${removed} removed`}`;
  const all = complete ? inventory : `${known.length} loaded so far, loading more`;
  return groupDigits(`${shown} ${noun} shown · ${all}`);
}

/** The values a filter can take among what is loaded, by label. */
export function filterOptions(policies: readonly Policy[]): {
  families: { value: string; label: string }[];
  platforms: { value: string; label: string }[];
} {
  const families = new Map<string, string>();
  const platforms = new Map<string, string>();
  for (const policy of policies) {
    families.set(policy.family, policy.familyLabel);
    if (policy.platform !== null) platforms.set(policy.platform, policy.platform);
  }
  return { families: toOptions(families), platforms: toOptions(platforms) };
}

function toOptions(labels: ReadonlyMap<string, string>): { value: string; label: string }[] {
  return [...labels]
    .map(([value, label]) => ({ value, label }))
    .sort((one, other) => compareNames(one.label, other.label));
}

/** Short words would match the digits of most ids, which nobody means by them. */
function isPartOfId(word: string, policy: Policy): boolean {
  return word.length >= 8 && policy.graphId.toLowerCase().includes(word);
}
