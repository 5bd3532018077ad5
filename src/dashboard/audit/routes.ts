import { ClockCounterClockwiseIcon } from "@phosphor-icons/react/ClockCounterClockwise";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { optionalText } from "../shell/address-search.ts";
import { tenantRoute } from "../shell/routes.tsx";

const auditRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.audit),
  validateSearch: z.object({
    action: optionalText,
    person: optionalText,
    thing: optionalText,
    from: optionalText,
    until: optionalText,
  }),
  staticData: { navigation: { label: "Audit log", icon: ClockCounterClockwiseIcon, capability: "audit.read" } },
  component: lazyRouteComponent(() => import("./audit-page.tsx"), "AuditPage"),
});

export const auditRoutes = [auditRoute] as const;
