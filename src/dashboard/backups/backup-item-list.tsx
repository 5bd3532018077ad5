/** What a set holds: the filters, the box above the rows, the rows. The server filters; more is read as one scrolls. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import type { BackupSetDetail, BackupSetState } from "../../contract/backup-sets.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import { listedItems } from "../api/listed-items.ts";
import { SearchBar } from "../components/search-bar.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, ErrorState, NotLoaded } from "../components/states.tsx";
import { useQueryText } from "../components/use-query-text.ts";
import { useSetSearch } from "../shell/address-search.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { BackupItemRows } from "./backup-item-rows.tsx";
import {
  type ChosenItems,
  chosenText,
  knownItemsText,
  listedItemsState,
  listedItemsText,
  NO_ITEMS,
  toggleListedItems,
} from "./chosen-items.ts";
import { backupItemsQuery } from "./queries.ts";
import { Tick } from "./tick.tsx";

interface BackupItemListProps {
  set: BackupSetDetail;
  chosen: ChosenItems;
  onChoose: (chosen: ChosenItems) => void;
}

const AGES = [
  { value: "", label: "Newest only" },
  { value: "every", label: "Older ones too" },
];

export function BackupItemList({ set, chosen, onChoose }: BackupItemListProps) {
  const { query: inAddress, family, every } = useSearch({ from: PAGES.backupSet });
  const setFilter: (change: FilterChange) => void = useSetSearch();
  const [query, setQuery] = useQueryText(inAddress, (text) => setFilter({ query: text.trim() || undefined }));
  const read = useInfiniteQuery(backupItemsQuery(useTenant(), set.id, { query: inAddress, family, every }));
  const mayAdd = useCan("backup.write");
  // A deployment's set is of one plan, which is made of all of it.
  const mayChoose = useCan("restore.preview") && set.state === "active" && set.origin !== "standard";
  const status = useRef<HTMLParagraphElement>(null);
  const items = listedItems(read);
  const filtered = inAddress !== undefined || family !== undefined;
  return (
    <section aria-label="Items" className="flex min-w-0 flex-col gap-2.5">
      <SearchBar label="Search items" placeholder="Search by name" value={query} maxLength={200} onChange={setQuery}>
        <SelectFilter
          label="Family"
          value={family ?? ""}
          options={[
            { value: "", label: "All families" },
            ...set.families.map(({ key, label, policyCount }) => ({ value: key, label: `${label} (${policyCount})` })),
          ]}
          onChange={(value) => setFilter({ family: value || undefined })}
        />
        <SelectFilter
          label="Age"
          value={every ? "every" : ""}
          options={AGES}
          onChange={(value) => setFilter({ every: value === "every" ? true : undefined })}
        />
      </SearchBar>
      <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
        {items === undefined ? (
          <NotLoaded lines={8} lineHeight="h-10" error={read.error} onRetry={() => void read.refetch()} />
        ) : items.length === 0 ? (
          filtered ? (
            <EmptyState title="No item matches">Use a shorter part of the name, or another family.</EmptyState>
          ) : (
            <EmptyState title="This set is empty">{emptyAdvice(set.state, mayAdd)}</EmptyState>
          )
        ) : (
          <>
            <div
              className={`flex min-h-11 items-center gap-2 border-b border-kumo-line pr-4 ${mayChoose ? "pl-1" : "pl-4"}`}
            >
              {mayChoose ? (
                <Tick
                  label={`Select all listed items, to ${set.origin === "undo" ? "undo" : "restore"} them`}
                  state={listedItemsState(chosen, items)}
                  onChange={() => onChoose(toggleListedItems(chosen, items))}
                />
              ) : null}
              <p ref={status} tabIndex={-1} role="status" className="text-xs text-kumo-subtle tabular outline-none">
                {groupDigits(
                  chosen.size > 0
                    ? chosenText(chosen, read.hasNextPage)
                    : (knownItemsText(set, { query: inAddress, family, every }) ??
                        listedItemsText(items.length, !read.hasNextPage)),
                )}
              </p>
              {chosen.size === 0 ? null : (
                <button
                  type="button"
                  className="cursor-pointer text-xs text-kumo-link underline underline-offset-2"
                  onClick={() => {
                    onChoose(NO_ITEMS);
                    status.current?.focus();
                  }}
                >
                  Clear the selection
                </button>
              )}
            </div>
            <BackupItemRows
              items={items}
              filterKey={JSON.stringify([inAddress, family, every])}
              onNearEnd={() => {
                if (read.hasNextPage && !read.isFetching && !read.isError) void read.fetchNextPage();
              }}
              {...(mayChoose ? { chosen, onChoose } : {})}
            />
          </>
        )}
        {read.data !== undefined && read.isFetchNextPageError ? (
          <ErrorState error={read.error} onRetry={() => void read.fetchNextPage()} />
        ) : null}
      </div>
    </section>
  );
}

function emptyAdvice(state: BackupSetState, mayAdd: boolean): string {
  if (state === "archived") return "It was archived before anything was added to it.";
  return mayAdd
    ? "Press “Add policies” to choose some. Each is read afresh and completely from Microsoft Graph."
    : "An operator, a manager or an owner of this tenant can add policies to it.";
}

type FilterChange = Partial<{ query: string | undefined; family: string | undefined; every: true | undefined }>;
