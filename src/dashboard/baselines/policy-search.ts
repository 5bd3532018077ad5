/** Filtering a baseline's loaded policies. Pure. */
import type { BaselinePolicy } from "../../contract/baselines.ts";
import { fold, foldedWords } from "../components/words.ts";

export interface SearchablePolicy {
  policy: BaselinePolicy;
  haystack: string;
}

/** With the text that a search looks through, folded once and not per keystroke. The server's order, by name, is kept. */
export function toSearchable(policies: readonly BaselinePolicy[]): SearchablePolicy[] {
  return policies.map((policy) => ({
    policy,
    haystack: fold([policy.name, policy.familyLabel, policy.graphId].join("\n")),
  }));
}

/** Every word of the query must occur somewhere; case and compatibility forms do not matter. */
export function searchPolicies(
  policies: readonly SearchablePolicy[],
  filter: { query: string; family: string | undefined },
): BaselinePolicy[] {
  const words = foldedWords(filter.query);
  return policies
    .filter(({ policy }) => filter.family === undefined || policy.family === filter.family)
    .filter(({ haystack }) => words.every((word) => haystack.includes(word)))
    .map(({ policy }) => policy);
}
