/** Snapshots as rows, newest first; those that are being taken show the progress of their run. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { Run } from "../../contract/runs.ts";
import type { EvidenceSnapshot } from "../../contract/evidence.ts";
import { groupDigits } from "../../contract/progress.ts";
import { snapshotsQuery } from "../api/queries.ts";
import { AppLink } from "../components/app-link.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { RunProgress } from "../components/run-progress.tsx";
import { RunStatusBadge } from "../components/run-status.tsx";
import { EmptyState, ErrorState, Skeleton } from "../components/states.tsx";
import { absoluteText, Time } from "../components/time.tsx";
import { useActivity } from "../runs/run-store.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { exceptionsText } from "./item-filter.ts";
import { SnapshotStatusBadge } from "./snapshot-status.tsx";

export function SnapshotList() {
  const tenant = useTenant();
  const query = useInfiniteQuery(snapshotsQuery(tenant));
  const active = useActivity(tenant.id).active.filter(({ type }) => type === "evidence.snapshot");
  const underWay = new Set(active.map(({ id }) => id));
  const snapshots = (query.data?.pages.flatMap((page) => page.items) ?? []).filter(({ runId }) => !underWay.has(runId));
  return (
    <>
      {active.length + snapshots.length > 0 ? (
        <ul className="divide-y divide-kumo-line">
          {active.map((run) => (
            <ActiveRow key={run.id} run={run} />
          ))}
          {snapshots.map((snapshot) => (
            <SnapshotRow key={snapshot.id} snapshot={snapshot} />
          ))}
        </ul>
      ) : query.data !== undefined ? (
        <EmptyState title="Nothing has been recorded yet">
          Sync the inventory, so that there is something to record, then press “Take a snapshot”.
        </EmptyState>
      ) : null}
      {query.data !== undefined ? null : query.error === null ? (
        <Skeleton lines={5} lineHeight="h-9" />
      ) : (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      <LoadMore query={query} label="Load older snapshots" />
    </>
  );
}

const ROW = "grid gap-x-6 gap-y-1.5 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.3fr)_8rem] sm:items-center";

/** A run may be there before its snapshot: this row is of the run. */
function ActiveRow({ run }: { run: Run }) {
  return (
    <li className={ROW}>
      <div className="min-w-0">
        <AppLink href={run.href} className="font-medium hover:underline">
          Snapshot being taken
        </AppLink>
        <p className="truncate text-xs text-kumo-subtle">
          {run.initiator === null ? "Automatic" : run.initiator.name} · <Time at={run.createdAt} />
        </p>
      </div>
      <RunProgress run={run} bars="any" />
      <div className="sm:justify-self-end">
        <RunStatusBadge run={run} />
      </div>
    </li>
  );
}

function SnapshotRow({ snapshot }: { snapshot: EvidenceSnapshot }) {
  return (
    <li className={ROW}>
      <div className="min-w-0">
        <AppLink href={snapshot.href} className="font-medium tabular hover:underline">
          {absoluteText(snapshot.takenAt)}
        </AppLink>
        <p className="truncate text-xs text-kumo-subtle">
          {snapshot.initiator === null ? "Automatic" : snapshot.initiator.name} · <Time at={snapshot.takenAt} />
        </p>
      </div>
      <SnapshotContent snapshot={snapshot} />
      <div className="sm:justify-self-end">
        <SnapshotStatusBadge status={snapshot.status} />
      </div>
    </li>
  );
}

function SnapshotContent({ snapshot }: { snapshot: EvidenceSnapshot }) {
  const tenant = useTenant();
  switch (snapshot.status) {
    case "building":
      return <p className="text-kumo-subtle">The last items are being recorded.</p>;
    case "complete":
      return (
        <div className="min-w-0">
          <p className="tabular">
            {groupDigits(`${snapshot.itemCount} ${snapshot.itemCount === 1 ? "item" : "items"}`)} ·{" "}
            {exceptionsText(snapshot.exceptionCount ?? 0)}
          </p>
          <p className="truncate text-xs text-kumo-subtle">
            Root <code className="font-mono">{snapshot.merkleRoot}</code>
          </p>
        </div>
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
          Not usable: not every item was recorded.{" "}
          <Link
            to={PAGES.run}
            params={{ slug: tenant.slug, runId: snapshot.runId }}
            className="text-kumo-link underline underline-offset-2"
          >
            See why
          </Link>
          , then take another.
        </p>
      );
  }
}
