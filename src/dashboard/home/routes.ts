/** `/`: all of a person's tenants. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { consentOutcomeSchema } from "../../contract/connections.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { rootRoute } from "../shell/routes.tsx";

export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.home,
  validateSearch: z.object({
    consent: consentOutcomeSchema.optional().catch(undefined),
    q: z.string().optional().catch(undefined),
    tag: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("./home-page.tsx"), "HomePage"),
});
