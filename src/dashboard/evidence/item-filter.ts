/** Ordering, filtering and naming a snapshot's items. Pure. */
import { compareNames } from "../components/compare-names.ts";
import { EVIDENCE_KINDS, type EvidenceItem, type EvidenceKind } from "../../contract/evidence.ts";
import { groupDigits } from "../../contract/progress.ts";
import { fold, foldedWords } from "../components/words.ts";

export interface ItemFilter {
  query?: string | undefined;
  kind?: EvidenceKind | undefined;
  /** An exception's code, or "any": items without exception are left out. */
  exception?: string | undefined;
}

/** An item with the text that a search looks through, folded once and not per keystroke. */
export interface SearchableItem {
  item: EvidenceItem;
  haystack: string;
}

/** Items under a heading of their own. */
export interface ItemGroup {
  id: "exceptions" | EvidenceKind;
  title: string;
  items: EvidenceItem[];
}

const KINDS: Record<EvidenceKind, { one: string; group: string }> = {
  family: { one: "Policy family", group: "Policy families" },
  policy: { one: "Policy", group: "Policies" },
  membership: { one: "Membership", group: "Membership" },
  roles: { one: "Roles", group: "Roles" },
  operations: { one: "Operations", group: "Operations" },
  "drift-findings": { one: "Drift findings", group: "Drift findings" },
  "backup-coverage": { one: "Backup coverage", group: "Backup coverage" },
};

/** In the order of the list: what there is one of each first, the many last. */
const GROUP_ORDER: readonly EvidenceKind[] = [
  "membership",
  "roles",
  "operations",
  "drift-findings",
  "backup-coverage",
  "family",
  "policy",
];

const EXCEPTIONS: Record<string, string> = {
  permission_missing: "Permission missing",
  never_read: "Never read",
  last_reading_failed: "Last reading failed",
  stale: "Not read for days",
  severe_findings: "Severe drift findings",
  open_findings: "Open drift findings",
  without_backup: "Without backup",
  operations_failed: "Failed operations",
  not_enforced: "Not enforced",
  unassigned: "Not assigned",
};

/** The most urgent first; what this console does not know comes last, under its code. */
const EXCEPTION_ORDER = Object.keys(EXCEPTIONS);

export function kindLabel(kind: EvidenceKind): string {
  return KINDS[kind].one;
}

export function exceptionLabel(code: string): string {
  return EXCEPTIONS[code] ?? code;
}

export function exceptionsText(count: number): string {
  if (count === 0) return "no exceptions";
  return groupDigits(count === 1 ? "1 exception" : `${count} exceptions`);
}

/** Ordered by title, and equal titles by key. */
export function toSearchable(items: readonly EvidenceItem[]): SearchableItem[] {
  return items
    .map((item) => ({
      item,
      haystack: fold([item.title, item.key, kindLabel(item.kind), item.exception?.message ?? ""].join("\n")),
    }))
    .sort((one, other) => compareNames(one.item.title, other.item.title) || (one.item.key < other.item.key ? -1 : 1));
}

/** Every word of the query must occur somewhere; case and compatibility forms do not matter. */
export function filterItems(items: readonly SearchableItem[], filter: ItemFilter): EvidenceItem[] {
  const words = foldedWords(filter.query);
  return items
    .filter(({ item, haystack }) => {
      if (filter.kind !== undefined && item.kind !== filter.kind) return false;
      if (filter.exception === "any" && item.exception === null) return false;
      if (filter.exception !== undefined && filter.exception !== "any" && item.exception?.code !== filter.exception)
        return false;
      return words.every((word) => haystack.includes(word));
    })
    .map(({ item }) => item);
}

/** Exceptions first, whatever their kind; then the other items by kind. Each item is in one group; no group is empty. */
export function groupItems(items: readonly EvidenceItem[]): ItemGroup[] {
  const exceptional = items
    .filter(({ exception }) => exception !== null)
    .sort((one, other) => exceptionRank(one) - exceptionRank(other));
  const groups: ItemGroup[] = [{ id: "exceptions", title: "Needs attention", items: exceptional }];
  for (const kind of GROUP_ORDER) {
    const own = items.filter((item) => item.kind === kind && item.exception === null);
    groups.push({ id: kind, title: KINDS[kind].group, items: own });
  }
  return groups.filter((group) => group.items.length > 0);
}

/** How many items have each exception, the most urgent first. */
export function countExceptions(items: readonly SearchableItem[]): { code: string; label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { item } of items) {
    if (item.exception !== null) counts.set(item.exception.code, (counts.get(item.exception.code) ?? 0) + 1);
  }
  return [...counts]
    .map(([code, count]) => ({ code, label: exceptionLabel(code), count }))
    .sort((one, other) => rankOf(one.code) - rankOf(other.code));
}

/** The kinds that occur, for a filter. */
export function kindOptions(items: readonly SearchableItem[]): { value: EvidenceKind; label: string }[] {
  const kinds = new Set(items.map(({ item }) => item.kind));
  return EVIDENCE_KINDS.filter((kind) => kinds.has(kind)).map((kind) => ({ value: kind, label: KINDS[kind].group }));
}

/** How many are shown, out of what. */
export function countText(shown: number, known: number, complete: boolean): string {
  const noun = shown === 1 ? "item" : "items";
  return groupDigits(
    `${shown} ${noun} shown · ${complete ? `${known} recorded` : `${known} loaded so far, loading more`}`,
  );
}

function exceptionRank(item: EvidenceItem): number {
  return rankOf(item.exception?.code ?? "");
}

function rankOf(code: string): number {
  const rank = EXCEPTION_ORDER.indexOf(code);
  return rank === -1 ? EXCEPTION_ORDER.length : rank;
}
