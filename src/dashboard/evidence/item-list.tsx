/** The filters and the rows of a snapshot's items. */
import { Input } from "@cloudflare/kumo/components/input";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useMemo } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { evidenceKindSchema, type EvidenceKind } from "../../contract/evidence.ts";
import { groupDigits } from "../../contract/progress.ts";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, ErrorState, Skeleton } from "../components/states.tsx";
import { useQueryText } from "../components/use-query-text.ts";
import { countExceptions, countText, filterItems, groupItems, kindOptions } from "./item-filter.ts";
import { ItemRows } from "./item-rows.tsx";
import { useItems } from "./use-items.ts";

export function ItemList({ snapshotId }: { snapshotId: string }) {
  const { kind, exception, query: queryInAddress } = useSearch({ from: PAGES.snapshot });
  const setFilter = useSetFilter();
  const { items, loaded, complete, error, retry } = useItems(snapshotId);
  const [query, setQuery] = useQueryText(queryInAddress, (text) => setFilter({ query: text || undefined }));
  const deferredQuery = useDeferredValue(query);

  const exceptions = useMemo(() => countExceptions(items), [items]);
  const kinds = useMemo(() => kindOptions(items), [items]);
  const shown = useMemo(
    () => filterItems(items, { query: deferredQuery, kind, exception }),
    [items, deferredQuery, kind, exception],
  );
  const groups = useMemo(() => groupItems(shown), [shown]);

  return (
    <section aria-label="Items" className="flex min-w-0 flex-col gap-2.5">
      <div role="search" className="flex flex-wrap items-center gap-2">
        <div className="min-w-44 flex-1">
          <Input
            size="sm"
            type="search"
            aria-label="Search items"
            placeholder="Search by title or key"
            className="h-8 w-full !text-sm"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
        <SelectFilter
          label="Kind"
          value={kind ?? ""}
          options={[{ value: "", label: "Every kind" }, ...kinds]}
          onChange={(value) => setFilter({ kind: evidenceKindSchema.safeParse(value).data })}
        />
        <SelectFilter
          label="Exception"
          value={exception ?? ""}
          options={[
            { value: "", label: "All items" },
            { value: "any", label: "Exceptions only" },
            ...exceptions.map(({ code, label, count }) => ({ value: code, label: groupDigits(`${label} (${count})`) })),
          ]}
          onChange={(value) => setFilter({ exception: value || undefined })}
        />
      </div>
      <p role="status" className="flex min-h-5 items-center gap-2 text-xs text-kumo-subtle tabular">
        {loaded ? countText(shown.length, items.length, complete) : "Loading items"}
        {loaded && error !== null ? (
          <button type="button" className="cursor-pointer text-kumo-link underline" onClick={retry}>
            The rest could not be loaded. Try again
          </button>
        ) : null}
      </p>
      <div className="overflow-hidden rounded-lg bg-kumo-base ring ring-kumo-line">
        {loaded ? (
          shown.length > 0 ? (
            <ItemRows groups={groups} families={familyLabels(items.map(({ item }) => item))} />
          ) : (
            <EmptyState title={complete ? "No item matches" : "No item matches so far"}>
              Use fewer words, or widen the kind or exception filter.
            </EmptyState>
          )
        ) : error === null ? (
          <Skeleton lines={10} lineHeight="h-9" />
        ) : (
          <ErrorState error={error} onRetry={retry} />
        )}
      </div>
    </section>
  );
}

/** Families by key, as the snapshot itself calls them. */
function familyLabels(items: readonly { kind: EvidenceKind; family: string | null; title: string }[]) {
  return new Map(
    items.flatMap(({ kind, family, title }) => (kind === "family" && family !== null ? [[family, title]] : [])),
  );
}

type FilterChange = Partial<{
  query: string | undefined;
  kind: EvidenceKind | undefined;
  exception: string | undefined;
}>;

/** Changes the filter in the address, in place: going back leaves the list and not one keystroke. */
function useSetFilter(): (change: FilterChange) => void {
  const navigate = useNavigate();
  return (change) =>
    void navigate({ to: ".", search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
}
