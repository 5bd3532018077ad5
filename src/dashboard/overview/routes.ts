import { HouseIcon } from "@phosphor-icons/react/House";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { askAhead } from "../shell/ahead.ts";
import { tenantRoute } from "../shell/routes.tsx";

const overviewRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "/",
  staticData: { navigation: { label: "Overview", icon: HouseIcon, capability: "tenant.read" } },
  loader: ({ params }) => askAhead(() => import("./overview-page.tsx"), params),
  component: lazyRouteComponent(() => import("./overview-page.tsx"), "OverviewPage"),
});

export const overviewRoutes = [overviewRoute] as const;
