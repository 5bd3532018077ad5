import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { tenantRoute } from "../shell/routes.tsx";

const apiTokensRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.apiTokens),
  component: lazyRouteComponent(() => import("./api-tokens-page.tsx"), "ApiTokensPage"),
});

export const apiTokenRoutes = [apiTokensRoute] as const;
