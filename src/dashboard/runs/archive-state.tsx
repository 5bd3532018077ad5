/** Where an archive stands that a run makes: review packs and exports have the same states. */
import { Badge } from "@cloudflare/kumo/components/badge";
import type { ReactNode } from "react";
import type { z } from "zod";
import type { archiveStatusSchema } from "../../contract/archives.ts";
import { dayText } from "../components/clock.ts";
import { RunLink } from "./run-link.tsx";

type ArchiveStatus = z.infer<typeof archiveStatusSchema>;

const STATUSES: Record<ArchiveStatus, { word: string; dot: string }> = {
  writing: { word: "Being written", dot: "bg-(--bar-fill)" },
  complete: { word: "Complete", dot: "bg-kumo-success" },
  failed: { word: "Failed", dot: "bg-kumo-danger" },
  expired: { word: "Expired", dot: "bg-kumo-interact" },
};

export function ArchiveBadge({ status }: { status: ArchiveStatus }) {
  const { word, dot } = STATUSES[status];
  return (
    <Badge variant="outline" className="gap-1.5">
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${dot}`} />
      {word}
    </Badge>
  );
}

interface ArchiveFactsProps {
  archive: { status: ArchiveStatus; runId: string; expiresAt: string | null };
  /** Of a complete one: how much is in it. */
  size: ReactNode;
  /** What a person does when the file is gone. */
  whenExpired: string;
}

/** A line about the file: how large it is and until when it is kept, or why there is none. */
export function ArchiveFacts({ archive: { status, runId, expiresAt }, size, whenExpired }: ArchiveFactsProps) {
  switch (status) {
    case "writing":
      return <p className="text-kumo-subtle">The last files are being written.</p>;
    case "complete":
      return (
        <p className="tabular">
          {size}
          {expiresAt === null ? null : (
            <span className="text-kumo-subtle">
              {" "}
              · kept until <time dateTime={expiresAt}>{dayText(expiresAt)}</time>
            </span>
          )}
        </p>
      );
    case "expired":
      return <p className="text-kumo-subtle">The file was deleted when its time was over. {whenExpired}</p>;
    case "failed":
      return (
        <p className="text-kumo-subtle">
          There is no file. <RunLink runId={runId}>See why, and start again</RunLink>
        </p>
      );
  }
}
