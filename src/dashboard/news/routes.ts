import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { tenantRoute } from "../shell/routes.tsx";

const newsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.news),
  component: lazyRouteComponent(() => import("./news-page.tsx"), "NewsPage"),
});

export const newsPages = [newsRoute] as const;
