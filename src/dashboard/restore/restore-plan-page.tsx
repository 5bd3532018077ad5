/** A restore plan: what would happen, to be reviewed item by item; then approved; then what came of it. */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { RestorePlan } from "../../contract/restore.ts";
import { planQuery } from "./restore-queries.ts";
import { backupSetQuery } from "../backups/backup-queries.ts";
import { FollowedRun } from "../components/followed-run.tsx";
import { Page } from "../components/page.tsx";
import { EmptyState, ErrorState, Skeleton } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { ApproveAction } from "./approve-action.tsx";
import { PlanReview } from "./plan-review.tsx";
import { PlanRuns } from "./plan-runs.tsx";

export function RestorePlanPage() {
  const tenant = useTenant();
  const { planId } = useParams({ from: PAGES.restorePlan });
  const { data: plan, error, refetch } = useQuery(planQuery(tenant, planId));
  return (
    <Page
      title="Restore plan"
      documentTitle={`${tenant.name} restore plan`}
      description={plan === undefined ? null : <Origin plan={plan} />}
      actions={plan?.state === "ready" ? <ApproveAction plan={plan} /> : null}
    >
      {plan === undefined ? (
        <Panel>
          {error === null ? <Skeleton lines={10} /> : <ErrorState error={error} onRetry={() => void refetch()} />}
        </Panel>
      ) : (
        <PlanState plan={plan} />
      )}
    </Page>
  );
}

function PlanState({ plan }: { plan: RestorePlan }) {
  switch (plan.state) {
    case "preparing":
      return (
        <>
          <FollowedRun runId={plan.runId} hideResult />
          <p className="text-kumo-subtle">
            The tenant is being read and compared with the backup. The plan shows here when it is complete; nothing is
            written by it.
          </p>
        </>
      );
    case "failed":
      return (
        <>
          <FollowedRun runId={plan.runId} hideResult />
          <Panel>
            <EmptyState title="This plan came to nothing">
              Its preview was canceled, or could not read what it needs. Start another from the backup set.
            </EmptyState>
          </Panel>
        </>
      );
    case "ready":
      return (
        <>
          <PlanRuns plan={plan} />
          <PlanReview plan={plan} />
        </>
      );
  }
}

function Origin({ plan }: { plan: RestorePlan }) {
  const tenant = useTenant();
  const set = useQuery(backupSetQuery(tenant, plan.backupSetId));
  return (
    <p>
      <Link
        to={PAGES.backupSet}
        params={{ slug: tenant.slug, setId: plan.backupSetId }}
        className="text-kumo-link underline underline-offset-2"
      >
        {set.data?.name ?? "Backup set"}
      </Link>
      <span aria-hidden> / </span>
      Previewed by {plan.createdBy === null ? "somebody who is gone" : plan.createdBy.name} <Time at={plan.createdAt} />
    </p>
  );
}

function Panel({ children }: { children: ReactNode }) {
  return <div className="rounded-lg bg-kumo-base ring ring-kumo-line">{children}</div>;
}
