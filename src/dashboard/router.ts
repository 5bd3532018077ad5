/** The console's router: composes the features' routes. The order is that of the navigation. */
import { createRouter } from "@tanstack/react-router";
import type { PagePattern } from "../contract/console-addresses.ts";
import { accountRoute } from "./account/routes.ts";
import { apiTokenRoutes } from "./api-tokens/routes.ts";
import { approvalRoutes } from "./approvals/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { backupRoutes } from "./backups/routes.ts";
import { baselineRoutes } from "./baselines/routes.ts";
import { closingRoutes } from "./closing/routes.ts";
import { connectionRoutes } from "./connection/routes.ts";
import { evidenceRoutes } from "./evidence/routes.ts";
import { exportRoutes } from "./exports/routes.ts";
import { findingRoutes } from "./findings/routes.ts";
import { homeRoute } from "./home/routes.ts";
import { inventoryRoutes } from "./inventory/routes.ts";
import { joinRoute } from "./joining/routes.ts";
import { memberRoutes } from "./members/routes.ts";
import { overviewRoutes } from "./overview/routes.ts";
import { permissionsRoutes } from "./permissions/routes.ts";
import { platformPages } from "./platform/routes.ts";
import { portfolioPages } from "./portfolio/routes.ts";
import { restoreRoutes } from "./restore/routes.ts";
import { retentionRoutes } from "./retention/routes.ts";
import { reviewPackRoutes } from "./review-packs/routes.ts";
import { roleRoutes } from "./roles/routes.ts";
import { runRoutes } from "./runs/routes.ts";
import { newsPages, ownNewsRoute } from "./news/routes.ts";
import { scheduleRoutes } from "./schedules/routes.ts";
import { settingsRoutes } from "./settings/routes.ts";
import { signedOutRoute } from "./signed-out/routes.ts";
import { standardRoutes } from "./standards/routes.ts";
import { PageFault } from "./shell/page-fault.tsx";
import { rootRoute, tenantRoute } from "./shell/routes.tsx";

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    signedOutRoute,
    accountRoute,
    joinRoute,
    ...portfolioPages,
    ownNewsRoute,
    ...platformPages,
    ...closingRoutes,
    tenantRoute.addChildren([
      ...overviewRoutes,
      ...inventoryRoutes,
      ...backupRoutes,
      ...restoreRoutes,
      ...findingRoutes,
      ...baselineRoutes,
      ...standardRoutes,
      ...evidenceRoutes,
      ...reviewPackRoutes,
      ...runRoutes,
      ...scheduleRoutes,
      ...approvalRoutes,
      ...memberRoutes,
      ...auditRoutes,
      ...settingsRoutes,
      ...permissionsRoutes,
      ...roleRoutes,
      ...newsPages,
      ...apiTokenRoutes,
      ...connectionRoutes,
      ...retentionRoutes,
      ...exportRoutes,
    ]),
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: PageFault,
  scrollRestoration: true,
});

/**
 * Loads the code of all pages. A page whose code is missing later, in an outage or after a deployment, costs the whole console:
 * the router then loads the document anew.
 */
export function preloadPages(): void {
  for (const { options } of Object.values(router.routesById)) void options.component?.preload?.();
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** An address of the contract that no route has: the compiler names it in the line below. */
type AddressWithoutRoute = Exclude<PagePattern, keyof typeof router.routesByPath>;
null satisfies [AddressWithoutRoute] extends [never] ? null : AddressWithoutRoute;
