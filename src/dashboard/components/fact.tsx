import type { ReactNode } from "react";

/** A term and its value in a `<dl>`. The value is large: a fact that people look for first. */
export function KeyFact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-kumo-subtle">{term}</dt>
      <dd className="text-lg font-semibold tabular">{children}</dd>
    </div>
  );
}
