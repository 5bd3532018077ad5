/** Where an occurrence of a schedule is, in a word and a color; the word alone is enough. */
import type { OccurrenceState } from "../../contract/schedules.ts";
import { Badge } from "../components/badge.tsx";

const STATES: Record<OccurrenceState, { word: string; variant: "outline" | "warning" | "error" }> = {
  waiting: { word: "Waiting", variant: "outline" },
  running: { word: "Running", variant: "outline" },
  succeeded: { word: "Succeeded", variant: "outline" },
  partially_succeeded: { word: "Partially succeeded", variant: "warning" },
  failed: { word: "Failed", variant: "error" },
  skipped: { word: "Skipped", variant: "warning" },
  missed: { word: "Missed", variant: "error" },
};

export function OccurrenceBadge({ state }: { state: OccurrenceState }) {
  const { word, variant } = STATES[state];
  return <Badge variant={variant}>{word}</Badge>;
}
