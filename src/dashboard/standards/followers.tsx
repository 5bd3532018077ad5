/** The person's tenants that follow a standard, and what is done in all of them. */
import { GitDiffIcon } from "@phosphor-icons/react/GitDiff";
import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { PortfolioType } from "../../contract/portfolio.ts";
import type { Standard, StandardTenant } from "../../contract/standards.ts";
import { Badge } from "../components/badge.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { counted } from "../components/digits.ts";
import { GuardedButton } from "../components/guarded-button.tsx";
import { Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { Rows } from "../keys/rows.tsx";
import { useStartPortfolioRun } from "../portfolio/queries.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { toastProblem } from "../shell/toasts.tsx";
import { FoundFacts } from "./found-facts.tsx";
import { followersQuery } from "./queries.ts";
import { updateOf, versionText } from "./standard-words.ts";

export function Followers({ standard }: { standard: Standard }) {
  const { data, error, refetch } = useQuery(followersQuery(useTenant(), standard.id));
  return (
    <Section
      title="Tenants that follow it"
      id="standard-tenants"
      flush
      actions={
        data !== undefined && data.items.length > 0 ? <InAll standard={standard} count={data.items.length} /> : null
      }
    >
      {data === undefined ? (
        <NotLoaded lines={3} lineHeight="h-10" error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          {data.tenantsUnread === 0 ? null : (
            <p role="note" className="border-b border-kumo-line bg-kumo-warning-tint px-4 py-2.5">
              {counted(data.tenantsUnread, "tenant of yours", "tenants of yours")} could not be asked: whether they
              follow it is not known now.
            </p>
          )}
          {data.items.length > 0 ? (
            <Rows className="divide-y divide-kumo-line">
              {data.items.map((each) => (
                <FollowerRow key={each.following.id} follower={each} />
              ))}
            </Rows>
          ) : data.tenantsUnread === 0 ? (
            <EmptyState title="None of your tenants follows it">
              Open “Gold standards” in another tenant, press “Follow a standard”, and choose this one.
            </EmptyState>
          ) : null}
        </>
      )}
    </Section>
  );
}

function FollowerRow({ follower: { tenant, following } }: { follower: StandardTenant }) {
  return (
    <li className="grid gap-x-6 gap-y-2 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,9rem)_minmax(0,14rem)] sm:items-center">
      <Link
        to={PAGES.followedStandard}
        params={{ slug: tenant.slug, followingId: following.id }}
        preload={false}
        className="font-medium [overflow-wrap:anywhere] hover:underline"
      >
        <bdi>{tenant.name}</bdi>
      </Link>
      <p className="flex flex-wrap items-center gap-2 text-xs">
        {versionText(following)}
        {updateOf(following) === null ? null : <Badge variant="warning">Update</Badge>}
      </p>
      <FoundFacts following={following} slug={tenant.slug} />
    </li>
  );
}

/** One operation over the tenants that follow it: those of the person in which they may start it. */
function InAll({ standard, count }: { standard: Standard; count: number }) {
  const navigate = useNavigate();
  const start = useStartPortfolioRun();
  const [asked, setAsked] = useState(false);
  const begin = (type: PortfolioType) =>
    start.mutate(
      { type, tenants: { kind: "all" }, standardId: standard.id, key: crypto.randomUUID() },
      {
        onSuccess: ({ run }) => void navigate({ to: PAGES.portfolioRun, params: { runId: run.id } }),
        onError: toastProblem,
      },
    );
  const refusal = start.isPending ? "It is being started" : null;
  return (
    <div className="flex flex-wrap gap-2">
      <GuardedButton icon={GitDiffIcon} refusal={refusal} onClick={() => begin("baseline.compare")}>
        Compare all
      </GuardedButton>
      <GuardedButton icon={ListChecksIcon} refusal={refusal} aria-haspopup="dialog" onClick={() => setAsked(true)}>
        Prepare deployment in all
      </GuardedButton>
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={`Prepare the deployment of ${standard.name} in ${counted(count, "tenant", "tenants")}?`}
        confirmLabel="Prepare"
        onConfirm={() => begin("policy.restore-preview")}
      >
        <p>
          Each tenant in which your role allows it gets a plan of the version that it holds to. Nothing is written
          before a person reviews and approves the plan of a tenant.
        </p>
        <p>Conditional access is planned as report-only. For its own state, prepare the deployment in the tenant.</p>
      </ConfirmDialog>
    </div>
  );
}
