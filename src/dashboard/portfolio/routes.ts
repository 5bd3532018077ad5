/** Runs over tenants, and their schedules. */
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

const schedulesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.portfolioSchedules,
  component: lazyRouteComponent(() => import("./portfolio-schedules-page.tsx"), "PortfolioSchedulesPage"),
});

const scheduleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.portfolioSchedule,
  component: lazyRouteComponent(() => import("./portfolio-schedules-page.tsx"), "PortfolioSchedulePage"),
});

export const portfolioPages = [runsRoute, runRoute, schedulesRoute, scheduleRoute] as const;
