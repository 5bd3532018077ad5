import type { StartedOperation } from "../../contract/runs.ts";

/** What to tell the person whose start was answered. Pure. */
export function startedWords({ run, deduplicated }: StartedOperation): { title: string; link: string } {
  if (!deduplicated) return { title: `${run.label} queued`, link: "View progress" };
  // An identical run is found only while it is active; a run has one retry, which is found ever after.
  if (run.status === "completed") return { title: "The failed units were retried already", link: "View that run" };
  return { title: `${run.label} is already under way`, link: "View progress" };
}
