/** The words of a run's terminal notification: the outcome, and the contract's own text. Derived from the run, so repeatable. */
import type { Run, RunOutcome } from "../../contract/runs.ts";

const OUTCOME_WORDS: Record<RunOutcome, string> = {
  pending: "is running",
  succeeded: "succeeded",
  partially_succeeded: "finished with failures",
  failed: "failed",
  canceled: "was canceled",
};

export function terminalNotification(run: Pick<Run, "id" | "label" | "outcome" | "failure" | "progress">): {
  id: string;
  title: string;
  body: string;
} {
  const body = run.failure === null ? run.progress.text : run.failure.message;
  return { id: `notification_${run.id}`, title: `${run.label} ${OUTCOME_WORDS[run.outcome]}`, body };
}
