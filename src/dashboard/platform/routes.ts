/** Pages of those who run the product, and the page that makes the first of them. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { rootRoute } from "../shell/routes.tsx";

const setUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.setUp,
  component: lazyRouteComponent(() => import("./set-up-page.tsx"), "SetUpPage"),
});

const tenantsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.platformTenants,
  component: lazyRouteComponent(() => import("./tenants-page.tsx"), "TenantsPage"),
});

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.platformPeople,
  component: lazyRouteComponent(() => import("./people-page.tsx"), "PeoplePage"),
});

const operationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.platformOperations,
  component: lazyRouteComponent(() => import("./operations-page.tsx"), "OperationsPage"),
});

const databasesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.platformDatabases,
  component: lazyRouteComponent(() => import("./databases-page.tsx"), "DatabasesPage"),
});

export const platformPages = [setUpRoute, tenantsRoute, peopleRoute, operationsRoute, databasesRoute] as const;
