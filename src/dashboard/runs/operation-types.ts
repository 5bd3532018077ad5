/** What the console knows of operation types beyond what a run says of itself: how to ask for them, and what follows from them. */

/** For filters, in the order in which people meet them. */
export const OPERATION_TYPES: readonly { value: string; label: string }[] = [
  { value: "inventory.sync", label: "Inventory sync" },
  { value: "backup-set.add-policies", label: "Add to backup set" },
  { value: "backup-set.restore", label: "Bring back backup sets" },
  { value: "backup-set.delete", label: "Archive backup sets" },
  { value: "backup-set.force-delete", label: "Delete backup sets for good" },
  { value: "policy.restore-preview", label: "Restore preview" },
  { value: "policy.restore", label: "Policy restore" },
  { value: "baseline.capture", label: "Baseline capture" },
  { value: "baseline.compare", label: "Baseline comparison" },
  { value: "evidence.snapshot", label: "Evidence snapshot" },
  { value: "review-pack.generate", label: "Review pack" },
];

/** Types whose retry does everything anew, for a part of the result is worth nothing. */
const RETRIED_WHOLE: ReadonlySet<string> = new Set(["evidence.snapshot", "review-pack.generate"]);

/** What a retry of a run is called; null where there is nothing to retry. */
export function retryWords(run: { type: string; outcome: string; summaryCounts: { failed?: number | undefined } }) {
  if (RETRIED_WHOLE.has(run.type)) {
    return run.outcome === "failed" || run.outcome === "partially_succeeded" ? "Start again" : null;
  }
  return (run.summaryCounts.failed ?? 0) > 0 ? "Retry failed units" : null;
}

const RESULT_LINKS: Record<string, string> = {
  "evidence-snapshot": "Open the snapshot",
  "review-pack": "Open the review pack",
  "backup-set": "Open the backup set",
  "restore-plan": "Review the plan",
  baseline: "Open the baseline",
  "baseline-comparison": "Open the comparison",
};

/** What the link to a run's result says. */
export function resultLinkText(kind: string): string {
  return RESULT_LINKS[kind] ?? "Open the result";
}
