import { StackIcon } from "@phosphor-icons/react/Stack";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { optional, optionalText } from "../shell/address-search.ts";
import { askAhead } from "../shell/ahead.ts";
import { tenantRoute } from "../shell/routes.tsx";
import { POLICY_SORTS } from "./policy-columns.ts";

const inventoryRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.inventory),
  validateSearch: z.object({
    view: optional(z.enum(["policies", "families"])),
    query: optionalText,
    family: optionalText,
    platform: optionalText,
    removed: optional(z.enum(["only", "include"])),
    reading: optional(z.enum(["unread"])),
    sort: optional(z.enum(POLICY_SORTS)),
  }),
  staticData: { navigation: { label: "Inventory", icon: StackIcon, capability: "inventory.read" } },
  loader: ({ params }) => askAhead(() => import("./inventory-page.tsx"), params),
  component: lazyRouteComponent(() => import("./inventory-page.tsx"), "InventoryPage"),
});

const policyRoute = createRoute({
  getParentRoute: () => inventoryRoute,
  path: pathBelow(PAGES.inventory, PAGES.policy),
  validateSearch: z.object({
    tab: optional(z.enum(["assignments", "changes", "about", "json"])),
    version: optional(z.int().min(1)),
    // With `version`: the two that are compared.
    before: optional(z.int().min(1)),
  }),
  component: lazyRouteComponent(() => import("./policy-panel.tsx"), "PolicyPanel"),
});

const settingSearchRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.settingSearch),
  validateSearch: z.object({ query: optionalText, family: optionalText }),
  component: lazyRouteComponent(() => import("./setting-search-page.tsx"), "SettingSearchPage"),
});

export const inventoryRoutes = [inventoryRoute.addChildren([policyRoute]), settingSearchRoute] as const;
