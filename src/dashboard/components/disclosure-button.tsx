import { CaretRightIcon } from "@phosphor-icons/react/CaretRight";
import type { ReactNode } from "react";

interface DisclosureButtonProps {
  open: boolean;
  /** The id of what it shows and hides. */
  controls: string;
  onToggle: () => void;
  /** "first line" where the content has several lines. */
  align?: "center" | "first line";
  children: ReactNode;
}

/** The whole row shows and hides what belongs to it. */
export function DisclosureButton({ open, controls, onToggle, align = "center", children }: DisclosureButtonProps) {
  const centered = align === "center";
  return (
    <button
      type="button"
      aria-expanded={open}
      aria-controls={controls}
      onClick={onToggle}
      className={`flex w-full cursor-pointer gap-2.5 px-4 text-left hover:bg-kumo-tint focus-visible:-outline-offset-2 ${centered ? "min-h-10 items-center" : "items-start py-2.5"}`}
    >
      <CaretRightIcon
        size={14}
        aria-hidden
        className={`shrink-0 text-kumo-subtle transition-transform ${centered ? "" : "mt-1"} ${open ? "rotate-90" : ""}`}
      />
      {children}
    </button>
  );
}
