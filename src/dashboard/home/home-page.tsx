/** `/`: all tenants of the person, or the only one. */
import { useQuery } from "@tanstack/react-query";
import { Navigate, useSearch } from "@tanstack/react-router";
import type { Me } from "../../contract/access.ts";
import type { ConsentOutcome } from "../../contract/connections.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { isSignedOut } from "../api/problem.ts";
import { Page } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { OUTCOME_WORDS } from "../connection/connection-words.ts";
import { BarePage, SignedOut, TenantsUnread } from "../shell/bare-pages.tsx";
import { PersonFrame } from "../shell/person-frame.tsx";
import { meQuery } from "../shell/queries.ts";
import { TenantList } from "./tenant-list.tsx";

export function HomePage() {
  const { consent } = useSearch({ from: PAGES.home });
  return consent === undefined ? <Tenants /> : <ConsentEnded outcome={consent} />;
}

/** A consent whose tenant is not known any more, or is not this person's. */
function ConsentEnded({ outcome }: { outcome: ConsentOutcome }) {
  return (
    <BarePage title="The tenant was not connected">
      <p className="text-kumo-subtle">{OUTCOME_WORDS[outcome].text}</p>
      <p className="mt-4">
        <TextLink to="/">Go to your tenants</TextLink>
      </p>
    </BarePage>
  );
}

function Tenants() {
  const { data: me, error, refetch } = useQuery(meQuery);
  if (isSignedOut(error)) return <SignedOut error={error} />;
  if (me === undefined) {
    return (
      <BarePage title="TenantAtlas">
        <NotLoaded lines={4} error={error} onRetry={() => void refetch()} />
      </BarePage>
    );
  }
  const [only, ...others] = me.tenants;
  if (only === undefined) {
    return me.tenantsUnread > 0 ? <TenantsUnread onRetry={() => void refetch()} /> : <NoTenants me={me} />;
  }
  // There is nothing to compare it with.
  if (others.length === 0 && me.tenantsUnread === 0) {
    return <Navigate to={PAGES.overview} params={{ slug: only.slug }} replace />;
  }
  return (
    <PersonFrame>
      {({ tenants, tenantsUnread }) => (
        <Page title="Your tenants" description="How each of them stands, the worst first.">
          {tenantsUnread === 0 ? null : (
            <p role="status" className="rounded-lg bg-kumo-warning-tint px-4 py-3 ring ring-kumo-warning/40">
              There may be more tenants of yours: a database does not answer. Nothing is known of them now.
            </p>
          )}
          <TenantList tenants={tenants} />
        </Page>
      )}
    </PersonFrame>
  );
}

function NoTenants({ me }: { me: Me }) {
  return (
    <BarePage title="No tenants yet">
      <p>
        TenantAtlas keeps the Intune policies of Microsoft 365 tenants: it reads, backs up, compares and restores them.
      </p>
      <p className="mt-3 text-kumo-subtle">
        You are signed in as <strong className="font-medium text-kumo-default">{me.user.email || me.user.name}</strong>,
        and are not a member of any tenant. Ask an owner of the tenant you work with to add you; then reload this page.
      </p>
      {me.platformAdministrator ? (
        <p className="mt-4">
          You run this deployment: <TextLink to={PAGES.platformTenants}>make a tenant</TextLink>.
        </p>
      ) : (
        <p className="mt-4 text-kumo-subtle">
          Is this a new deployment? <TextLink to={PAGES.setUp}>Set it up</TextLink> with its setup code.
        </p>
      )}
    </BarePage>
  );
}
