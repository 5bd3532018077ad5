/** The frame of every page: its title (also the document's, and where focus goes after navigation) and its actions. */
import { type ReactNode, useEffect } from "react";

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
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
      <div className="min-w-0">
        <h1 tabIndex={-1} data-page-title className="text-xl font-semibold tracking-tight break-words">
          {title}
        </h1>
        {description ? <div className="mt-0.5 text-kumo-subtle">{description}</div> : null}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </header>
  );
}

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · TenantAtlas`;
  }, [title]);
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
