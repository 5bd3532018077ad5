import { isOperationType, OPERATION_TYPES } from "../../contract/operation-types.ts";
import type { Run } from "../../contract/runs.ts";
import type { SummaryKey } from "../../contract/summary-counts.ts";
import { RunProof } from "./run-proof.tsx";
import { Section } from "../components/page.tsx";
import { digits } from "../components/digits.ts";

/** The counts that are results. `total` and `processed` are not among them: progress tells those, in its own words. */
const RESULTS: readonly { key: SummaryKey; label: string }[] = [
  { key: "succeeded", label: "Succeeded" },
  { key: "failed", label: "Failed" },
  { key: "skipped", label: "Skipped" },
  { key: "items", label: "Items read" },
  { key: "created", label: "New" },
  { key: "updated", label: "Changed" },
  { key: "unchanged", label: "Unchanged" },
  { key: "deleted", label: "Removed" },
];

/** What the counts of a type that tells its effects are called: it changes the tenant, and what is as it should be stays. */
const EFFECT_LABELS: Partial<Record<SummaryKey, string>> = {
  created: "Created",
  updated: "Updated",
  deleted: "Deleted",
  unchanged: "Already so",
};

function labelOf(run: Run, key: SummaryKey, label: string): string {
  const row = isOperationType(run.type) ? OPERATION_TYPES[run.type] : null;
  return row !== null && "tellsEffects" in row ? (EFFECT_LABELS[key] ?? label) : label;
}

/** Counts told as results, each one as the server stored it. Nothing for a run without any. */
export function RunResults({ run }: { run: Run }) {
  const counted = RESULTS.flatMap(({ key, label }) => {
    const value = run.summaryCounts[key];
    return value === undefined ? [] : [{ key, label, value }];
  });
  if (counted.length === 0) return null;
  return (
    <Section title={run.status === "completed" ? "Results" : "Results so far"} id="run-results">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
        {counted.map(({ key, label, value }) => (
          <div key={key}>
            <dt className="text-xs text-kumo-subtle">{labelOf(run, key, label)}</dt>
            <dd className={`text-lg font-semibold tabular ${key === "failed" && value > 0 ? "text-kumo-danger" : ""}`}>
              {digits(value)}
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-4">
        <RunProof run={run} />
      </div>
    </Section>
  );
}
