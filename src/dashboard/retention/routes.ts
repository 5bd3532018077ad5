import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { tenantRoute } from "../shell/routes.tsx";

const retentionRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.retention),
  component: lazyRouteComponent(() => import("./retention-page.tsx"), "RetentionPage"),
});

const legalHoldsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.legalHolds),
  component: lazyRouteComponent(() => import("./legal-holds-page.tsx"), "LegalHoldsPage"),
});

export const retentionRoutes = [retentionRoute, legalHoldsRoute] as const;
