/** One pack: what it shows, how large it is, until when it is kept, and the file. */
import { FileLink } from "../components/file-link.tsx";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { ReviewPack } from "../../contract/review-packs.ts";
import { TextLink } from "../components/text-link.tsx";
import { absoluteText } from "../components/clock.ts";
import { ArchiveBadge, ArchiveFacts } from "../runs/archive-state.tsx";
import { RecordRow } from "../runs/record-list.tsx";
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
      <ArchiveFacts
        archive={pack}
        size={`${groupDigits(`${pack.fileCount} files`)} · ${bytesText(pack.archiveBytes)}`}
        whenExpired="A new pack of the same snapshot has the same content."
      />
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
  return <ArchiveBadge status={pack.status} />;
}
