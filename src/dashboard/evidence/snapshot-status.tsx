/** What a snapshot is good for, in a word and a color; the word alone is enough. */
import { Badge } from "../components/badge.tsx";
import type { EvidenceSnapshot } from "../../contract/evidence.ts";

const STATUSES: Record<EvidenceSnapshot["status"], { word: string; dot: string }> = {
  building: { word: "Being taken", dot: "bg-(--bar-fill)" },
  complete: { word: "Complete", dot: "bg-kumo-success" },
  empty: { word: "Empty", dot: "bg-kumo-interact" },
  incomplete: { word: "Incomplete", dot: "bg-kumo-danger" },
};

export function SnapshotStatusBadge({ status }: { status: EvidenceSnapshot["status"] }) {
  const { word, dot } = STATUSES[status];
  return (
    <Badge variant="outline">
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${dot}`} />
      {word}
    </Badge>
  );
}
