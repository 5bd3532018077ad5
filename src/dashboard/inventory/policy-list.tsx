/** The filters and the rows of the inventory. */
import { useParams, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useMemo } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { ListStatus, SearchBar } from "../components/search-bar.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { useQueryText } from "../components/use-query-text.ts";
import { useSetSearch } from "../shell/address-search.ts";
import { countText, filterOptions, filterPolicies } from "./policy-filter.ts";
import { NeverRead } from "./never-read.tsx";
import { DEFAULT_SORT, type PolicySort, sortPolicies } from "./policy-sort.ts";
import { PolicyTable } from "./policy-table.tsx";
import { useInventory } from "./use-inventory.ts";

const REMOVED = [
  { value: "", label: "Present" },
  { value: "include", label: "Present and removed" },
  { value: "only", label: "Removed" },
];
const READING = [
  { value: "", label: "Read or not" },
  { value: "unread", label: "Could not be read" },
];

export function PolicyList() {
  const search = useSearch({ from: PAGES.inventory });
  const { policyId } = useParams({ strict: false });
  const setFilter: (change: FilterChange) => void = useSetSearch();
  const inventory = useInventory();
  const [query, setQuery] = useQueryText(search.query, (text) => setFilter({ query: text || undefined }));
  const deferredQuery = useDeferredValue(query);
  const { family, platform, removed, reading } = search;
  const anyUnread = inventory.policies.some(({ policy }) => policy.unread !== null);

  const options = useMemo(() => filterOptions(inventory.policies.map(({ policy }) => policy)), [inventory.policies]);
  const shown = useMemo(
    () => filterPolicies(inventory.policies, { query: deferredQuery, family, platform, removed, reading }),
    [inventory.policies, deferredQuery, family, platform, removed, reading],
  );
  // A part of the inventory in an order is not the inventory's order: until it is whole, it stands by name.
  const sort = inventory.complete ? (search.sort ?? DEFAULT_SORT) : DEFAULT_SORT;
  const ordered = useMemo(() => (sort === DEFAULT_SORT ? shown : sortPolicies(shown, sort)), [shown, sort]);
  const filtered = query !== "" || [family, platform, removed, reading].some((chosen) => chosen !== undefined);

  return (
    <section aria-label="Policies" className="flex min-h-0 min-w-0 flex-1 flex-col gap-2.5">
      <SearchBar
        label="Search policies"
        placeholder="Search by name, description or id"
        value={query}
        onChange={setQuery}
      >
        <SelectFilter
          label="Family"
          value={family ?? ""}
          options={[{ value: "", label: "All families" }, ...options.families]}
          onChange={(value) => setFilter({ family: value || undefined })}
        />
        <SelectFilter
          label="Platform"
          value={platform ?? ""}
          options={[{ value: "", label: "All platforms" }, ...options.platforms]}
          onChange={(value) => setFilter({ platform: value || undefined })}
        />
        <SelectFilter
          label="Presence"
          value={removed ?? ""}
          options={REMOVED}
          onChange={(value) => setFilter({ removed: value === "only" || value === "include" ? value : undefined })}
        />
        {anyUnread || reading !== undefined ? (
          <SelectFilter
            label="Reading"
            value={reading ?? ""}
            options={READING}
            onChange={(value) => setFilter({ reading: value === "unread" ? value : undefined })}
          />
        ) : null}
      </SearchBar>
      <ListStatus
        text={inventory.loaded ? countText(shown.length, inventory.policies, inventory.complete) : "Loading policies"}
        onRetry={inventory.loaded && inventory.error !== null ? inventory.retry : undefined}
      />
      <NeverRead />
      <div className="min-h-0 flex-1 overflow-hidden rounded-lg bg-kumo-base ring ring-kumo-line">
        {inventory.loaded ? (
          shown.length > 0 ? (
            <PolicyTable
              policies={ordered}
              selectedId={policyId}
              filterKey={JSON.stringify([deferredQuery, family, platform, removed, reading, sort])}
              sort={sort}
              onSort={inventory.complete ? (chosen) => setFilter({ sort: chosen }) : undefined}
            />
          ) : filtered && inventory.policies.length > 0 ? (
            <EmptyState title={inventory.complete ? "No policy matches" : "No policy matches so far"}>
              Use fewer words, or widen the filters.
            </EmptyState>
          ) : (
            <EmptyState title="The inventory is empty">
              Press “Sync inventory” to read this tenant's policies from Microsoft Graph.
            </EmptyState>
          )
        ) : (
          <NotLoaded lines={12} lineHeight="h-6" error={inventory.error} onRetry={inventory.retry} />
        )}
      </div>
    </section>
  );
}

type FilterChange = Partial<{
  query: string | undefined;
  family: string | undefined;
  platform: string | undefined;
  removed: "only" | "include" | undefined;
  reading: "unread" | undefined;
  sort: PolicySort | undefined;
}>;
