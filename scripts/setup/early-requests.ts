/**
 * What the console's first page asks before its code is there: a small script asks it, and `src/dashboard/api/early.ts` takes the answers. The
 * addresses come from the contract; a test in a browser compares them with what the pages ask. decisions/173-data-early.md
 */
import type { Plugin } from "vite";
import { PAGES, type PagePattern } from "../../src/contract/console-addresses.ts";
import { activityRoutes } from "../../src/contract/routes/activity.ts";
import { approvalRoutes } from "../../src/contract/routes/approvals.ts";
import { backupSetRoutes } from "../../src/contract/routes/backup-sets.ts";
import { baselineRoutes, comparisonRoutes } from "../../src/contract/routes/baselines.ts";
import { connectionRoutes } from "../../src/contract/routes/connections.ts";
import { evidenceRoutes } from "../../src/contract/routes/evidence.ts";
import { findingRoutes } from "../../src/contract/routes/findings.ts";
import { inventoryRoutes } from "../../src/contract/routes/inventory.ts";
import { operationRoutes } from "../../src/contract/routes/operations.ts";
import { WHOLE_LIST_PAGE_SIZE } from "../../src/contract/routes/queries.ts";
import { meRoutes, STANDINGS_PAGE_SIZE } from "../../src/contract/routes/session.ts";
import { unreadablePolicyRoutes } from "../../src/contract/routes/unreadable-policies.ts";
import { FIRST_STEPS_DONE, FIRST_STEPS_KEY } from "../../src/dashboard/overview/kept-first-steps.ts";

export interface EarlyPage {
  pattern: PagePattern;
  /** Addresses, with the pattern's holes in them. */
  asked: readonly string[];
  /** Asked where the person's browser has not seen the tenant's first steps done. */
  askedOfNewcomers?: readonly string[];
}

/** An address of a tenant's route. The order of the query is that of the console's own calls. */
function of({ path }: { path: string }, query: Record<string, string | number> = {}): string {
  const search = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return path.replace(":tenantId", "$slug") + (search.length === 0 ? "" : `?${search.join("&")}`);
}

/** On all pages of a tenant. */
const FRAME = [
  of(meRoutes.show),
  of(connectionRoutes.show),
  of(activityRoutes.list),
  of(approvalRoutes.list, { state: "waiting", limit: 100 }),
];

export const EARLY_PAGES: readonly EarlyPage[] = [
  { pattern: PAGES.home, asked: [of(meRoutes.show), of(meRoutes.standings, { limit: STANDINGS_PAGE_SIZE })] },
  {
    pattern: PAGES.overview,
    asked: [
      ...FRAME,
      of(inventoryRoutes.families),
      of(findingRoutes.list, { status: "open", limit: 50 }),
      of(operationRoutes.list, { state: "finished", type: "inventory.sync", limit: 1 }),
      of(operationRoutes.failures, { limit: 20 }),
    ],
    askedOfNewcomers: [of(backupSetRoutes.list), of(baselineRoutes.list), of(evidenceRoutes.snapshots)],
  },
  {
    pattern: PAGES.inventory,
    asked: [
      ...FRAME,
      of(inventoryRoutes.policies, { removed: "include", limit: WHOLE_LIST_PAGE_SIZE }),
      of(unreadablePolicyRoutes.list, { limit: WHOLE_LIST_PAGE_SIZE }),
    ],
  },
  {
    pattern: PAGES.findings,
    asked: [...FRAME, of(findingRoutes.list, { status: "open" }), of(baselineRoutes.list)],
  },
  {
    pattern: PAGES.run,
    asked: [
      ...FRAME,
      of(operationRoutes.show).replace(":runId", "$runId"),
      of(operationRoutes.timeline).replace(":runId", "$runId"),
    ],
  },
  {
    pattern: PAGES.baseline,
    asked: [
      ...FRAME,
      of(baselineRoutes.show).replace(":baselineId", "$baselineId"),
      of(baselineRoutes.drift, { limit: 40 }).replace(":baselineId", "$baselineId"),
      of(comparisonRoutes.list, { baselineId: "$baselineId", limit: 20 }),
      of(baselineRoutes.policies, { limit: WHOLE_LIST_PAGE_SIZE }).replace(":baselineId", "$baselineId"),
    ],
  },
];

/** The script: it runs before the first paint, and so does no more than ask. */
export function earlyScript(pages: readonly EarlyPage[] = EARLY_PAGES): string {
  const table = pages.map(({ pattern, asked, askedOfNewcomers = [] }) => [pattern, asked, askedOfNewcomers]);
  return `(() => {
  const at = location.pathname.split("/");
  const early = (globalThis.tenantAtlasEarly = new Map());
  const ask = (address) => {
    const answer = fetch(address, { credentials: "same-origin", headers: { accept: "application/json" } })
      .then(async (response) => ({ response, text: await response.text() }));
    answer.catch(() => {});
    early.set(address, { answer, askedAt: Date.now() });
  };
  const isDone = (slug) => {
    try {
      return localStorage.getItem(${JSON.stringify(FIRST_STEPS_KEY)} + slug) === ${JSON.stringify(FIRST_STEPS_DONE)};
    } catch {
      return false;
    }
  };
  for (const [pattern, asked, ofNewcomers] of ${JSON.stringify(table)}) {
    const parts = pattern.split("/");
    const holes = {};
    const fits = parts.length === at.length && parts.every((part, index) => {
      if (part[0] !== "$") return part === at[index];
      holes[part] = at[index];
      return at[index] !== "";
    });
    // Another filter is another list.
    if (!fits || location.search !== "") continue;
    const filled = (address) => address.replace(/\\$\\w+/g, (hole) => holes[hole]);
    for (const address of isDone(holes.$slug) ? asked : [...asked, ...ofNewcomers]) ask(filled(address));
    return;
  }
  if (!location.pathname.startsWith("/signed-out")) ask(${JSON.stringify(of(meRoutes.show))});
})();
`;
}

/** Puts the script beside the console, and before all else into its page. */
export function earlyRequests(): Plugin {
  return {
    name: "tenantatlas:early-requests",
    apply: "build",
    transformIndexHtml: () => [{ tag: "script", attrs: { src: "/ask-early.js" }, injectTo: "head-prepend" }],
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "ask-early.js", source: earlyScript() });
    },
  };
}
