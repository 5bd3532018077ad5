import { ArchiveIcon } from "@phosphor-icons/react/Archive";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { backupSetStateSchema } from "../../contract/backup-sets.ts";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { optional, optionalText } from "../shell/address-search.ts";
import { tenantRoute } from "../shell/routes.tsx";

const backupSetsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.backupSets),
  validateSearch: z.object({ query: optionalText, state: optional(backupSetStateSchema) }),
  staticData: { navigation: { label: "Backups", icon: ArchiveIcon, capability: "backup.read" } },
  component: lazyRouteComponent(() => import("./backup-sets-page.tsx"), "BackupSetsPage"),
});

const backupSetRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.backupSet),
  validateSearch: z.object({
    query: optionalText,
    family: optionalText,
    every: optional(z.boolean()),
    /** A run that was started from here. The page follows it until the person dismisses it. */
    run: optionalText,
  }),
  component: lazyRouteComponent(() => import("./backup-set-page.tsx"), "BackupSetPage"),
});

const backupItemRoute = createRoute({
  getParentRoute: () => backupSetRoute,
  path: pathBelow(PAGES.backupSet, PAGES.backupItem),
  validateSearch: z.object({
    show: optional(z.enum(["references", "json"])),
    /** The item to compare with. Without one the page compares with the inventory. */
    against: optionalText,
  }),
  component: lazyRouteComponent(() => import("./backup-item-panel.tsx"), "BackupItemPanel"),
});

const addPoliciesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.addPolicies),
  validateSearch: z.object({
    query: optionalText,
    family: optionalText,
    platform: optionalText,
    step: z.literal("review").optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("./add-policies-page.tsx"), "AddPoliciesPage"),
});

export const backupRoutes = [backupSetsRoute, backupSetRoute.addChildren([backupItemRoute]), addPoliciesRoute] as const;
