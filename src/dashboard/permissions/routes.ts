import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { tenantRoute } from "../shell/routes.tsx";

const permissionsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.permissions),
  component: lazyRouteComponent(() => import("./permissions-page.tsx"), "PermissionsPage"),
});

export const permissionsRoutes = [permissionsRoute] as const;
