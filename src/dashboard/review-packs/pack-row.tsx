/** One pack: what it shows, how large it is, until when it is kept, and the file. */
import { Badge } from "@cloudflare/kumo/components/badge";
import { FileLink } from "../components/file-link.tsx";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { ReviewPack } from "../../contract/review-packs.ts";
import { TextLink } from "../components/text-link.tsx";
import { absoluteText } from "../components/time.tsx";
import { RecordRow } from "../runs/record-list.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { bytesText, includeText } from "./pack-words.ts";

export function PackRow({ pack }: { pack: ReviewPack }) {
  return (
    <RecordRow
      title={absoluteText(pack.createdAt)}
      href={null}
      initiator={pack.initiator}
      at={pack.createdAt}
      state={<PackFile pack={pack} />}
    >
      <PackFacts pack={pack} />
      <p className="text-xs text-kumo-subtle">
        {includeText(pack.include)} · snapshot of{" "}
        <SnapshotLink snapshotId={pack.evidenceSnapshotId}>{absoluteText(pack.snapshotTakenAt)}</SnapshotLink>
      </p>
    </RecordRow>
  );
}

function SnapshotLink({ snapshotId, children }: { snapshotId: string; children: string }) {
  const tenant = useTenant();
  return (
    <TextLink to={PAGES.snapshot} params={{ slug: tenant.slug, snapshotId }}>
      {children}
    </TextLink>
  );
}

function PackFacts({ pack }: { pack: ReviewPack }) {
  switch (pack.status) {
    case "writing":
      return <p className="text-kumo-subtle">The last files are being written.</p>;
    case "complete":
      return (
        <p className="tabular">
          {groupDigits(`${pack.fileCount} files`)} · {bytesText(pack.archiveBytes ?? 0)}
          {pack.expiresAt === null ? null : (
            <span className="text-kumo-subtle">
              {" "}
              · kept until <time dateTime={pack.expiresAt}>{new Date(pack.expiresAt).toLocaleDateString()}</time>
            </span>
          )}
        </p>
      );
    case "expired":
      return (
        <p className="text-kumo-subtle">
          The file was deleted when its time was over. A new pack of the same snapshot has the same content.
        </p>
      );
    case "failed":
      return (
        <p className="text-kumo-subtle">
          There is no file. <RunLink runId={pack.runId}>See why, and start again</RunLink>
        </p>
      );
  }
}

const STATUSES: Record<Exclude<ReviewPack["status"], "complete">, { word: string; dot: string }> = {
  writing: { word: "Being written", dot: "bg-(--bar-fill)" },
  failed: { word: "Failed", dot: "bg-kumo-danger" },
  expired: { word: "Expired", dot: "bg-kumo-interact" },
};

/** The download of a pack that has a file, else where the pack stands. */
function PackFile({ pack }: { pack: ReviewPack }) {
  const mayDownload = useCan("review-pack.download");
  if (pack.status === "complete" && pack.downloadHref !== null && mayDownload) {
    return (
      <FileLink
        href={pack.downloadHref}
        name={pack.archiveName}
        label={`Download the pack of ${absoluteText(pack.createdAt)}`}
      >
        Download
      </FileLink>
    );
  }
  const { word, dot } =
    pack.status === "complete" ? { word: "Complete", dot: "bg-kumo-success" } : STATUSES[pack.status];
  return (
    <Badge variant="outline" className="gap-1.5">
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${dot}`} />
      {word}
    </Badge>
  );
}
