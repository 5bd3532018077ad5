/** The frame of every page: its title (also the document's, and where focus goes after navigation) and its actions. */
import { type ReactNode, type RefObject, useEffect, useRef } from "react";

interface PageProps {
  title: string;
  /** For the document title where the visible one is too general. */
  documentTitle?: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, documentTitle, description, actions, children }: PageProps) {
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-5 px-4 py-5 md:px-8 md:py-7">
      <PageHeader
        title={title}
        actions={actions}
        description={description}
        {...(documentTitle ? { documentTitle } : {})}
      />
      {children}
    </div>
  );
}

export function PageHeader({ title, documentTitle, description, actions }: Omit<PageProps, "children">) {
  useDocumentTitle(documentTitle ?? title);
  const heading = useRef<HTMLHeadingElement>(null);
  const controls = useRef<HTMLDivElement>(null);
  useFocusOfVanished(controls, heading);
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
      <div className="min-w-0">
        <h1 ref={heading} tabIndex={-1} data-page-title className="text-xl font-semibold tracking-tight break-words">
          {title}
        </h1>
        {description ? <div className="mt-0.5 text-kumo-subtle">{description}</div> : null}
      </div>
      <div ref={controls} className="flex flex-wrap items-center gap-2 empty:hidden print:hidden">
        {actions}
      </div>
    </header>
  );
}

/**
 * A control that has done its work may vanish, "Cancel run" for one. The browser then drops focus to the start of the document; the page's title
 * gets it instead, which tells where things stand.
 */
function useFocusOfVanished(controls: RefObject<HTMLElement | null>, heading: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const place = controls.current;
    if (place === null) return undefined;
    let last: EventTarget | null = null;
    const remember = (event: FocusEvent) => {
      last = event.target;
    };
    const observer = new MutationObserver(() => {
      if (!(last instanceof Element) || last.isConnected) return;
      last = null;
      if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
    });
    place.addEventListener("focusin", remember);
    observer.observe(place, { childList: true, subtree: true });
    return () => {
      place.removeEventListener("focusin", remember);
      observer.disconnect();
    };
  }, [controls, heading]);
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · TenantAtlas`;
  }, [title]);
}

/** The way back to the list that a page belongs to. Its sign stays with it where what follows goes to the next line. */
export function Trail({ children }: { children: ReactNode }) {
  return (
    <span className="whitespace-nowrap">
      {children} <span aria-hidden>/</span>
    </span>
  );
}

/** A surface without a title of its own. */
export function Panel({ children }: { children: ReactNode }) {
  return <div className="rounded-lg bg-kumo-base ring ring-kumo-line">{children}</div>;
}

interface SectionProps {
  title: string;
  id: string;
  actions?: ReactNode;
  /** The content brings its own padding: lists and tables. */
  flush?: boolean;
  children: ReactNode;
}

export function Section({ title, id, actions, flush = false, children }: SectionProps) {
  return (
    <section aria-labelledby={id} className="rounded-lg bg-kumo-base ring ring-kumo-line">
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b border-kumo-line px-4 py-2">
        <h2 id={id} className="scroll-mt-20 font-semibold">
          {title}
        </h2>
        {actions}
      </div>
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}
