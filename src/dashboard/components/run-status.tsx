/** Where a run is, in a word and a color; the word alone is enough. */
import { Badge } from "@cloudflare/kumo/components/badge";
import type { Run, RunOutcome } from "../../contract/api.ts";

type Variant = "neutral" | "info" | "success" | "warning" | "error";

const OUTCOMES: Record<RunOutcome, { word: string; variant: Variant }> = {
  pending: { word: "Completed", variant: "neutral" },
  succeeded: { word: "Succeeded", variant: "success" },
  partially_succeeded: { word: "Partially succeeded", variant: "warning" },
  failed: { word: "Failed", variant: "error" },
  canceled: { word: "Canceled", variant: "neutral" },
};

export function runStatusWord(run: Run): string {
  if (run.status === "queued") return "Queued";
  if (run.status === "running") return "Running";
  return OUTCOMES[run.outcome].word;
}

export function RunStatusBadge({ run }: { run: Run }) {
  const variant = run.status === "completed" ? OUTCOMES[run.outcome].variant : run.status === "running" ? "info" : "neutral";
  return (
    <Badge variant={variant} appearance="dot">
      {runStatusWord(run)}
    </Badge>
  );
}
