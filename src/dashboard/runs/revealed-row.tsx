import { type ReactNode, useEffect, useRef } from "react";

/** A row of a list. Where the address names its record, it is scrolled to and gets the focus: the result of a run leads there. */
export function RevealedRow({ named, children }: { named: boolean; children: ReactNode }) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!named) return;
    row.current?.scrollIntoView({ block: "nearest" });
    row.current?.focus({ preventScroll: true });
  }, [named]);
  return (
    <div ref={row} tabIndex={named ? -1 : undefined} className={named ? "bg-kumo-tint outline-none" : ""}>
      {children}
    </div>
  );
}
