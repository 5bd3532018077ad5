/** The order of the inventory, as a column's title chooses it and the address keeps it. Pure. */
import { compareNames } from "../components/compare-names.ts";
import type { Policy } from "../../contract/inventory.ts";

export const POLICY_COLUMNS = ["name", "family", "platform", "assignments", "changed", "seen", "version"] as const;
export type PolicyColumn = (typeof POLICY_COLUMNS)[number];

/** As the address has it: the column, behind a minus from the greatest on. */
export const POLICY_SORTS = POLICY_COLUMNS.flatMap((column) => [column, `-${column}` as const]);
export type PolicySort = PolicyColumn | `-${PolicyColumn}`;

/** The order without another choice. */
export const DEFAULT_SORT: PolicySort = "name";

const VALUES: Record<PolicyColumn, (policy: Policy) => string | number | null> = {
  name: ({ name }) => name,
  family: ({ familyLabel }) => familyLabel,
  platform: ({ platform }) => platform,
  assignments: ({ assignmentCount }) => assignmentCount,
  changed: ({ lastModifiedAt }) => lastModifiedAt,
  seen: ({ lastSeenAt }) => lastSeenAt,
  version: ({ versionNumber }) => versionNumber,
};

export function columnOf(sort: PolicySort): PolicyColumn {
  return POLICY_COLUMNS.find((column) => sort === column || sort === `-${column}`) ?? "name";
}

export function isDescending(sort: PolicySort): boolean {
  return sort.startsWith("-");
}

/** What pressing a column's title chooses: that column, or its other direction; undefined for the order that is there anyway. */
export function sortAfter(sort: PolicySort, column: PolicyColumn): PolicySort | undefined {
  const next = columnOf(sort) === column && !isDescending(sort) ? (`-${column}` as const) : column;
  return next === DEFAULT_SORT ? undefined : next;
}

/** The policies in an order, those with the same value as they were. What is not known comes last in both directions: it is not the least. */
export function sortPolicies(policies: readonly Policy[], sort: PolicySort): Policy[] {
  const valueOf = VALUES[columnOf(sort)];
  const sign = isDescending(sort) ? -1 : 1;
  return policies
    .map((policy) => ({ policy, value: valueOf(policy) }))
    .toSorted((one, other) => {
      if (one.value === null || other.value === null) return Number(one.value === null) - Number(other.value === null);
      return sign * compare(one.value, other.value);
    })
    .map(({ policy }) => policy);
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return compareNames(String(one), String(other));
}
