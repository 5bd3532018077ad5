import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { optional, optionalText } from "../shell/address-search.ts";
import { tenantRoute } from "../shell/routes.tsx";

const restorePlanRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.restorePlan),
  validateSearch: z.object({ query: optionalText, family: optionalText, missing: optional(z.boolean()) }),
  component: lazyRouteComponent(() => import("./restore-plan-page.tsx"), "RestorePlanPage"),
});

export const restoreRoutes = [restorePlanRoute] as const;
