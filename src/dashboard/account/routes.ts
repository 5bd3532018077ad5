/** The page of the person who is signed in. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { rootRoute } from "../shell/routes.tsx";

export const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.account,
  component: lazyRouteComponent(() => import("./account-page.tsx"), "AccountPage"),
});
