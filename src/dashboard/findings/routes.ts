import { GitDiffIcon } from "@phosphor-icons/react/GitDiff";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { findingKindSchema, findingStatusSchema, severitySchema } from "../../contract/baselines.ts";
import { PAGES, pathBelow } from "../../contract/console-addresses.ts";
import { optional, optionalText } from "../shell/address-search.ts";
import { askAhead } from "../shell/ahead.ts";
import { tenantRoute } from "../shell/routes.tsx";

/** The filter of the list. The page of one finding keeps it in its address too, so that the way back leads to the same list. */
const findingSearchSchema = z.object({
  /** Absent means open findings. */
  status: optional(z.enum([...findingStatusSchema.options, "all"])),
  severity: optional(severitySchema),
  difference: optional(findingKindSchema),
  baseline: optionalText,
});

const findingsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.findings),
  validateSearch: findingSearchSchema,
  staticData: { navigation: { label: "Findings", icon: GitDiffIcon, capability: "baseline.read" } },
  loader: ({ params }) => askAhead(() => import("./findings-page.tsx"), params),
  component: lazyRouteComponent(() => import("./findings-page.tsx"), "FindingsPage"),
});

const findingRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: pathBelow(PAGES.overview, PAGES.finding),
  validateSearch: findingSearchSchema.extend({
    /** A preview that was started from here. The page follows it until the person dismisses it. */
    run: optionalText,
  }),
  component: lazyRouteComponent(() => import("./finding-page.tsx"), "FindingPage"),
});

export const findingRoutes = [findingsRoute, findingRoute] as const;
