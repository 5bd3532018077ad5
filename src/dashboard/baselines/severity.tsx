/** How bad a finding is, in a word and a color; the word alone is enough. */
import type { Severity } from "../../contract/baselines.ts";
import { SEVERITY_WORDS } from "./baseline-words.ts";

export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <span className="inline-flex items-center gap-1.5 text-xs font-medium whitespace-nowrap">
      <SeverityDot severity={severity} />
      {SEVERITY_WORDS[severity]}
    </span>
  );
}

/** For where the word stands beside it. */
export function SeverityDot({ severity }: { severity: Severity }) {
  return (
    <span
      aria-hidden
      className="size-2.5 shrink-0 rounded-sm"
      style={{ backgroundColor: `var(--severity-${severity})` }}
    />
  );
}
