import { CaretDownIcon } from "@phosphor-icons/react/CaretDown";
import { CaretUpIcon } from "@phosphor-icons/react/CaretUp";

interface SortableTitleProps {
  title: string;
  /** Absent where the list has another order. */
  order?: "ascending" | "descending" | undefined;
  /** Absent while the list is not whole: a part of it in an order is not the list's order. */
  onSort: (() => void) | undefined;
  className?: string;
}

/** The title of a column, which puts the table in the column's order. */
export function SortableTitle({ title, order, onSort, className = "" }: SortableTitleProps) {
  const Mark = order === "descending" ? CaretDownIcon : CaretUpIcon;
  return (
    <span role="columnheader" aria-sort={order ?? "none"} className={className}>
      <button
        type="button"
        aria-disabled={onSort === undefined}
        onClick={onSort}
        className="inline-flex max-w-full cursor-pointer items-center gap-1 rounded-sm font-medium hover:text-kumo-default aria-disabled:cursor-default"
      >
        <span className="truncate">{title}</span>
        <Mark size={12} aria-hidden className={`shrink-0 ${order === undefined ? "hidden" : ""}`} />
      </button>
    </span>
  );
}
