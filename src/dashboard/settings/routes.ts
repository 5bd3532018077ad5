import { GearSixIcon } from "@phosphor-icons/react/GearSix";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { tenantRoute } from "../shell/routes.tsx";

const settingsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.settings),
  staticData: { navigation: { label: "Settings", icon: GearSixIcon, capability: "tenant.read" } },
  component: lazyRouteComponent(() => import("./settings-page.tsx"), "SettingsPage"),
});

export const settingsRoutes = [settingsRoute] as const;
