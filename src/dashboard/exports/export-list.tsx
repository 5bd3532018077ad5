/** Exports as rows, newest first; one that is being written shows the progress of its run. */
import { Badge } from "@cloudflare/kumo/components/badge";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { TenantExport } from "../../contract/tenant-exports.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { FileLink } from "../components/file-link.tsx";
import { EmptyState } from "../components/states.tsx";
import { absoluteText } from "../components/time.tsx";
import { bytesText } from "../review-packs/pack-words.ts";
import { RecordList, RecordRow } from "../runs/record-list.tsx";
import { RunLink } from "../runs/run-link.tsx";
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

/** Scrolls to the export that the address names and gives it the focus: the result of a run leads here. */
function Revealed({ made }: { made: TenantExport }) {
  const named = useSearch({ from: PAGES.exports }).export === made.id;
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!named) return;
    row.current?.scrollIntoView({ block: "nearest" });
    row.current?.focus({ preventScroll: true });
  }, [named]);
  return (
    <div ref={row} tabIndex={named ? -1 : undefined} className={named ? "bg-kumo-tint outline-none" : ""}>
      <RecordRow
        title={absoluteText(made.createdAt)}
        href={null}
        initiator={made.initiator}
        at={made.createdAt}
        state={<ExportFile made={made} />}
      >
        <ExportFacts made={made} />
      </RecordRow>
    </div>
  );
}

function ExportFacts({ made }: { made: TenantExport }) {
  switch (made.status) {
    case "writing":
      return <p className="text-kumo-subtle">The last files are being written.</p>;
    case "complete":
      return (
        <>
          <p className="tabular">
            {groupDigits(`${made.fileCount} files`)} · {groupDigits(`${made.rowCount} rows`)} ·{" "}
            {bytesText(made.archiveBytes ?? 0)}
            {made.expiresAt === null ? null : (
              <span className="text-kumo-subtle">
                {" "}
                · kept until <time dateTime={made.expiresAt}>{new Date(made.expiresAt).toLocaleDateString()}</time>
              </span>
            )}
          </p>
          <Checksum hash={made.archiveHash} />
        </>
      );
    case "expired":
      return <p className="text-kumo-subtle">The file was deleted when its time was over. Make a new export.</p>;
    case "failed":
      return (
        <p className="text-kumo-subtle">
          There is no file. <RunLink runId={made.runId}>See why, and start again</RunLink>
        </p>
      );
  }
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

const STATUSES: Record<Exclude<TenantExport["status"], "complete">, { word: string; dot: string }> = {
  writing: { word: "Being written", dot: "bg-(--bar-fill)" },
  failed: { word: "Failed", dot: "bg-kumo-danger" },
  expired: { word: "Expired", dot: "bg-kumo-interact" },
};

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
  const { word, dot } = STATUSES[made.status];
  return (
    <Badge variant="outline" className="gap-1.5">
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${dot}`} />
      {word}
    </Badge>
  );
}
