/** Where the link of an invitation leads. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { rootRoute } from "../shell/routes.tsx";

export const joinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.join,
  component: lazyRouteComponent(() => import("./join-page.tsx"), "JoinPage"),
});
