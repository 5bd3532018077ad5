/** One snapshot: what it is good for, its proof, then its items, exceptions first. */
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useMatch, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { EvidenceSnapshot } from "../../contract/evidence.ts";
import { runQuery, snapshotQuery } from "../api/queries.ts";
import { PageHeader } from "../components/page.tsx";
import { RunProgress } from "../components/run-progress.tsx";
import { EmptyState, ErrorState, Skeleton } from "../components/states.tsx";
import { SyncInventoryButton } from "../components/sync-button.tsx";
import { absoluteText, Time } from "../components/time.tsx";
import { useRun } from "../runs/run-store.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { ItemList } from "./item-list.tsx";
import { SnapshotProof } from "./snapshot-proof.tsx";
import { SnapshotStatusBadge } from "./snapshot-status.tsx";
import { TakeSnapshotButton } from "./take-snapshot-button.tsx";

export function SnapshotPage() {
  const tenant = useTenant();
  const { snapshotId } = useParams({ from: PAGES.snapshot });
  const { data: snapshot, error, refetch } = useQuery(snapshotQuery(tenant, snapshotId));
  const itemOpen = useMatch({ from: PAGES.evidenceItem, shouldThrow: false }) !== undefined;
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-5 px-4 py-5 md:px-8 md:py-7">
      {itemOpen ? <h1 className="sr-only lg:hidden">Evidence snapshot</h1> : null}
      <div className={`flex-col gap-5 ${itemOpen ? "hidden lg:flex" : "flex"}`}>
        <PageHeader
          title={snapshot === undefined ? "Evidence snapshot" : `Snapshot of ${absoluteText(snapshot.takenAt)}`}
          description={
            <p>
              <Link
                to={PAGES.evidence}
                params={{ slug: tenant.slug }}
                className="text-kumo-link underline underline-offset-2"
              >
                Evidence
              </Link>
              {snapshot === undefined ? null : <Origin snapshot={snapshot} />}
            </p>
          }
          actions={snapshot === undefined ? null : <SnapshotStatusBadge status={snapshot.status} />}
        />
        {snapshot === undefined ? (
          <Panel>
            {error === null ? <Skeleton lines={8} /> : <ErrorState error={error} onRetry={() => void refetch()} />}
          </Panel>
        ) : (
          <SnapshotState snapshot={snapshot} />
        )}
      </div>
      {snapshot?.status === "complete" ? (
        <div className="flex items-start gap-4">
          <div className={`min-w-0 flex-1 ${itemOpen ? "hidden lg:block lg:max-w-md" : ""}`}>
            <ItemList snapshotId={snapshot.id} />
          </div>
          {itemOpen ? (
            <div className="h-[calc(100dvh-10rem)] min-h-96 min-w-0 flex-[1.4] md:h-[calc(100dvh-7rem)] lg:sticky lg:top-[4.5rem] lg:h-[calc(100dvh-5.5rem)]">
              <Outlet />
            </div>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function Origin({ snapshot }: { snapshot: EvidenceSnapshot }) {
  const tenant = useTenant();
  return (
    <>
      <span aria-hidden> / </span>
      Taken by {snapshot.initiator === null ? "the system" : snapshot.initiator.name} <Time at={snapshot.takenAt} /> in{" "}
      <Link
        to={PAGES.run}
        params={{ slug: tenant.slug, runId: snapshot.runId }}
        className="text-kumo-link underline underline-offset-2"
      >
        this operation
      </Link>
    </>
  );
}

/** What stands above the items, or in their place: each state says what to do next. */
function SnapshotState({ snapshot }: { snapshot: EvidenceSnapshot }) {
  const tenant = useTenant();
  switch (snapshot.status) {
    case "building":
      return <Building runId={snapshot.runId} />;
    case "complete":
      return <SnapshotProof snapshot={snapshot} />;
    case "empty":
      return (
        <Panel>
          <EmptyState title="There was nothing to record">
            <p>
              This tenant's inventory had never been read when the snapshot was taken. Sync the inventory first, then
              take another snapshot.
            </p>
            <div className="mt-4 flex flex-wrap justify-center gap-2">
              <SyncInventoryButton />
            </div>
          </EmptyState>
        </Panel>
      );
    case "incomplete":
      return (
        <Panel>
          <EmptyState title="This snapshot is incomplete and is never used">
            <p>
              Its operation was canceled, or an item could not be recorded. A record with gaps proves nothing, so its
              items are not shown and it goes into no review pack.
            </p>
            <div className="mt-4 flex flex-wrap items-center justify-center gap-x-4 gap-y-2">
              <Link
                to={PAGES.run}
                params={{ slug: tenant.slug, runId: snapshot.runId }}
                className="text-kumo-link underline underline-offset-2"
              >
                See what happened
              </Link>
              <TakeSnapshotButton />
            </div>
          </EmptyState>
        </Panel>
      );
  }
}

function Building({ runId }: { runId: string }) {
  const { error, refetch } = useQuery(runQuery(useTenant(), runId));
  const run = useRun(runId);
  return (
    <section aria-label="Progress" className="rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      {run !== undefined ? (
        <RunProgress run={run} bars="any" />
      ) : error === null ? (
        <Skeleton lines={2} />
      ) : (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
      <p className="mt-3 text-kumo-subtle">The items show here when all of them are recorded.</p>
    </section>
  );
}

function Panel({ children }: { children: ReactNode }) {
  return <div className="rounded-lg bg-kumo-base ring ring-kumo-line">{children}</div>;
}
