import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { optionalText } from "../shell/address-search.ts";
import { tenantRoute } from "../shell/routes.tsx";
import { StarIcon } from "./star-icon.tsx";

const standardsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.standards),
  staticData: { navigation: { label: "Gold standards", icon: StarIcon, capability: "baseline.read" } },
  component: lazyRouteComponent(() => import("./standards-page.tsx"), "StandardsPage"),
});

const standardRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.standard),
  component: lazyRouteComponent(() => import("./standard-page.tsx"), "StandardPage"),
});

const followedRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.followedStandard),
  /** `run`: a preview that was started from here. The page follows it until the person dismisses it. */
  validateSearch: z.object({ run: optionalText }),
  component: lazyRouteComponent(() => import("./followed-standard-page.tsx"), "FollowedStandardPage"),
});

export const standardRoutes = [standardsRoute, standardRoute, followedRoute] as const;
