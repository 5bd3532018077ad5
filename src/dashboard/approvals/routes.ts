import { SealCheckIcon } from "@phosphor-icons/react/SealCheck";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { tenantRoute } from "../shell/routes.tsx";
import { WaitingCount } from "./waiting-count.tsx";

const approvalsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.approvals),
  staticData: {
    navigation: { label: "Approvals", icon: SealCheckIcon, capability: "tenant.read", count: WaitingCount },
  },
  component: lazyRouteComponent(() => import("./approvals-page.tsx"), "ApprovalsPage"),
});

export const approvalRoutes = [approvalsRoute] as const;
