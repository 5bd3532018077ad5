/** The frame of pages that belong to a person or to the whole product, and to no tenant. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import type { Me } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { isSignedOut } from "../../client/problem.ts";
import { NotLoaded } from "../components/states.tsx";
import { followOwn } from "../runs/notifications.ts";
import { BarePage, SignedOut } from "./bare-pages.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { meQuery } from "./queries.ts";
import { Wordmark } from "./wordmark.tsx";

/** `children` make a `Page` for the person who is signed in. A stranger is asked to sign in. */
export function PersonFrame({ children }: { children: (me: Me) => ReactNode }) {
  const { data: me, error, refetch } = useQuery(meQuery);
  const isKnown = me !== undefined;
  useEffect(() => (isKnown ? followOwn() : undefined), [isKnown]);
  if (isSignedOut(error)) return <SignedOut error={error} />;
  if (me === undefined) {
    return (
      <BarePage title="TenantAtlas">
        <NotLoaded lines={6} error={error} onRetry={() => void refetch()} />
      </BarePage>
    );
  }
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="sticky top-0 z-20 flex h-14 items-center justify-between gap-4 border-b border-kumo-line bg-kumo-base px-4 md:px-8">
        <Link to={PAGES.home} aria-label="TenantAtlas: go to your tenants">
          <Wordmark />
        </Link>
        <PersonMenu me={me} compact />
      </header>
      <main id="main" tabIndex={-1} className="flex-1 outline-none">
        {children(me)}
      </main>
    </div>
  );
}
