import { BookmarkSimpleIcon } from "@phosphor-icons/react/BookmarkSimple";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { optionalText } from "../shell/address-search.ts";
import { askAhead } from "../shell/ahead.ts";
import { tenantRoute } from "../shell/routes.tsx";

const baselinesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.baselines),
  staticData: { navigation: { label: "Baselines", icon: BookmarkSimpleIcon, capability: "baseline.read" } },
  component: lazyRouteComponent(() => import("./baselines-page.tsx"), "BaselinesPage"),
});

const baselineRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.baseline),
  validateSearch: z.object({ query: optionalText, family: optionalText }),
  loader: ({ params }) => askAhead(() => import("./baseline-page.tsx"), params),
  component: lazyRouteComponent(() => import("./baseline-page.tsx"), "BaselinePage"),
});

const comparisonRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.comparison),
  component: lazyRouteComponent(() => import("./comparison-page.tsx"), "ComparisonPage"),
});

export const baselineRoutes = [baselinesRoute, baselineRoute, comparisonRoute] as const;
