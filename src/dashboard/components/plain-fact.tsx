import type { ReactNode } from "react";

/** A term and its value in a `<dl>`, in the size of the text around them. */
export function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0 [overflow-wrap:anywhere]">
      <dt className="text-xs text-kumo-subtle">{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
