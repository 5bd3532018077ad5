/** A long list in the page's own flow, of which only the rows in view exist. */
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useListKeys } from "../keys/list-keys.ts";
import { useBeginning } from "./use-beginning.ts";
import { useOffset } from "./use-offset.ts";

/** Rows before the last one at which more are asked for. */
const ROWS_AHEAD = 30;

interface WindowRowsProps<T extends { id: string }> {
  label: string;
  items: readonly T[];
  rowPixels: number;
  /** Another one is another list, which is shown from its beginning. */
  filterKey: string;
  rowClassName: (item: T) => string;
  children: (item: T) => ReactNode;
  onNearEnd?: () => void;
}

export function WindowRows<T extends { id: string }>(props: WindowRowsProps<T>) {
  const { label, items, rowPixels, filterKey, rowClassName, children, onNearEnd } = props;
  const list = useRef<HTMLDivElement>(null);
  const offset = useOffset(list);
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowPixels,
    overscan: 10,
    scrollMargin: offset,
    getItemKey: (index) => items[index]?.id ?? index,
  });
  useBeginning(list, filterKey);
  const keys = useListKeys({
    count: items.length,
    show: (index) => virtualizer.scrollToIndex(index, { align: "center" }),
    indexOf: (id) => items.findIndex((item) => item.id === id),
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1);
  const nearEnd = last === undefined || last.index >= items.length - ROWS_AHEAD;
  useEffect(() => {
    if (nearEnd) onNearEnd?.();
  }, [nearEnd, onNearEnd]);
  return (
    <div ref={list}>
      <div
        ref={keys}
        role="list"
        aria-label={label}
        className="relative outline-none"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {rows.map((row) => {
          const item = items[row.index];
          if (item === undefined) return null;
          return (
            <div
              key={row.key}
              role="listitem"
              data-row={row.index}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              style={{ height: row.size, transform: `translateY(${row.start - offset}px)` }}
              className={`absolute inset-x-0 top-0 border-b border-kumo-line ${rowClassName(item)}`}
            >
              {children(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
