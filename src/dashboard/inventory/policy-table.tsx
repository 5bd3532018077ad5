/** Thousands of policies as a table of which only the visible rows exist. */
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useRef, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Policy } from "../../contract/inventory.ts";
import { SortableTitle } from "../components/sortable-title.tsx";
import { Time } from "../components/time.tsx";
import { useListKeys } from "../keys/list-keys.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { rootPixels } from "../components/root-pixels.ts";
import type { PolicyColumn, PolicySort } from "./policy-columns.ts";
import { columnOf, isDescending, sortAfter } from "./policy-sort.ts";

const WIDE_FROM_PIXELS = 720;
const WIDE_ROW_PIXELS = 38;
const NARROW_ROW_PIXELS = 54;
const COLUMNS = "grid-cols-[minmax(0,2.4fr)_minmax(0,1.5fr)_minmax(0,0.9fr)_6.25rem_7.5rem_7.5rem_3.75rem]";

const TITLES: readonly { column: PolicyColumn; title: string; className?: string }[] = [
  { column: "name", title: "Name" },
  { column: "family", title: "Family" },
  { column: "platform", title: "Platform" },
  { column: "assignments", title: "Assignments", className: "pr-3 text-right" },
  { column: "changed", title: "Last changed" },
  { column: "seen", title: "Last seen" },
  { column: "version", title: "Version", className: "text-right" },
];

interface PolicyTableProps {
  policies: Policy[];
  selectedId: string | undefined;
  /** Another one is another list, which is shown from its beginning. */
  filterKey: string;
  sort: PolicySort;
  /** Absent while the inventory is not whole. */
  onSort: ((sort: PolicySort | undefined) => void) | undefined;
}

export function PolicyTable({ policies, selectedId, filterKey, sort, onSort }: PolicyTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const wide = useIsWide(scroller);
  const rowPixels = rootPixels(wide ? WIDE_ROW_PIXELS : NARROW_ROW_PIXELS);
  const virtualizer = useVirtualizer({
    count: policies.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    overscan: 12,
    getItemKey: (index) => policies[index]?.id ?? index,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowPixels]);
  const shownFilter = useRef(filterKey);
  useEffect(() => {
    if (shownFilter.current === filterKey) return;
    shownFilter.current = filterKey;
    virtualizer.scrollToOffset(0);
  }, [virtualizer, filterKey]);
  const keys = useListKeys({
    count: policies.length,
    show: (index) => virtualizer.scrollToIndex(index, { align: "center" }),
    indexOf: (id) => policies.findIndex((policy) => policy.id === id),
  });
  useRevealSelected(policies, selectedId, (index) => virtualizer.scrollToIndex(index, { align: "auto" }));

  return (
    <div ref={scroller} className="h-full overflow-y-auto" tabIndex={-1}>
      <div role="table" aria-label="Policies" aria-rowcount={policies.length + 1}>
        <div
          role="row"
          aria-rowindex={1}
          className={`sticky top-0 z-10 items-center gap-3 border-b border-kumo-line bg-kumo-base px-3 text-xs font-medium text-kumo-subtle ${wide ? `grid h-8 ${COLUMNS}` : "sr-only"}`}
        >
          {TITLES.map(({ column, title, className }) => (
            <SortableTitle
              key={column}
              title={title}
              order={columnOf(sort) !== column ? undefined : isDescending(sort) ? "descending" : "ascending"}
              onSort={onSort === undefined ? undefined : () => onSort(sortAfter(sort, column))}
              {...(className === undefined ? {} : { className })}
            />
          ))}
        </div>
        <div
          ref={keys}
          role="rowgroup"
          className="relative outline-none"
          style={{ height: virtualizer.getTotalSize() }}
        >
          {virtualizer.getVirtualItems().map((item) => {
            const policy = policies[item.index];
            if (policy === undefined) return null;
            return (
              <div
                key={item.key}
                role="row"
                data-row={item.index}
                aria-rowindex={item.index + 2}
                className={`absolute inset-x-0 border-b border-kumo-line hover:bg-kumo-tint ${policy.id === selectedId ? "bg-kumo-tint" : ""}`}
                style={{ height: rowPixels, transform: `translateY(${item.start}px)` }}
              >
                {wide ? (
                  <WideRow policy={policy} selected={policy.id === selectedId} />
                ) : (
                  <NarrowRow policy={policy} selected={policy.id === selectedId} />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  policy: Policy;
  selected: boolean;
}

function WideRow({ policy, selected }: RowProps) {
  return (
    <div role="presentation" className={`grid h-full items-center gap-3 px-3 ${COLUMNS}`}>
      <span role="cell" className="flex min-w-0 items-center gap-2">
        <NameLink policy={policy} selected={selected} />
      </span>
      <span role="cell" className="truncate text-kumo-subtle">
        {policy.familyLabel}
      </span>
      <span role="cell" className="truncate text-kumo-subtle">
        {policy.platform ?? "–"}
      </span>
      <span role="cell" className="pr-3 text-right tabular">
        {policy.assignmentCount ?? "–"}
      </span>
      <span role="cell" className="truncate text-kumo-subtle">
        {policy.lastModifiedAt === null ? "–" : <Time at={policy.lastModifiedAt} />}
      </span>
      <span role="cell" className="truncate text-kumo-subtle">
        <Time at={policy.lastSeenAt} />
      </span>
      <span role="cell" className="text-right tabular text-kumo-subtle">
        {policy.versionNumber}
      </span>
    </div>
  );
}

function NarrowRow({ policy, selected }: RowProps) {
  return (
    <div role="presentation" className="flex h-full flex-col justify-center px-3">
      <span role="cell" className="flex min-w-0 items-center gap-2">
        <NameLink policy={policy} selected={selected} />
      </span>
      <span role="cell" className="truncate text-xs text-kumo-subtle">
        {policy.familyLabel}
        {policy.platform === null ? "" : ` · ${policy.platform}`}
      </span>
    </div>
  );
}

/** The link covers its row, so that the whole row can be clicked while only one thing takes focus. */
function NameLink({ policy, selected }: RowProps) {
  const tenant = useTenant();
  return (
    <>
      <Link
        to={PAGES.policy}
        params={{ slug: tenant.slug, policyId: policy.id }}
        search={(search) => ({ ...search, version: undefined, before: undefined })}
        aria-current={selected ? "true" : undefined}
        resetScroll={false}
        preload={false}
        className="truncate font-medium after:absolute after:inset-0 focus-visible:-outline-offset-2"
        title={policy.name}
      >
        {policy.name}
      </Link>
      {policy.removedAt === null ? null : (
        <span className="shrink-0 rounded bg-kumo-danger-tint px-1.5 text-xs text-kumo-danger">Removed</span>
      )}
      {policy.unread === null ? null : (
        <span className="shrink-0 rounded bg-kumo-warning-tint px-1.5 text-xs">Could not be read</span>
      )}
    </>
  );
}

/** Brings the selected row into view once for each selection, and not again when the list changes around it. */
function useRevealSelected(
  policies: Policy[],
  selectedId: string | undefined,
  scrollTo: (index: number) => void,
): void {
  const revealed = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (revealed.current === selectedId) return;
    const index = policies.findIndex((policy) => policy.id === selectedId);
    if (selectedId !== undefined && index === -1) return;
    revealed.current = selectedId;
    if (index !== -1) scrollTo(index);
  }, [policies, selectedId, scrollTo]);
}

function useIsWide(element: RefObject<HTMLElement | null>): boolean {
  const [wide, setWide] = useState(() => window.innerWidth >= rootPixels(1024));
  useEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const observer = new ResizeObserver(() => setWide(target.clientWidth >= rootPixels(WIDE_FROM_PIXELS)));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return wide;
}
