import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { rootRoute, tenantRoute } from "../shell/routes.tsx";

const newsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.news),
  component: lazyRouteComponent(() => import("./news-page.tsx"), "NewsPage"),
});

/** `/news`: over all tenants of the person. */
export const ownNewsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: PAGES.ownNews,
  component: lazyRouteComponent(() => import("./news-page.tsx"), "OwnNewsPage"),
});

export const newsPages = [newsRoute] as const;
