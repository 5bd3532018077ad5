/** Thousands of items under their headings, in the page's own flow; only those in view exist. */
import { WarningIcon } from "@phosphor-icons/react/Warning";
import { Link, useParams } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { EvidenceItem } from "../../contract/evidence.ts";
import { useBeginning } from "../components/use-beginning.ts";
import { useOffset } from "../components/use-offset.ts";
import { useListKeys } from "../keys/list-keys.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { exceptionLabel, type ItemGroup, kindLabel } from "./item-filter.ts";
import { digits } from "../components/digits.ts";
import { rootPixels } from "../components/root-pixels.ts";

const HEADING_PIXELS = 38;
const ROW_PIXELS = 56;

type Row =
  | { kind: "heading"; id: string; title: string; count: number; urgent: boolean }
  | { kind: "item"; id: string; item: EvidenceItem; position: number };

export function ItemRows({
  groups,
  families,
  filterKey,
}: {
  groups: readonly ItemGroup[];
  families: ReadonlyMap<string, string>;
  /** Another one is another list, which is shown from its beginning. */
  filterKey: string;
}) {
  const { itemId } = useParams({ strict: false });
  const list = useRef<HTMLDivElement>(null);
  const offset = useOffset(list);
  const rows = useMemo(() => toRows(groups), [groups]);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => rootPixels(rows[index]?.kind === "heading" ? HEADING_PIXELS : ROW_PIXELS),
    overscan: 10,
    scrollMargin: offset,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rows]);
  useBeginning(list, filterKey);
  const places = useMemo(
    () => rows.flatMap((row, index) => (row.kind === "item" ? [{ id: row.id, index }] : [])),
    [rows],
  );
  const count = places.length;
  const keys = useListKeys({
    count,
    show: (place) => {
      const row = places[place];
      if (row !== undefined) virtualizer.scrollToIndex(row.index, { align: "center" });
    },
    indexOf: (id) => places.findIndex((place) => place.id === id),
  });

  return (
    <div ref={list}>
      <div
        ref={keys}
        role="list"
        aria-label="Items"
        className="relative outline-none"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {virtualizer.getVirtualItems().map((virtual) => {
          const row = rows[virtual.index];
          if (row === undefined) return null;
          const style = { height: virtual.size, transform: `translateY(${virtual.start - offset}px)` };
          return row.kind === "heading" ? (
            <div
              key={virtual.key}
              role="listitem"
              style={style}
              className="absolute inset-x-0 top-0 flex items-center gap-2 border-b border-kumo-line bg-kumo-recessed px-4"
            >
              {row.urgent ? <WarningIcon size={16} aria-hidden className="shrink-0 text-kumo-warning" /> : null}
              <h2 className="text-xs font-semibold">{row.title}</h2>
              <span className="text-xs text-kumo-subtle tabular">{digits(row.count)}</span>
            </div>
          ) : (
            <div
              key={virtual.key}
              role="listitem"
              data-row={row.position - 1}
              aria-setsize={count}
              aria-posinset={row.position}
              style={style}
              className={`absolute inset-x-0 top-0 border-b border-kumo-line hover:bg-kumo-tint ${row.item.id === itemId ? "bg-kumo-tint" : ""}`}
            >
              <ItemRow item={row.item} families={families} selected={row.item.id === itemId} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function toRows(groups: readonly ItemGroup[]): Row[] {
  const rows: Row[] = [];
  let position = 0;
  for (const { id, title, items } of groups) {
    rows.push({ kind: "heading", id: `heading-${id}`, title, count: items.length, urgent: id === "exceptions" });
    for (const item of items) {
      position += 1;
      rows.push({ kind: "item", id: item.id, item, position });
    }
  }
  return rows;
}

interface ItemRowProps {
  item: EvidenceItem;
  families: ReadonlyMap<string, string>;
  selected: boolean;
}

/** The link covers its row, so that the whole row can be clicked while only one thing takes focus. */
function ItemRow({ item, families, selected }: ItemRowProps) {
  const tenant = useTenant();
  const { snapshotId } = useParams({ from: PAGES.snapshot });
  return (
    <div className="flex h-full flex-col justify-center px-4">
      <p className="flex min-w-0 items-baseline justify-between gap-4">
        <Link
          to={PAGES.evidenceItem}
          params={{ slug: tenant.slug, snapshotId, itemId: item.id }}
          search={(before) => before}
          aria-current={selected ? "true" : undefined}
          resetScroll={false}
          preload={false}
          className="truncate font-medium after:absolute after:inset-0 focus-visible:-outline-offset-2"
          title={item.title}
        >
          {item.title}
        </Link>
        <span className="shrink-0 text-xs text-kumo-subtle">{originOf(item, families)}</span>
      </p>
      <p className="truncate text-xs text-kumo-subtle">
        {item.exception === null ? (
          <code className="font-mono">{item.key}</code>
        ) : (
          <>
            <span className="font-medium text-kumo-warning">{exceptionLabel(item.exception.code)}</span>{" "}
            {item.exception.message}
          </>
        )}
      </p>
    </div>
  );
}

function originOf(item: EvidenceItem, families: ReadonlyMap<string, string>): string {
  if (item.kind !== "policy" || item.family === null) return kindLabel(item.kind);
  return families.get(item.family) ?? item.family;
}
