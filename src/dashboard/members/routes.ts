import { UsersIcon } from "@phosphor-icons/react/Users";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { tenantRoute } from "../shell/routes.tsx";

const membersRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.members),
  staticData: { navigation: { label: "Members", icon: UsersIcon, capability: "members.read" } },
  component: lazyRouteComponent(() => import("./members-page.tsx"), "MembersPage"),
});

export const memberRoutes = [membersRoute] as const;
