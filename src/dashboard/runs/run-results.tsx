import type { Run } from "../../contract/runs.ts";
import type { SummaryKey } from "../../contract/summary-counts.ts";
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
            <dt className="text-xs text-kumo-subtle">{label}</dt>
            <dd className={`text-lg font-semibold tabular ${key === "failed" && value > 0 ? "text-kumo-danger" : ""}`}>
              {digits(value)}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
