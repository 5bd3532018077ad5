/** The columns that the inventory can stand in the order of, as the address keeps them. Apart from the sorting: every page knows all addresses. */

export const POLICY_COLUMNS = ["name", "family", "platform", "assignments", "changed", "seen", "version"] as const;
export type PolicyColumn = (typeof POLICY_COLUMNS)[number];

/** As the address has it: the column, behind a minus from the greatest on. */
export const POLICY_SORTS = POLICY_COLUMNS.flatMap((column) => [column, `-${column}` as const]);
export type PolicySort = PolicyColumn | `-${PolicyColumn}`;

/** The order without another choice. */
export const DEFAULT_SORT: PolicySort = "name";
