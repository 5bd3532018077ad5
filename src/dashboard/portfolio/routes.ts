/** `/portfolio`: runs over tenants. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { rootRoute } from "../shell/routes.tsx";

const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.portfolioRuns,
  component: lazyRouteComponent(() => import("./portfolio-runs-page.tsx"), "PortfolioRunsPage"),
});

const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.portfolioRun,
  component: lazyRouteComponent(() => import("./portfolio-run-page.tsx"), "PortfolioRunPage"),
});

export const portfolioPages = [runsRoute, runRoute] as const;
