/** How bad a finding is and what it is about, in words and colors; the words alone are enough. */
import type { Finding, Severity } from "../../contract/baselines.ts";
import { SEVERITY_WORDS } from "../baselines/baseline-words.ts";
import { kindText } from "./finding-words.ts";

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

/** What is not known stands out: it is no difference, and no agreement either. */
export function KindMark({ finding }: { finding: Pick<Finding, "kind" | "isOfStandard" | "rule"> }) {
  const { kind } = finding;
  const color = kind === "unknown" ? "bg-kumo-warning-tint ring-kumo-warning/40" : "bg-kumo-recessed ring-kumo-line";
  return (
    <span className={`rounded px-1.5 py-0.5 text-xs whitespace-nowrap ring ${color}`}>
      {kindText(finding)}
      <span className="sr-only">.</span>
    </span>
  );
}
