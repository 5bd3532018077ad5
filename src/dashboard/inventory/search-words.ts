/** How far a search through settings has come, in words. Pure. */
import type { SettingSearch } from "../../contract/readable-policy.ts";
import { counted, digits } from "../components/digits.ts";

/** `steps` in their order, `found` policies that match so far. */
export function progressOfSearch(
  steps: readonly Pick<SettingSearch, "looked" | "policies" | "nextCursor">[],
  found: number,
): string {
  const last = steps.at(-1);
  if (last === undefined) return "Searching";
  const matching = counted(found, "policy matches", "policies match");
  return last.nextCursor === null
    ? `${matching}. Looked at all ${counted(last.looked, "policy", "policies")}.`
    : `${matching} so far. Policies looked at: ${digits(last.looked)}. Policies in the tenant: ${digits(last.policies)}.`;
}
