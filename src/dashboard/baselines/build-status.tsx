/** Whether a baseline or a comparison can be relied on, in a word and a color; the word alone is enough. */
import { Badge } from "../components/badge.tsx";
import type { Baseline } from "../../contract/baselines.ts";

type BuildStatus = Baseline["status"];

const DOTS: Record<BuildStatus, string> = {
  building: "bg-(--bar-fill)",
  sealed: "bg-kumo-success",
  failed: "bg-kumo-danger",
};
const BASELINE_WORDS: Record<BuildStatus, string> = { building: "Being captured", sealed: "Sealed", failed: "Failed" };
const COMPARISON_WORDS: Record<BuildStatus, string> = { building: "Under way", sealed: "Done", failed: "Failed" };

export function BaselineStatusBadge({ status }: { status: BuildStatus }) {
  return <StatusBadge dot={DOTS[status]} word={BASELINE_WORDS[status]} />;
}

export function ComparisonStatusBadge({ status }: { status: BuildStatus }) {
  return <StatusBadge dot={DOTS[status]} word={COMPARISON_WORDS[status]} />;
}

function StatusBadge({ dot, word }: { dot: string; word: string }) {
  return (
    <Badge variant="outline">
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${dot}`} />
      {word}
    </Badge>
  );
}
