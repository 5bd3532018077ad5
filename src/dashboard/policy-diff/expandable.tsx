/** Long content is cut at a height until it is asked for. All of it is there for screen readers and for the browser's search. */
import { CaretDownIcon } from "@phosphor-icons/react/CaretDown";
import { CaretUpIcon } from "@phosphor-icons/react/CaretUp";
import { type ReactNode, useId, useState } from "react";

/** About what fits into the cut height. */
const MAX_LINES = 10;
const MAX_CHARACTERS = 700;

export function isLong(text: string): boolean {
  return text.length > MAX_CHARACTERS || text.split("\n").length > MAX_LINES;
}

export function Expandable({ long, what, children }: { long: boolean; what: string; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  if (!long) return children;
  const Icon = open ? CaretUpIcon : CaretDownIcon;
  return (
    <div>
      <div id={id} className={open ? "" : "diff-cut max-h-48 overflow-hidden"}>
        {children}
      </div>
      <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)} className={TOGGLE}>
        <Icon size={12} aria-hidden />
        {open ? "Show less" : "Show all"}
        <span className="sr-only"> of {what}</span>
      </button>
    </div>
  );
}

/** A quiet button of a touchable size. */
export const TOGGLE =
  "flex min-h-8 cursor-pointer items-center gap-1.5 rounded-md px-2 text-xs font-medium text-kumo-link hover:bg-kumo-tint";
