/** Exports as rows, newest first; one that is being written shows the progress of its run. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { TenantExport } from "../../contract/tenant-exports.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { FileLink } from "../components/file-link.tsx";
import { EmptyState } from "../components/states.tsx";
import { absoluteText } from "../components/clock.ts";
import { bytesText } from "../review-packs/pack-words.ts";
import { ArchiveBadge, ArchiveFacts } from "../runs/archive-state.tsx";
import { RecordList, RecordRow } from "../runs/record-list.tsx";
import { RevealedRow } from "../runs/revealed-row.tsx";
import { useRunsUnderWay } from "../runs/use-runs-under-way.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { exportsQuery } from "./queries.ts";

export function ExportList() {
  const tenant = useTenant();
  return (
    <RecordList
      query={useInfiniteQuery(exportsQuery(tenant))}
      active={useRunsUnderWay("tenant.export")}
      activeTitle={() => "Export being written"}
      renderRow={(made) => <Revealed made={made} />}
      empty={<EmptyState title="No export has been made yet">Press “Export everything” to make the first.</EmptyState>}
      loadMore="Load older exports"
    />
  );
}

function Revealed({ made }: { made: TenantExport }) {
  return (
    <RevealedRow named={useSearch({ from: PAGES.exports }).export === made.id}>
      <RecordRow
        title={absoluteText(made.createdAt)}
        href={null}
        initiator={made.initiator}
        at={made.createdAt}
        state={<ExportFile made={made} />}
      >
        <ArchiveFacts archive={made} size={sizeOf(made)} whenExpired="Make a new export." />
        {made.status === "complete" ? <Checksum hash={made.archiveHash} /> : null}
      </RecordRow>
    </RevealedRow>
  );
}

function sizeOf({ fileCount, rowCount, archiveBytes }: TenantExport): string {
  return `${groupDigits(`${fileCount} files`)} · ${groupDigits(`${rowCount} rows`)} · ${bytesText(archiveBytes)}`;
}

/** By it a person knows later that the file is the one that was made here. */
function Checksum({ hash }: { hash: string | null }) {
  if (hash === null) return null;
  return (
    <p className="flex items-center gap-2 text-xs text-kumo-subtle">
      <span className="min-w-0 truncate">
        SHA-256 <code>{hash}</code>
      </span>
      <CopyButton text={hash}>Copy</CopyButton>
    </p>
  );
}

/** The download of an export that has a file, else where it stands. */
function ExportFile({ made }: { made: TenantExport }) {
  if (made.status === "complete") {
    return made.downloadHref === null ? null : (
      <FileLink
        href={made.downloadHref}
        name={made.archiveName}
        label={`Download the export of ${absoluteText(made.createdAt)}`}
      >
        Download
      </FileLink>
    );
  }
  return <ArchiveBadge status={made.status} />;
}
