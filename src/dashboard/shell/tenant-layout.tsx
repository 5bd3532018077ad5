/** Everything under `/t/:slug`: finds the tenant among the caller's own, and frames its pages. */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { ApiProblem, isSignedOut } from "../../client/problem.ts";
import { ErrorState } from "../components/states.tsx";
import { ActivityProvider } from "../runs/activity-provider.tsx";
import { BarePage, NotFound, SignedOut, TenantsUnread } from "./bare-pages.tsx";
import { FrameSkeleton } from "./frame-skeleton.tsx";
import { meQuery } from "./queries.ts";
import { Shell } from "./shell.tsx";
import { TenantContext } from "./tenant-context.ts";

export function TenantLayout() {
  const { slug } = useParams({ from: PAGES.overview });
  const { data: me, error, refetch } = useQuery(meQuery);
  const tenant = me?.tenants.find((each) => each.slug === slug);
  const scope = useMemo(() => (me && tenant ? { me, tenant } : null), [me, tenant]);

  // The person is asked to sign in where they are: what was shown is not theirs to see any more.
  if (isSignedOut(error)) return <SignedOut error={error} />;
  if (scope !== null) {
    return (
      <TenantContext value={scope}>
        <ActivityProvider key={scope.tenant.id}>
          <Shell>
            <Outlet />
          </Shell>
        </ActivityProvider>
      </TenantContext>
    );
  }
  if (me !== undefined) return me.tenantsUnread === 0 ? <NotFound /> : <TenantsUnread onRetry={() => void refetch()} />;
  if (error instanceof ApiProblem && error.status === 404) return <NotFound />;
  if (error === null) return <FrameSkeleton />;
  return (
    <BarePage title="TenantAtlas">
      <ErrorState error={error} onRetry={() => void refetch()} />
    </BarePage>
  );
}
