/** Snapshots as rows, newest first; those that are being taken show the progress of their run. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { EvidenceSnapshot } from "../../contract/evidence.ts";
import { groupDigits } from "../../contract/progress.ts";
import { EmptyState } from "../components/states.tsx";
import { absoluteText } from "../components/clock.ts";
import { RecordList, RecordRow } from "../runs/record-list.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { useRunsUnderWay } from "../runs/use-runs-under-way.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { exceptionsText } from "./item-filter.ts";
import { snapshotsQuery } from "./queries.ts";
import { SnapshotStatusBadge } from "./snapshot-status.tsx";

export function SnapshotList() {
  const tenant = useTenant();
  return (
    <RecordList
      query={useInfiniteQuery(snapshotsQuery(tenant))}
      active={useRunsUnderWay("evidence.snapshot")}
      activeTitle={() => "Snapshot being taken"}
      renderRow={(snapshot) => <SnapshotRow snapshot={snapshot} />}
      empty={
        <EmptyState title="Nothing has been recorded yet">
          Sync the inventory, so that there is something to record, then press “Take a snapshot”.
        </EmptyState>
      }
      loadMore="Load older snapshots"
    />
  );
}

function SnapshotRow({ snapshot }: { snapshot: EvidenceSnapshot }) {
  return (
    <RecordRow
      title={absoluteText(snapshot.takenAt)}
      href={snapshot.href}
      initiator={snapshot.initiator}
      at={snapshot.takenAt}
      state={<SnapshotStatusBadge status={snapshot.status} />}
    >
      <SnapshotContent snapshot={snapshot} />
    </RecordRow>
  );
}

function SnapshotContent({ snapshot }: { snapshot: EvidenceSnapshot }) {
  switch (snapshot.status) {
    case "building":
      return <p className="text-kumo-subtle">The last items are being recorded.</p>;
    case "complete":
      return (
        <>
          <p className="tabular">
            {groupDigits(`${snapshot.itemCount} ${snapshot.itemCount === 1 ? "item" : "items"}`)} ·{" "}
            {snapshot.exceptionCount === null ? "exceptions not counted" : exceptionsText(snapshot.exceptionCount)}
          </p>
          <p className="truncate text-xs text-kumo-subtle">
            Root <code className="font-mono">{snapshot.merkleRoot}</code>
          </p>
        </>
      );
    case "empty":
      return (
        <p className="text-kumo-subtle">
          There was nothing to record: the inventory had never been read. Sync it, then take another snapshot.
        </p>
      );
    case "incomplete":
      return (
        <p className="text-kumo-subtle">
          Not usable: not every item was recorded. <RunLink runId={snapshot.runId}>See why</RunLink>, then take another.
        </p>
      );
  }
}
