/** The frame around a tenant's pages: where am I, where can I go, what is going on. */
import { Link, useRouter, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { CredentialBanner } from "../connection/credential-banner.tsx";
import { forgetRow, wantRow } from "../keys/wanted-row.ts";
import { ActivityPanel } from "../runs/activity-panel.tsx";
import { ActivityBanner } from "./connection-banner.tsx";
import { Navigation } from "./navigation.tsx";
import { PaletteButton } from "./palette-button.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { useCan, useTenantScope } from "./tenant-context.ts";
import { TenantSwitcher } from "./tenant-switcher.tsx";
import { Wordmark } from "./wordmark.tsx";

export function Shell({ children }: { children: ReactNode }) {
  const { me, tenant } = useTenantScope();
  const mayFollow = useCan("operations.read");
  const [activityOpen, setActivityOpen] = useState(false);
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  useFocusOnNavigation(pathname);
  return (
    <div
      data-activity-open={activityOpen ? "" : undefined}
      className={`min-h-dvh md:grid print:block md:grid-cols-[13.5rem_minmax(0,1fr)] ${activityOpen ? "xl:pr-96" : ""}`}
    >
      <nav
        aria-label="Main"
        className="flex flex-col border-kumo-line bg-kumo-base print:hidden md:sticky md:top-0 md:h-dvh md:border-r"
      >
        <div className="hidden h-14 items-center px-4 md:flex">
          <Link to={PAGES.home} aria-label="TenantAtlas: all tenants">
            <Wordmark />
          </Link>
        </div>
        <Navigation />
        <div className="mt-auto hidden border-t border-kumo-line p-2 md:block">
          <PersonMenu me={me} roleName={tenant.roleName} />
        </div>
      </nav>
      <div className="flex min-w-0 flex-col">
        <header className="sticky top-0 z-20 flex min-h-14 flex-wrap items-center justify-between gap-2 border-b border-kumo-line bg-kumo-base px-4 md:px-8">
          <TenantSwitcher />
          <div className="flex items-center gap-1.5">
            <PaletteButton />
            {mayFollow ? <ActivityPanel open={activityOpen} onOpenChange={setActivityOpen} /> : null}
            <div className="md:hidden">
              <PersonMenu me={me} roleName={tenant.roleName} compact />
            </div>
          </div>
        </header>
        <CredentialBanner />
        <main id="main" tabIndex={-1} className="flex-1 outline-none">
          {children}
        </main>
        <ActivityBanner />
      </div>
    </div>
  );
}

/**
 * After a navigation focus goes to the new page's title, so that a screen reader reads it; back in a list, to the row that one comes from. Not on
 * the first load.
 */
function useFocusOnNavigation(pathname: string | undefined): void {
  const previous = useRef(pathname);
  const { history } = useRouter();
  const back = useRef(false);
  useEffect(
    () =>
      history.subscribe(({ action }) => {
        back.current = action.type === "BACK";
      }),
    [history],
  );
  useEffect(() => {
    if (previous.current === pathname) return;
    const left = previous.current;
    previous.current = pathname;
    if (left === undefined || pathname === undefined) return;
    const returns = back.current || left.startsWith(`${pathname}/`);
    const frame = requestAnimationFrame(() => {
      if (returns ? wantRow(left) : forgetRow()) return;
      // A page inside a page (a policy beside the list) has its title after the outer one's.
      const titles = document.querySelectorAll<HTMLElement>("[data-page-title]");
      (titles.item(titles.length - 1) ?? document.getElementById("main"))?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [pathname]);
}
