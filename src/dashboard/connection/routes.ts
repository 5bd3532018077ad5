import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { connectionPurposeSchema, consentOutcomeSchema } from "../../contract/connections.ts";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { tenantRoute } from "../shell/routes.tsx";

/** What Microsoft's pages lead back with. */
const searchSchema = z.object({
  consent: consentOutcomeSchema.optional().catch(undefined),
  connection: connectionPurposeSchema.optional().catch(undefined),
});

const connectionRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.connection),
  validateSearch: searchSchema,
  component: lazyRouteComponent(() => import("./connection-page.tsx"), "ConnectionPage"),
});

export const connectionRoutes = [connectionRoute] as const;
