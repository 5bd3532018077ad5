import { CalendarDotsIcon } from "@phosphor-icons/react/CalendarDots";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { tenantRoute } from "../shell/routes.tsx";

const schedulesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.schedules),
  staticData: { navigation: { label: "Schedules", icon: CalendarDotsIcon, capability: "operations.read" } },
  component: lazyRouteComponent(() => import("./schedules-page.tsx"), "SchedulesPage"),
});

const scheduleRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.schedule),
  component: lazyRouteComponent(() => import("./schedule-page.tsx"), "SchedulePage"),
});

export const scheduleRoutes = [schedulesRoute, scheduleRoute] as const;
