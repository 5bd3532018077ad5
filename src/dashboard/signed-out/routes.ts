/** The page that stands outside of all tenants: where a person is led who has signed out. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { PAGES } from "../../contract/console-addresses.ts";
import { optional } from "../shell/address-search.ts";
import { rootRoute } from "../shell/routes.tsx";

export const signedOutRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.signedOut,
  validateSearch: z.object({ problem: optional(z.enum(["expired", "refused", "failed", "disabled"])) }),
  component: lazyRouteComponent(() => import("./signed-out-page.tsx"), "SignedOutPage"),
});
