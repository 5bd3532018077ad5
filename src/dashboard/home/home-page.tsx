/** `/`: all tenants of the person, or the only one. */
import { useQuery } from "@tanstack/react-query";
import { Navigate, useSearch } from "@tanstack/react-router";
import type { Me } from "../../contract/access.ts";
import type { ConsentOutcome } from "../../contract/connections.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { isSignedOut } from "../../client/problem.ts";
import { Page, Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { RunList } from "../runs/run-list.tsx";
import { activePortfolioQuery } from "../portfolio/queries.ts";
import { OUTCOME_WORDS } from "../connection/connection-words.ts";
import { BarePage, SignedOut, TenantsUnread, WhatItDoes } from "../shell/bare-pages.tsx";
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
        <Page
          title="Your tenants"
          description="How each of them stands, the worst first."
          actions={
            <span className="flex flex-wrap gap-x-4 gap-y-1">
              <TextLink to={PAGES.ownNews}>News over your tenants</TextLink>
              <TextLink to={PAGES.portfolioRuns}>Operations over tenants</TextLink>
              <TextLink to={PAGES.portfolioSchedules}>Schedules over tenants</TextLink>
            </span>
          }
        >
          {tenantsUnread === 0 ? null : (
            <p role="status" className="rounded-lg bg-kumo-warning-tint px-4 py-3 ring ring-kumo-warning/40">
              There may be more tenants of yours: a database does not answer. Nothing is known of them now.
            </p>
          )}
          <OverTenants />
          <TenantList tenants={tenants} />
        </Page>
      )}
    </PersonFrame>
  );
}

/** What runs over several tenants now. */
function OverTenants() {
  const { data } = useQuery(activePortfolioQuery);
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Section title="Under way over several tenants" id="over-tenants" flush>
      <RunList runs={data.items} />
    </Section>
  );
}

/** What a person does who has no tenant yet. */
function NoTenants({ me }: { me: Me }) {
  return (
    <BarePage title="No tenants yet">
      <WhatItDoes />
      <p className="mt-3 text-kumo-subtle">
        You are signed in as <strong className="font-medium text-kumo-default">{me.user.email || me.user.name}</strong>,
        and are not a member of any tenant.
      </p>
      <h2 className="mt-6 font-semibold">What to do next</h2>
      <ul className="mt-2 flex list-disc flex-col gap-2 pl-5">
        <li>
          To work with a tenant that is here: ask one of its owners for an invitation, and open its link in this
          browser.
        </li>
        {me.platformAdministrator ? (
          <li>
            To add a tenant, as you run this deployment: <TextLink to={PAGES.platformTenants}>make it</TextLink>. Its
            overview then leads through the first steps.
          </li>
        ) : (
          <li>
            To begin in a new deployment: <TextLink to={PAGES.setUp}>set it up</TextLink> with its setup code.
          </li>
        )}
      </ul>
    </BarePage>
  );
}
