/** A restore plan: what would happen, to be reviewed item by item; then approved; then what came of it. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { RestorePlan } from "../../contract/restore.ts";
import { backupSetQuery } from "../backups/queries.ts";
import { Page, Panel } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { FollowedRun } from "../runs/followed-run.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { ApproveAction } from "./approve-action.tsx";
import { deploymentText } from "./plan-options.ts";
import { PlanReview } from "./plan-review.tsx";
import { PlanRuns } from "./plan-runs.tsx";
import { planQuery } from "./queries.ts";
import { RestoreUndone } from "./restore-undone.tsx";

export function RestorePlanPage() {
  const tenant = useTenant();
  const { planId } = useParams({ from: PAGES.restorePlan });
  const { data: plan, error, refetch } = useQuery(planQuery(tenant, planId));
  const isUndo = plan !== undefined && plan.undoes !== null;
  const standard = isUndo ? undefined : plan?.options.standard;
  return (
    <Page
      title={isUndo ? "Undo plan" : standard === undefined ? "Restore plan" : deploymentText(standard)}
      documentTitle={
        standard === undefined
          ? `${tenant.name} ${isUndo ? "undo" : "restore"} plan`
          : `${tenant.name}: ${deploymentText(standard)}`
      }
      description={plan === undefined ? null : <Origin plan={plan} />}
      actions={plan?.state === "ready" ? <ApproveAction plan={plan} /> : null}
    >
      {plan === undefined ? (
        <Panel>
          <NotLoaded lines={10} error={error} onRetry={() => void refetch()} />
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
          <FollowedRun runId={plan.runId} />
          <p className="text-kumo-subtle">
            The tenant is being read and compared with the {plan.options.standard === undefined ? "backup" : "standard"}
            . The plan shows here when it is complete; nothing is written by it.
          </p>
        </>
      );
    case "failed":
      return (
        <>
          <FollowedRun runId={plan.runId} />
          <Panel>
            <EmptyState title="This plan could not be made">
              Its preview was canceled, or could not read what it needs. Start another from the{" "}
              {plan.options.standard === undefined ? "backup set" : "followed standard"}.
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
  const { standard } = plan.options;
  const set = useQuery({ ...backupSetQuery(tenant, plan.backupSetId), enabled: standard === undefined });
  return (
    <p>
      {plan.undoes === null ? null : (
        <>
          Undoes <RestoreUndone undoes={plan.undoes} />
          <span aria-hidden> / </span>
        </>
      )}
      {standard === undefined ? (
        <TextLink to={PAGES.backupSet} params={{ slug: tenant.slug, setId: plan.backupSetId }}>
          {set.data?.name ?? "Backup set"}
        </TextLink>
      ) : (
        <TextLink
          to={PAGES.followedStandard}
          params={{ slug: tenant.slug, followingId: standard.followingId }}
          preload={false}
        >
          {standard.name}
        </TextLink>
      )}
      <span aria-hidden> / </span>
      Previewed by {plan.createdBy === null ? "a former member" : plan.createdBy.name} <Time at={plan.createdAt} />
    </p>
  );
}
