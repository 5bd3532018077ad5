/** The first page of a tenant: what needs a decision, then how things stand. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { Run } from "../../contract/runs.ts";
import { AppLink } from "../components/app-link.tsx";
import { Page, Section } from "../components/page.tsx";
import { durationText } from "../components/relative-time.ts";
import { EmptyState, ErrorState, Skeleton } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { familiesQuery } from "../inventory/queries.ts";
import { SyncInventoryButton } from "../inventory/sync-button.tsx";
import { operationsQuery } from "../runs/queries.ts";
import { RunList } from "../runs/run-list.tsx";
import { RunStatusBadge } from "../runs/run-status.tsx";
import { useActivity, useCurrentRuns } from "../runs/run-store.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { IncompleteFamilies } from "./incomplete-families.tsx";
import { OpenFindings } from "./open-findings.tsx";

export function OverviewPage() {
  const tenant = useTenant();
  const mayReadFindings = useCan("baseline.read");
  const { active } = useActivity(tenant.id);
  const syncs = useInfiniteQuery(operationsQuery(tenant, { state: "finished", type: "inventory.sync", limit: 1 }));
  const finished = useInfiniteQuery(operationsQuery(tenant, { state: "finished", limit: 20 }));
  const lastSync = useCurrentRuns(useMemo(() => syncs.data?.pages[0]?.items ?? [], [syncs.data]))[0];
  const recent = useCurrentRuns(useMemo(() => finished.data?.pages[0]?.items ?? [], [finished.data]));
  const troubled = recent
    .filter((run) => run.outcome === "failed" || run.outcome === "partially_succeeded")
    .slice(0, 5);

  return (
    <Page title="Overview" documentTitle={`${tenant.name} overview`} actions={<SyncInventoryButton />}>
      <IncompleteFamilies />
      {mayReadFindings ? <OpenFindings /> : null}
      <Facts
        lastSync={
          syncs.error !== null ? (
            <p className="text-kumo-subtle">Could not be read.</p>
          ) : syncs.data === undefined ? (
            <FactSkeleton />
          ) : (
            <LastSync run={lastSync} />
          )
        }
      />
      <Section title="Active operations" id="overview-active" flush>
        {active.length === 0 ? (
          <EmptyState title="Nothing is running">Operations that anyone starts show here, live.</EmptyState>
        ) : (
          <RunList runs={active} />
        )}
      </Section>
      <Section
        title="Recent failures"
        id="overview-failures"
        flush
        actions={
          <Link
            to={PAGES.operations}
            params={{ slug: tenant.slug }}
            className="text-xs text-kumo-link underline underline-offset-2"
          >
            All operations
          </Link>
        }
      >
        {finished.error !== null ? (
          <ErrorState error={finished.error} onRetry={() => void finished.refetch()} />
        ) : finished.data === undefined ? (
          <Skeleton lines={3} />
        ) : troubled.length === 0 ? (
          <EmptyState title="No failures among the latest operations" />
        ) : (
          <RunList runs={troubled} />
        )}
      </Section>
    </Page>
  );
}

function Facts({ lastSync }: { lastSync: ReactNode }) {
  const tenant = useTenant();
  const families = useQuery(familiesQuery(tenant));
  const items = families.data?.items;
  const policyCount = items?.reduce((sum, family) => sum + family.policyCount, 0);
  const complete = items?.filter((family) => family.lastOutcome === "succeeded").length;
  return (
    <dl className="grid gap-3 sm:grid-cols-3">
      <Fact term="Last inventory sync">{lastSync}</Fact>
      <Fact term="Policies in inventory">
        {policyCount === undefined ? (
          <FactSkeleton failed={families.error !== null} />
        ) : (
          <>
            <p className="text-xl font-semibold tabular">{groupDigits(String(policyCount))}</p>
            <Link
              to={PAGES.inventory}
              params={{ slug: tenant.slug }}
              className="text-xs text-kumo-link underline underline-offset-2"
            >
              Open the inventory
            </Link>
          </>
        )}
      </Fact>
      <Fact term="Families complete at the last attempt">
        {complete === undefined ? (
          <FactSkeleton failed={families.error !== null} />
        ) : (
          <>
            <p className="text-xl font-semibold tabular">{complete}</p>
            <Link
              to={PAGES.inventory}
              params={{ slug: tenant.slug }}
              search={{ view: "families" }}
              className="text-xs text-kumo-link underline underline-offset-2"
            >
              See every family
            </Link>
          </>
        )}
      </Fact>
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex min-h-26 flex-col rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      <dt className="mb-1 text-xs font-medium text-kumo-subtle">{term}</dt>
      <dd className="flex flex-1 flex-col items-start justify-between gap-1">{children}</dd>
    </div>
  );
}

function FactSkeleton({ failed = false }: { failed?: boolean }) {
  if (failed) return <p className="text-kumo-subtle">Could not be read.</p>;
  return (
    <>
      <span className="sr-only">Loading</span>
      <span aria-hidden className="skeleton-block mt-1 h-6 w-24" />
    </>
  );
}

function LastSync({ run }: { run: Run | undefined }) {
  if (run === undefined) return <p className="text-kumo-subtle">Never. Press “Sync inventory” to read this tenant.</p>;
  const at = run.completedAt ?? run.createdAt;
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">
          <Time at={at} />
        </span>
        <RunStatusBadge run={run} />
      </p>
      <p className="text-xs text-kumo-subtle">
        {run.initiator === null ? "Automatic" : `By ${run.initiator.name}`}
        {run.startedAt !== null && run.completedAt !== null
          ? `, took ${durationText(run.startedAt, run.completedAt)}`
          : ""}
        {" · "}
        <AppLink href={run.href}>View run</AppLink>
      </p>
    </>
  );
}
