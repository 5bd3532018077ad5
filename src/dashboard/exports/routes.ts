import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { optionalText } from "../shell/address-search.ts";
import { tenantRoute } from "../shell/routes.tsx";

const exportsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.exports),
  validateSearch: z.object({ export: optionalText }),
  component: lazyRouteComponent(() => import("./exports-page.tsx"), "ExportsPage"),
});

export const exportRoutes = [exportsRoute] as const;
