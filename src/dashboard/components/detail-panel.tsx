/** One item beside its list, or in place of it on a small screen. */
import { ArrowLeftIcon } from "@phosphor-icons/react/ArrowLeft";
import { XIcon } from "@phosphor-icons/react/X";
import { createLink, Outlet } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import { useDocumentTitle } from "./page.tsx";

interface DetailPanelProps {
  /** What kind of thing it is; also its title until it is loaded. */
  label: string;
  title: string | undefined;
  /** Below the title. */
  summary: ReactNode;
  /** A `<PanelClose>`. */
  close: ReactNode;
  /** Set where what follows draws a line of its own. */
  borderless?: boolean;
  children: ReactNode;
}

/** One header for all states: it has the focus after a navigation, and must not be replaced when the item arrives. */
export function DetailPanel({ label, title, summary, close, borderless = false, children }: DetailPanelProps) {
  useDocumentTitle(title ?? label);
  return (
    <section aria-label={label} className="flex h-full min-h-0 flex-col rounded-lg bg-kumo-base ring ring-kumo-line">
      <header
        className={`flex items-start justify-between gap-3 px-4 pt-3 ${borderless ? "pb-2" : "border-b border-kumo-line pb-3"}`}
      >
        <div className="min-w-0">
          <h2 tabIndex={-1} data-page-title className="text-base font-semibold break-words outline-none">
            {title ?? label}
          </h2>
          {summary}
        </div>
        {close}
      </header>
      {children}
    </section>
  );
}

function CloseAnchor(props: Omit<ComponentProps<"a">, "children">) {
  return (
    <a
      {...props}
      data-panel-close
      className="flex shrink-0 items-center gap-1 rounded-md p-1 text-xs text-kumo-subtle hover:bg-kumo-tint"
    >
      <ArrowLeftIcon size={14} aria-hidden className="lg:hidden" />
      <span className="lg:sr-only">Back to the list</span>
      <XIcon size={16} aria-hidden className="hidden lg:block" />
    </a>
  );
}

/** Leads back from a panel to its list. */
export const PanelClose = createLink(CloseAnchor);

/** A list, and the panel of one of its items. On a small screen an open panel takes the place of the list. */
export function ListAndPanel({ open, children }: { open: boolean; children: ReactNode }) {
  return (
    <div className="flex items-start gap-4">
      <div className={`min-w-0 flex-1 ${open ? "hidden lg:block lg:max-w-md" : ""}`}>{children}</div>
      {open ? (
        <div className="h-[calc(100dvh-10rem)] min-h-96 min-w-0 flex-[1.4] md:h-[calc(100dvh-7rem)] lg:sticky lg:top-[4.5rem] lg:h-[calc(100dvh-5.5rem)]">
          <Outlet />
        </div>
      ) : null}
    </div>
  );
}
