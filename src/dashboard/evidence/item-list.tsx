/** The filters and the rows of a snapshot's items. */
import { useSearch } from "@tanstack/react-router";
import { useDeferredValue, useMemo } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { evidenceKindSchema, type EvidenceKind } from "../../contract/evidence.ts";
import { groupDigits } from "../../contract/progress.ts";
import { ListStatus, SearchBar } from "../components/search-bar.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { useQueryText } from "../components/use-query-text.ts";
import { useSetSearch } from "../shell/address-search.ts";
import { countExceptions, countText, filterItems, groupItems, kindOptions } from "./item-filter.ts";
import { ItemRows } from "./item-rows.tsx";
import { useItems } from "./use-items.ts";

export function ItemList({ snapshotId }: { snapshotId: string }) {
  const { kind, exception, query: queryInAddress } = useSearch({ from: PAGES.snapshot });
  const setFilter: (change: FilterChange) => void = useSetSearch();
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
      <SearchBar label="Search items" placeholder="Search by title or key" value={query} onChange={setQuery}>
        <SelectFilter
          label="Kind"
          value={kind ?? ""}
          options={[{ value: "", label: "All kinds" }, ...kinds]}
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
      </SearchBar>
      <ListStatus
        text={loaded ? countText(shown.length, items.length, complete) : "Loading items"}
        onRetry={loaded && error !== null ? retry : undefined}
      />
      <div className="overflow-hidden rounded-lg bg-kumo-base ring ring-kumo-line">
        {loaded ? (
          shown.length > 0 ? (
            <ItemRows
              groups={groups}
              families={familyLabels(items.map(({ item }) => item))}
              filterKey={JSON.stringify([deferredQuery, kind, exception])}
            />
          ) : (
            <EmptyState title={complete ? "No item matches" : "No item matches so far"}>
              Use fewer words, or widen the kind or exception filter.
            </EmptyState>
          )
        ) : (
          <NotLoaded lines={10} lineHeight="h-9" error={error} onRetry={retry} />
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
