/** Where a run is, in a word and a color; the word alone is enough. */
import { Badge } from "../components/badge.tsx";
import type { Run, RunOutcome } from "../../contract/runs.ts";

const OUTCOMES: Record<RunOutcome, { word: string; dot: string }> = {
  pending: { word: "Completed", dot: "bg-kumo-interact" },
  succeeded: { word: "Succeeded", dot: "bg-kumo-success" },
  partially_succeeded: { word: "Partially succeeded", dot: "bg-kumo-warning" },
  failed: { word: "Failed", dot: "bg-kumo-danger" },
  canceled: { word: "Canceled", dot: "bg-kumo-interact" },
};

/** What went wrong weighs more than what went well. */
const WEIGHTS: Record<RunOutcome, "outline" | "warning" | "error"> = {
  pending: "outline",
  succeeded: "outline",
  partially_succeeded: "warning",
  failed: "error",
  canceled: "outline",
};

const ACTIVE_DOTS = { queued: "bg-kumo-interact", running: "bg-(--bar-fill)" } as const;

/** A run of a tenant, or over tenants. */
type Standing = Pick<Run, "status" | "outcome" | "pause">;

export function runStatusWord(run: Standing): string {
  if (run.pause !== null) return run.pause.reason === "failures" ? "Stopped" : "Paused";
  if (run.status === "queued") return "Queued";
  if (run.status === "running") return "Running";
  return OUTCOMES[run.outcome].word;
}

export function RunStatusBadge({ run }: { run: Standing }) {
  const active = run.pause === null ? ACTIVE_DOTS[run.status === "queued" ? "queued" : "running"] : "bg-kumo-warning";
  const dot = run.status === "completed" ? OUTCOMES[run.outcome].dot : active;
  return (
    <Badge variant={run.status === "completed" ? WEIGHTS[run.outcome] : "outline"}>
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${dot}`} />
      {runStatusWord(run)}
    </Badge>
  );
}
