import { HouseIcon } from "@phosphor-icons/react/House";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { tenantRoute } from "../shell/routes.tsx";

const overviewRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "/",
  staticData: { navigation: { label: "Overview", icon: HouseIcon, capability: "tenant.read" } },
  component: lazyRouteComponent(() => import("./overview-page.tsx"), "OverviewPage"),
});

export const overviewRoutes = [overviewRoute] as const;
