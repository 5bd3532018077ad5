/** The console's routes. Pages are loaded when they are first needed. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from "@tanstack/react-router";
import { Toasty } from "@cloudflare/kumo/components/toast";
import { z } from "zod";
import { backupSetStateSchema } from "../contract/backup-sets.ts";
import { findingKindSchema, findingStatusSchema, severitySchema } from "../contract/baselines.ts";
import { evidenceKindSchema } from "../contract/evidence.ts";
import { ErrorState } from "./components/states.tsx";
import { Announcer } from "./shell/announcer.tsx";
import { BarePage, Home, NotFound } from "./shell/bare-pages.tsx";
import { TenantLayout } from "./shell/tenant-layout.tsx";
import { toastManager } from "./shell/toasts.tsx";

const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => (
    <BarePage title="TenantAtlas">
      <ErrorState error={error} onRetry={reset} />
    </BarePage>
  ),
});

function Root() {
  return (
    <Toasty toastManager={toastManager} container={document.getElementById("toasts")}>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-kumo-base px-3 py-2 font-medium ring ring-kumo-line focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        Skip to content
      </a>
      <Outlet />
      <Announcer />
    </Toasty>
  );
}

const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: "/", component: Home });

const tenantRoute = createRoute({ getParentRoute: () => rootRoute, path: "/t/$slug", component: TenantLayout });

const overviewRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./overview/overview-page.tsx"), "OverviewPage"),
});

const optionalText = z.string().optional().catch(undefined);

/** The filter of the inventory, kept in the address. */
export const inventorySearchSchema = z.object({
  view: z.enum(["policies", "families"]).optional().catch(undefined),
  query: optionalText,
  family: optionalText,
  platform: optionalText,
  removed: z.enum(["only", "include"]).optional().catch(undefined),
});

const inventoryRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "inventory",
  validateSearch: inventorySearchSchema,
  component: lazyRouteComponent(() => import("./inventory/inventory-page.tsx"), "InventoryPage"),
});

const policyRoute = createRoute({
  getParentRoute: () => inventoryRoute,
  path: "$policyId",
  validateSearch: z.object({ version: z.int().min(1).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./inventory/policy-panel.tsx"), "PolicyPanel"),
});

const backupSetsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "backup-sets",
  validateSearch: z.object({ query: optionalText, state: backupSetStateSchema.optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./backups/backup-sets-page.tsx"), "BackupSetsPage"),
});

const backupSetRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "backup-sets/$setId",
  validateSearch: z.object({
    query: optionalText,
    family: optionalText,
    every: z.boolean().optional().catch(undefined),
    /** A run that was started from here, followed until it is put away. */
    run: optionalText,
  }),
  component: lazyRouteComponent(() => import("./backups/backup-set-page.tsx"), "BackupSetPage"),
});

const backupItemRoute = createRoute({
  getParentRoute: () => backupSetRoute,
  path: "items/$itemId",
  validateSearch: z.object({
    show: z.enum(["json"]).optional().catch(undefined),
    /** The item that it is compared with; the inventory without one. */
    against: optionalText,
  }),
  component: lazyRouteComponent(() => import("./backups/backup-item-panel.tsx"), "BackupItemPanel"),
});

const addPoliciesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "backup-sets/$setId/add-policies",
  validateSearch: z.object({ query: optionalText, family: optionalText, platform: optionalText }),
  component: lazyRouteComponent(() => import("./backups/add-policies-page.tsx"), "AddPoliciesPage"),
});

const restorePlanRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "restore-plans/$planId",
  validateSearch: z.object({
    query: optionalText,
    family: optionalText,
    missing: z.boolean().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("./restore/restore-plan-page.tsx"), "RestorePlanPage"),
});

const evidenceRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "evidence",
  component: lazyRouteComponent(() => import("./evidence/evidence-page.tsx"), "EvidencePage"),
});

const snapshotRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "evidence/$snapshotId",
  validateSearch: z.object({
    query: optionalText,
    kind: evidenceKindSchema.optional().catch(undefined),
    exception: optionalText,
  }),
  component: lazyRouteComponent(() => import("./evidence/snapshot-page.tsx"), "SnapshotPage"),
});

const evidenceItemRoute = createRoute({
  getParentRoute: () => snapshotRoute,
  path: "$itemId",
  component: lazyRouteComponent(() => import("./evidence/item-panel.tsx"), "ItemPanel"),
});

const operationsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "operations",
  validateSearch: z.object({
    state: z.enum(["active", "finished"]).optional().catch(undefined),
    type: optionalText,
  }),
  component: lazyRouteComponent(() => import("./runs/operations-page.tsx"), "OperationsPage"),
});

const runRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "operations/$runId",
  component: lazyRouteComponent(() => import("./runs/run-page.tsx"), "RunPage"),
});

const membersRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "members",
  component: lazyRouteComponent(() => import("./members/members-page.tsx"), "MembersPage"),
});

const auditRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "audit",
  component: lazyRouteComponent(() => import("./audit/audit-page.tsx"), "AuditPage"),
});

const reviewPacksRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "review-packs",
  validateSearch: z.object({ pack: optionalText }),
  component: lazyRouteComponent(() => import("./review-packs/review-packs-page.tsx"), "ReviewPacksPage"),
});

const baselinesRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "baselines",
  component: lazyRouteComponent(() => import("./baselines/baselines-page.tsx"), "BaselinesPage"),
});

const baselineRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "baselines/$baselineId",
  validateSearch: z.object({ query: optionalText, family: optionalText }),
  component: lazyRouteComponent(() => import("./baselines/baseline-page.tsx"), "BaselinePage"),
});

const comparisonRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "baseline-comparisons/$comparisonId",
  component: lazyRouteComponent(() => import("./baselines/comparison-page.tsx"), "ComparisonPage"),
});

/** The filter of findings, kept in the address: also while one of them is looked at, so that the way back leads to the same list. */
const findingSearchSchema = z.object({
  /** Open ones, unless another status is asked for. */
  status: z
    .enum([...findingStatusSchema.options, "all"])
    .optional()
    .catch(undefined),
  severity: severitySchema.optional().catch(undefined),
  difference: findingKindSchema.optional().catch(undefined),
  baseline: optionalText,
});

const findingsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "findings",
  validateSearch: findingSearchSchema,
  component: lazyRouteComponent(() => import("./findings/findings-page.tsx"), "FindingsPage"),
});

const findingRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "findings/$findingId",
  validateSearch: findingSearchSchema,
  component: lazyRouteComponent(() => import("./findings/finding-page.tsx"), "FindingPage"),
});

const settingsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "settings",
  component: lazyRouteComponent(() => import("./settings/settings-page.tsx"), "SettingsPage"),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    tenantRoute.addChildren([
      overviewRoute,
      inventoryRoute.addChildren([policyRoute]),
      backupSetsRoute,
      backupSetRoute.addChildren([backupItemRoute]),
      addPoliciesRoute,
      restorePlanRoute,
      evidenceRoute,
      snapshotRoute.addChildren([evidenceItemRoute]),
      operationsRoute,
      runRoute,
      membersRoute,
      auditRoute,
      reviewPacksRoute,
      baselinesRoute,
      baselineRoute,
      comparisonRoute,
      findingsRoute,
      findingRoute,
      settingsRoute,
    ]),
  ]),
  defaultPreload: "intent",
  scrollRestoration: true,
});

/**
 * Loads the code of every page. What is here cannot be missed later: a page whose code does not come, in an outage or after
 * a deployment, costs the whole console, for the router loads the document anew then.
 */
export function preloadPages(): void {
  for (const { options } of [
    overviewRoute,
    inventoryRoute,
    policyRoute,
    backupSetsRoute,
    backupSetRoute,
    backupItemRoute,
    addPoliciesRoute,
    restorePlanRoute,
    evidenceRoute,
    snapshotRoute,
    evidenceItemRoute,
    operationsRoute,
    runRoute,
    membersRoute,
    auditRoute,
    reviewPacksRoute,
    baselinesRoute,
    baselineRoute,
    comparisonRoute,
    findingsRoute,
    findingRoute,
    settingsRoute,
  ]) {
    void options.component?.preload?.();
  }
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
