import { PackageIcon } from "@phosphor-icons/react/Package";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { optionalText } from "../shell/address-search.ts";
import { tenantRoute } from "../shell/routes.tsx";

const reviewPacksRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.reviewPacks),
  validateSearch: z.object({ pack: optionalText }),
  staticData: { navigation: { label: "Review packs", icon: PackageIcon, capability: "review-pack.read" } },
  component: lazyRouteComponent(() => import("./review-packs-page.tsx"), "ReviewPacksPage"),
});

export const reviewPackRoutes = [reviewPacksRoute] as const;
