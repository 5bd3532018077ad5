import { ListChecksIcon } from "@phosphor-icons/react/ListChecks";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { optional, optionalText } from "../shell/address-search.ts";
import { askAhead } from "../shell/ahead.ts";
import { tenantRoute } from "../shell/routes.tsx";

const operationsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.operations),
  validateSearch: z.object({ state: optional(z.enum(["active", "finished"])), type: optionalText }),
  staticData: { navigation: { label: "Operations", icon: ListChecksIcon, capability: "operations.read" } },
  component: lazyRouteComponent(() => import("./operations-page.tsx"), "OperationsPage"),
});

const runRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.run),
  loader: ({ params }) => askAhead(() => import("./run-page.tsx"), params),
  component: lazyRouteComponent(() => import("./run-page.tsx"), "RunPage"),
});

export const runRoutes = [operationsRoute, runRoute] as const;
