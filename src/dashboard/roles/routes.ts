import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { tenantRoute } from "../shell/routes.tsx";

const rolesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.roles),
  component: lazyRouteComponent(() => import("./roles-page.tsx"), "RolesPage"),
});

export const roleRoutes = [rolesRoute] as const;
