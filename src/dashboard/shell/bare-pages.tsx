/** Pages without a tenant around them. */
import { Button } from "../components/button.tsx";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ConsentOutcome } from "../../contract/connections.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { type ApiProblem, describeProblem, isSignedOut } from "../api/problem.ts";
import { PageHeader } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { OUTCOME_WORDS } from "../connection/connection-words.ts";
import { SignInLink } from "../components/sign-in-link.tsx";
import { TextLink } from "../components/text-link.tsx";
import { lastTenant } from "./last-tenant.ts";
import { meQuery } from "./queries.ts";
import { Wordmark } from "./wordmark.tsx";

export function BarePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-14 items-center border-b border-kumo-line bg-kumo-base px-4">
        <Wordmark />
      </header>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-xl flex-1 px-4 py-12 outline-none">
        <PageHeader title={title} />
        <div className="mt-3">{children}</div>
      </main>
    </div>
  );
}

/** The same for an unknown tenant and for one that the caller is no member of: neither may be told from the other. */
export function NotFound() {
  return (
    <BarePage title="Page not found">
      <p className="text-kumo-subtle">
        This address leads nowhere, or to something you do not have access to. Check the address, or ask an owner of the
        tenant to add you.
      </p>
      <p className="mt-4">
        <TextLink to="/">Go to your tenants</TextLink>
      </p>
    </BarePage>
  );
}

/** Stands where a tenant would, while the database of some of the person's tenants does not answer: it may be one of them. */
export function TenantsUnread({ onRetry }: { onRetry: () => void }) {
  return (
    <BarePage title="Tenants cannot be reached">
      <p className="text-kumo-subtle">
        The database of some of your tenants does not answer, so it is not known whether this is one of them. Operations
        that are running go on when it is back.
      </p>
      <div className="mt-4 flex items-center gap-4">
        <Button onClick={onRetry}>Try again</Button>
        <TextLink to={PAGES.account}>See the tenants that can be reached</TextLink>
      </div>
    </BarePage>
  );
}

/** Stands where a page would, for a person whom the server does not know. `error` is its refusal. */
export function SignedOut({ error }: { error: ApiProblem }) {
  const { title, advice } = describeProblem(error);
  return (
    <BarePage title={title}>
      <p className="text-kumo-subtle">{advice}</p>
      {error.signInPath === null ? null : (
        <p className="mt-6">
          <SignInLink path={error.signInPath} returnTo={location.pathname + location.search} />
        </p>
      )}
    </BarePage>
  );
}

/** `/`: leads to the tenant used last, or the first one. */
export function Home() {
  const { consent } = useSearch({ from: PAGES.home });
  return consent === undefined ? <ToTenant /> : <ConsentEnded outcome={consent} />;
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

function ToTenant() {
  const { data: me, error, refetch } = useQuery(meQuery);
  if (isSignedOut(error)) return <SignedOut error={error} />;
  if (me === undefined) {
    return (
      <BarePage title="TenantAtlas">
        <NotLoaded lines={4} error={error} onRetry={() => void refetch()} />
      </BarePage>
    );
  }
  const last = lastTenant();
  const tenant = me.tenants.find((each) => each.slug === last) ?? me.tenants[0];
  if (tenant === undefined && me.tenantsUnread > 0) return <TenantsUnread onRetry={() => void refetch()} />;
  if (tenant !== undefined) return <Navigate to={PAGES.overview} params={{ slug: tenant.slug }} replace />;
  return (
    <BarePage title="No tenants yet">
      <p className="text-kumo-subtle">
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
