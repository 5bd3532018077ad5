/** Choosing policies for a set. Pure. The filter means here what it means on the server, which resolves it when a run is planned. */
import { compareNames } from "../components/compare-names.ts";
import type { Policy } from "../../contract/inventory.ts";
import { MAX_SELECTED_POLICIES } from "../../contract/backup-sets.ts";
import type { Selection } from "./selection.ts";

export const POLICY_NOUN = { one: "policy", other: "policies" };

export interface PolicySelectionFilter {
  query?: string | undefined;
  family?: string | undefined;
  platform?: string | undefined;
}

/** Those that are in the tenant and match, in the order given. `query` is a part of the name, in any case. */
export function matchingPolicies(policies: readonly Policy[], filter: PolicySelectionFilter): Policy[] {
  const part = fold(filter.query?.trim() ?? "");
  return policies.filter(
    ({ removedAt, family, platform, name }) =>
      removedAt === null &&
      (filter.family === undefined || family === filter.family) &&
      (filter.platform === undefined || platform === filter.platform) &&
      fold(name).includes(part),
  );
}

export function isFiltered({ query, family, platform }: PolicySelectionFilter): boolean {
  return query !== undefined || family !== undefined || platform !== undefined;
}

/** The input of the operation: ids, or the filter as it stands. */
export function addInput(
  backupSetId: string,
  selection: Selection,
  { query, family, platform }: PolicySelectionFilter,
): Record<string, unknown> {
  if (selection.kind === "ids") return { backupSetId, policyIds: [...selection.ids] };
  return {
    backupSetId,
    filter: {
      ...(query === undefined ? {} : { query }),
      ...(family === undefined ? {} : { family }),
      ...(platform === undefined ? {} : { platform }),
    },
  };
}

/** More cannot be named; a filter has no such limit. */
export function isTooMany(selection: Selection): boolean {
  return selection.kind === "ids" && selection.ids.size > MAX_SELECTED_POLICIES;
}

/** The filter in words: "Settings catalog, windows10, with “wifi” in the name". */
export function policyFilterText(
  { query, family, platform }: PolicySelectionFilter,
  familyLabel: (key: string) => string,
): string {
  const parts = [
    ...(family === undefined ? [] : [familyLabel(family)]),
    ...(platform === undefined ? [] : [platform]),
    ...(query === undefined ? [] : [`with “${query}” in the name`]),
  ];
  return parts.length === 0 ? "All policies of the tenant" : parts.join(", ");
}

/** How many of each family, by label. */
export function countByFamily(policies: readonly Policy[]): { label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { familyLabel } of policies) counts.set(familyLabel, (counts.get(familyLabel) ?? 0) + 1);
  return [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((one, other) => compareNames(one.label, other.label));
}

/** As the server folds names. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
