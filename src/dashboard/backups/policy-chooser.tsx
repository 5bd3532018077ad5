/** The inventory to choose from: filters, the box for all that is shown, rows to tick, and the way on. */
import { Button } from "@cloudflare/kumo/components/button";
import { useMemo } from "react";
import type { Policy } from "../../contract/inventory.ts";
import { groupDigits } from "../../contract/progress.ts";
import { SearchBar } from "../components/search-bar.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { useQueryText } from "../components/use-query-text.ts";
import { WindowRows } from "../components/window-rows.tsx";
import { filterOptions } from "../inventory/policy-filter.ts";
import type { useInventory } from "../inventory/use-inventory.ts";
import { useSetSearch } from "../shell/address-search.ts";
import {
  isFiltered,
  isTooMany,
  matchingPolicies,
  POLICY_NOUN,
  type PolicySelectionFilter,
} from "./policy-selection.ts";
import { isEmpty, isSelected, NOTHING, type Selection, selectionText, toggle } from "./selection.ts";
import { ShownPoliciesBar } from "./shown-policies-bar.tsx";
import { rootPixels } from "../components/root-pixels.ts";

const ROW_PIXELS = 52;

interface PolicyChooserProps {
  inventory: ReturnType<typeof useInventory>;
  policies: readonly Policy[];
  filter: PolicySelectionFilter;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  onReview: () => void;
}

export function PolicyChooser(props: PolicyChooserProps) {
  const { inventory, policies, filter, selection, onSelect, onReview } = props;
  const present = useMemo(() => policies.filter(({ removedAt }) => removedAt === null), [policies]);
  const shown = useMemo(() => matchingPolicies(present, filter), [present, filter]);
  const ids = useMemo(() => shown.map(({ id }) => id), [shown]);
  return (
    <section aria-label="Policies" className="flex min-w-0 flex-col gap-2.5">
      <Filters present={present} filter={filter} selection={selection} onSelect={onSelect} />
      {/* Before the list in the document too: the way on is one Tab away from its rows, however many there are. */}
      <div className="sticky top-14 z-10 -mx-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-kumo-line bg-kumo-canvas px-4 py-2 md:-mx-8 md:px-8">
        <p className="tabular">
          {isTooMany(selection)
            ? "At most 2,000 policies can be selected at once. Select by the filter instead."
            : groupDigits(`${selectionText(selection, POLICY_NOUN, isFiltered(filter))} selected`)}
        </p>
        <Button variant="primary" disabled={isEmpty(selection) || isTooMany(selection)} onClick={onReview}>
          Review
        </Button>
      </div>
      <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
        {!inventory.loaded ? (
          <NotLoaded lines={10} lineHeight="h-9" error={inventory.error} onRetry={inventory.retry} />
        ) : shown.length === 0 ? (
          present.length === 0 ? (
            <EmptyState title="The inventory is empty">
              Sync the inventory first: it says which policies there are.
            </EmptyState>
          ) : (
            <EmptyState title={inventory.complete ? "No policy matches" : "No policy matches so far"}>
              Use a shorter part of the name, or widen the family or platform.
            </EmptyState>
          )
        ) : (
          <>
            <ShownPoliciesBar
              shown={ids}
              complete={inventory.complete}
              filtered={isFiltered(filter)}
              selection={selection}
              onSelect={onSelect}
            />
            <WindowRows
              label="Policies"
              items={shown}
              rowPixels={rootPixels(ROW_PIXELS)}
              filterKey={JSON.stringify(filter)}
              rowClassName={() => "hover:bg-kumo-tint"}
            >
              {(policy) => (
                <PolicyTick
                  policy={policy}
                  selected={isSelected(selection, policy.id)}
                  onToggle={() => onSelect(toggle(selection, policy.id, ids))}
                />
              )}
            </WindowRows>
          </>
        )}
      </div>
    </section>
  );
}

type FiltersProps = Pick<PolicyChooserProps, "filter" | "selection" | "onSelect"> & { present: readonly Policy[] };

/** A selection stays while the person filters for more; "all that match" is of the filter that it was said for. */
function Filters({ present, filter, selection, onSelect }: FiltersProps) {
  const setSearch: (change: PolicySelectionFilter) => void = useSetSearch();
  const options = useMemo(() => filterOptions(present), [present]);
  const setFilter = (change: PolicySelectionFilter) => {
    if (selection.kind === "matches") onSelect(NOTHING);
    setSearch(change);
  };
  const [query, setQuery] = useQueryText(filter.query, (text) => setFilter({ query: text.trim() || undefined }));
  return (
    <SearchBar label="Search policies" placeholder="Search by name" value={query} maxLength={200} onChange={setQuery}>
      <SelectFilter
        label="Family"
        value={filter.family ?? ""}
        options={[{ value: "", label: "All families" }, ...options.families]}
        onChange={(value) => setFilter({ family: value || undefined })}
      />
      <SelectFilter
        label="Platform"
        value={filter.platform ?? ""}
        options={[{ value: "", label: "All platforms" }, ...options.platforms]}
        onChange={(value) => setFilter({ platform: value || undefined })}
      />
    </SearchBar>
  );
}

/** The whole row is the box's label. */
function PolicyTick({ policy, selected, onToggle }: { policy: Policy; selected: boolean; onToggle: () => void }) {
  return (
    <label className={`flex h-full cursor-pointer items-center gap-3 pr-4 pl-4 ${selected ? "bg-kumo-tint" : ""}`}>
      <input
        type="checkbox"
        aria-label={`${policy.name}, ${policy.familyLabel}`}
        checked={selected}
        onChange={onToggle}
        className="size-4 shrink-0 cursor-pointer accent-(--bar-fill)"
      />
      <span className="min-w-0">
        <span className="block truncate font-medium" title={policy.name}>
          {policy.name}
        </span>
        <span className="block truncate text-xs text-kumo-subtle">
          {policy.familyLabel}
          {policy.platform === null ? "" : ` · ${policy.platform}`}
        </span>
      </span>
    </label>
  );
}
