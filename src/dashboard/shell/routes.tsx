/** The frames of all pages: the document, and a tenant's part of it. Features hang their pages below. */
import { createRootRoute, createRoute, Outlet } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { ErrorState } from "../components/states.tsx";
import { Announcer } from "./announcer.tsx";
import { BarePage, NotFound } from "./bare-pages.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { TenantLayout } from "./tenant-layout.tsx";
import { Toasts } from "./toasts.tsx";

export const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => (
    <BarePage title="TenantAtlas">
      <ErrorState error={error} onRetry={reset} />
    </BarePage>
  ),
});

function Root() {
  return (
    <>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-kumo-base px-3 py-2 font-medium ring ring-kumo-line focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        Skip to content
      </a>
      <Outlet />
      <ConnectionBanner />
      <Announcer />
      <Toasts />
    </>
  );
}

/** Frames every page of a tenant. */
export const tenantRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.overview,
  component: TenantLayout,
});
