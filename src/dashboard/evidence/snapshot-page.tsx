/** One snapshot: what it is good for, its proof, then its items, exceptions first. */
import { useQuery } from "@tanstack/react-query";
import { useMatch, useParams } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { EvidenceSnapshot } from "../../contract/evidence.ts";
import { ListAndPanel } from "../components/detail-panel.tsx";
import { PageHeader, Panel } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { absoluteText } from "../components/clock.ts";
import { Time } from "../components/time.tsx";
import { SyncInventoryButton } from "../inventory/sync-button.tsx";
import { BuildProgress } from "../runs/build-progress.tsx";
import { RunLink } from "../runs/run-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { ItemList } from "./item-list.tsx";
import { snapshotQuery } from "./queries.ts";
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
              <TextLink to={PAGES.evidence} params={{ slug: tenant.slug }}>
                Evidence
              </TextLink>
              {snapshot === undefined ? null : <Origin snapshot={snapshot} />}
            </p>
          }
          actions={snapshot === undefined ? null : <SnapshotStatusBadge status={snapshot.status} />}
        />
        {snapshot === undefined ? (
          <Panel>
            <NotLoaded lines={8} error={error} onRetry={() => void refetch()} />
          </Panel>
        ) : (
          <SnapshotState snapshot={snapshot} />
        )}
      </div>
      {snapshot?.status === "complete" ? (
        <ListAndPanel open={itemOpen}>
          <ItemList snapshotId={snapshot.id} />
        </ListAndPanel>
      ) : null}
    </div>
  );
}

function Origin({ snapshot }: { snapshot: EvidenceSnapshot }) {
  return (
    <>
      <span aria-hidden> / </span>
      Taken by {snapshot.initiator === null ? "the system" : snapshot.initiator.name} <Time at={snapshot.takenAt} /> in{" "}
      <RunLink runId={snapshot.runId}>this operation</RunLink>
    </>
  );
}

/** What stands above the items, or in their place: each state says what to do next. */
function SnapshotState({ snapshot }: { snapshot: EvidenceSnapshot }) {
  switch (snapshot.status) {
    case "building":
      return <BuildProgress runId={snapshot.runId}>The items show here when all of them are recorded.</BuildProgress>;
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
              <RunLink runId={snapshot.runId}>See what happened</RunLink>
              <TakeSnapshotButton />
            </div>
          </EmptyState>
        </Panel>
      );
  }
}
