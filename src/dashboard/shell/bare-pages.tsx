/** Pages without a tenant around them. */
import { Button } from "../components/button.tsx";
import type { ReactNode } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { type ApiProblem } from "../../client/problem.ts";
import { describeProblem } from "../api/problem.ts";
import { PageHeader } from "../components/page.tsx";
import { SignInLink } from "../components/sign-in-link.tsx";
import { TextLink } from "../components/text-link.tsx";
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

/** What the product does, for people who see it for the first time. */
export function WhatItDoes() {
  return (
    <p>
      TenantAtlas keeps the Intune policies of Microsoft 365 tenants: it reads, backs up, compares and restores them,
      and proves how they were.
    </p>
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
      <WhatItDoes />
      <p className="mt-3 text-kumo-subtle">{advice}</p>
      {error.signInPath === null ? null : (
        <p className="mt-6">
          <SignInLink path={error.signInPath} returnTo={location.pathname + location.search} />
        </p>
      )}
    </BarePage>
  );
}
