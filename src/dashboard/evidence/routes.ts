import { FingerprintIcon } from "@phosphor-icons/react/Fingerprint";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { evidenceKindSchema } from "../../contract/evidence.ts";
import { optional, optionalText } from "../shell/address-search.ts";
import { tenantRoute } from "../shell/routes.tsx";

const evidenceRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.evidence),
  staticData: { navigation: { label: "Evidence", icon: FingerprintIcon, capability: "evidence.read" } },
  component: lazyRouteComponent(() => import("./evidence-page.tsx"), "EvidencePage"),
});

const snapshotRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.snapshot),
  validateSearch: z.object({ query: optionalText, kind: optional(evidenceKindSchema), exception: optionalText }),
  component: lazyRouteComponent(() => import("./snapshot-page.tsx"), "SnapshotPage"),
});

const evidenceItemRoute = createRoute({
  getParentRoute: () => snapshotRoute,
  path: pathBelow(PAGES.snapshot, PAGES.evidenceItem),
  component: lazyRouteComponent(() => import("./item-panel.tsx"), "ItemPanel"),
});

export const evidenceRoutes = [evidenceRoute, snapshotRoute.addChildren([evidenceItemRoute])] as const;
