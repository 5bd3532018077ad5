/** The first page of a tenant: what needs a decision, then how things stand. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import type { Tenant } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import type { FamilyState } from "../../contract/inventory.ts";
import { type Run } from "../../contract/runs.ts";
import { mapTold, type Told } from "../api/told.ts";
import { useTold } from "../api/use-told.ts";
import { AppLink } from "../components/app-link.tsx";
import { Page } from "../components/page.tsx";
import { Skeleton } from "../components/states.tsx";
import { durationText } from "../components/relative-time.ts";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { ToldNumber } from "../components/told.tsx";
import { BackupStandingFacts } from "../backups/backup-standing.tsx";
import { familiesQuery } from "../inventory/queries.ts";
import { SyncInventoryButton } from "../inventory/sync-button.tsx";
import { operationsQuery } from "../runs/queries.ts";
import { RunStatusBadge } from "../runs/run-status.tsx";
import { useRun } from "../runs/run-store.ts";
import type { AskAhead } from "../shell/ahead.ts";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { ActiveElsewhere } from "./active-elsewhere.tsx";
import { ActiveOperations } from "./active-operations.tsx";
import { IncompleteFamilies } from "./incomplete-families.tsx";
import { OpenFindings, openFindingsQuery } from "./open-findings.tsx";
import { FirstStepsSection } from "./first-steps-section.tsx";
import type { Checklist } from "./first-steps.ts";
import { useFirstSteps } from "./use-first-steps.ts";
import { completeFamilies, knownPolicies } from "../inventory/family-counts.ts";
import { RecentFailures, recentFailuresQuery } from "./recent-failures.tsx";

/** As long as people take a page for one that comes at once. */
const TOP_WAIT_MS = 1_500;

export const ASK_AHEAD: AskAhead = (ahead, tenant) => {
  ahead.one(familiesQuery(tenant));
  ahead.list(openFindingsQuery(tenant));
  ahead.list(lastSyncQuery(tenant));
  ahead.one(recentFailuresQuery(tenant));
};

export function OverviewPage() {
  const tenant = useTenant();
  const mayReadFindings = useCan("baseline.read");
  const checklist = useFirstSteps();
  const isTopTold = useTopTold(mayReadFindings, checklist);
  return (
    <Page title="Overview" documentTitle={`${tenant.name} overview`} actions={<SyncInventoryButton />}>
      {isTopTold ? (
        <>
          <IncompleteFamilies />
          {checklist === null ? null : <FirstStepsSection checklist={checklist} />}
          {mayReadFindings ? <OpenFindings /> : null}
          <Facts />
          <ActiveOperations />
          <ActiveElsewhere />
          <RecentFailures />
        </>
      ) : (
        <Skeleton lines={9} lineHeight="h-8" />
      )}
    </Page>
  );
}

/**
 * Whether that is told which stands above all else where there is any of it: shown later, it would push down what is being read. A slow answer
 * is not waited for longer than a moment.
 */
function useTopTold(mayReadFindings: boolean, checklist: Checklist | null): boolean {
  const tenant = useTenant();
  const families = useQuery(familiesQuery(tenant));
  const findings = useInfiniteQuery({ ...openFindingsQuery(tenant), enabled: mayReadFindings });
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), TOP_WAIT_MS);
    return () => clearTimeout(timer);
  }, []);
  const isRead = !families.isPending && !(findings.isPending && mayReadFindings);
  // Kept: a list that is asked for anew does not take the page away.
  const [isShown, setShown] = useState(false);
  if (!isShown && (isLate || (isRead && checklist?.isSettled !== false))) setShown(true);
  return isShown;
}

function Facts() {
  const { slug } = useTenant();
  const families = mapTold(useTold(useQuery(familiesQuery(useTenant()))), ({ items }): readonly FamilyState[] => items);
  const mayReadBackups = useCan("backup.read");
  return (
    <dl className={`grid gap-3 ${mayReadBackups ? "sm:grid-cols-2 xl:grid-cols-4" : "sm:grid-cols-3"}`}>
      <Fact term="Last inventory sync">
        <LastSync />
      </Fact>
      {mayReadBackups ? (
        <Fact term="Newest whole backup">
          <BackupStandingFacts />
        </Fact>
      ) : null}
      <NumberFact term="Policies in inventory" told={mapTold(families, knownPolicies)}>
        <TextLink to={PAGES.inventory} params={{ slug }} className="text-xs">
          Open the inventory
        </TextLink>
      </NumberFact>
      <NumberFact term="Families complete at the last attempt" told={mapTold(families, completeFamilies)}>
        <TextLink to={PAGES.inventory} params={{ slug }} search={{ view: "families" }} className="text-xs">
          See all families
        </TextLink>
      </NumberFact>
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex min-h-28 flex-col rounded-lg bg-kumo-base p-4 ring ring-kumo-line">
      <dt className="mb-1 text-xs font-medium text-kumo-subtle">{term}</dt>
      <dd className="flex flex-1 flex-col items-start justify-between gap-1">{children}</dd>
    </div>
  );
}

function NumberFact({ term, told, children }: { term: string; told: Told<number>; children: ReactNode }) {
  return (
    <Fact term={term}>
      <p className="text-xl font-semibold tabular">
        <ToldNumber told={told} width="w-24" />
      </p>
      {children}
    </Fact>
  );
}

function lastSyncQuery(tenant: Tenant) {
  return operationsQuery(tenant, { state: "finished", type: "inventory.sync", limit: 1 });
}

function LastSync() {
  const tenant = useTenant();
  const { data, error } = useInfiniteQuery(lastSyncQuery(tenant));
  if (data === undefined) {
    if (error !== null) return <p className="text-kumo-subtle">Unknown: could not be read.</p>;
    return (
      <>
        <span className="sr-only">Loading</span>
        <span aria-hidden className="skeleton-block mt-1 h-6 w-24" />
      </>
    );
  }
  const run = data.pages[0]?.items[0];
  if (run === undefined) return <p className="text-kumo-subtle">Never. Press “Sync inventory” to read this tenant.</p>;
  return <Sync read={run} />;
}

/** A sync of a part says of what part: it says nothing of the others. */
function Sync({ read }: { read: Run }) {
  const run = useRun(read.id) ?? read;
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">
          <Time at={run.completedAt ?? run.createdAt} />
        </span>
        <RunStatusBadge run={run} />
      </p>
      <p className="text-xs text-kumo-subtle [overflow-wrap:anywhere]">
        {run.subject === null ? "" : `${run.subject} · `}
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
