import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { rootRoute } from "../shell/routes.tsx";

const offboardedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.offboarded,
  component: lazyRouteComponent(() => import("./offboarded-page.tsx"), "OffboardedPage"),
});

export const closingRoutes = [offboardedRoute] as const;
