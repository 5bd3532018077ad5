/**
 * Addresses of the console's pages: the router's patterns, and the links that the server sends. Written here and nowhere else, so
 * that neither storage nor an operation knows the console's router. A segment that begins with `$` is a hole.
 */

import { isResultKind, type ResultKind } from "./operation-types.ts";

/** The pattern of every page. `overview` is also the frame of all pages of a tenant. */
export const PAGES = {
  home: "/",
  signedOut: "/signed-out",
  account: "/account",
  portfolioRuns: "/portfolio",
  portfolioRun: "/portfolio/$runId",
  ownNews: "/news",
  portfolioSchedules: "/portfolio-schedules",
  portfolioSchedule: "/portfolio-schedules/$scheduleId",
  join: "/join",
  setUp: "/setup",
  platformTenants: "/platform/tenants",
  platformPeople: "/platform/people",
  platformOperations: "/platform/operations",
  platformDatabases: "/platform/databases",
  offboarded: "/platform/off-boarded",
  overview: "/t/$slug",
  inventory: "/t/$slug/inventory",
  policy: "/t/$slug/inventory/$policyId",
  settingSearch: "/t/$slug/find-setting",
  backupSets: "/t/$slug/backup-sets",
  backupSet: "/t/$slug/backup-sets/$setId",
  backupItem: "/t/$slug/backup-sets/$setId/items/$itemId",
  addPolicies: "/t/$slug/backup-sets/$setId/add-policies",
  restorePlan: "/t/$slug/restore-plans/$planId",
  findings: "/t/$slug/findings",
  finding: "/t/$slug/findings/$findingId",
  baselines: "/t/$slug/baselines",
  baseline: "/t/$slug/baselines/$baselineId",
  comparison: "/t/$slug/baseline-comparisons/$comparisonId",
  standards: "/t/$slug/standards",
  standard: "/t/$slug/standards/$standardId",
  followedStandard: "/t/$slug/followed-standards/$followingId",
  evidence: "/t/$slug/evidence",
  snapshot: "/t/$slug/evidence/$snapshotId",
  evidenceItem: "/t/$slug/evidence/$snapshotId/$itemId",
  reviewPacks: "/t/$slug/review-packs",
  operations: "/t/$slug/operations",
  run: "/t/$slug/operations/$runId",
  schedules: "/t/$slug/schedules",
  schedule: "/t/$slug/schedules/$scheduleId",
  members: "/t/$slug/members",
  approvals: "/t/$slug/approvals",
  audit: "/t/$slug/audit",
  settings: "/t/$slug/settings",
  permissions: "/t/$slug/settings/permissions",
  roles: "/t/$slug/settings/roles",
  apiTokens: "/t/$slug/settings/api-tokens",
  connection: "/t/$slug/settings/connection",
  retention: "/t/$slug/settings/retention",
  legalHolds: "/t/$slug/settings/legal-holds",
  exports: "/t/$slug/settings/export",
  news: "/t/$slug/settings/news",
} as const;

export type PagePattern = (typeof PAGES)[keyof typeof PAGES];

/** The names of a pattern's holes. */
type HoleOf<Pattern extends string> = Pattern extends `${infer Segment}/${infer Rest}`
  ? HoleOf<Segment> | HoleOf<Rest>
  : Pattern extends `$${infer Name}`
    ? Name
    : never;

/** The address of a page, its holes filled and encoded. Throws TypeError when a hole has no value. */
export function pageAddress<Pattern extends PagePattern>(
  pattern: Pattern,
  holes: Readonly<Record<HoleOf<Pattern>, string>>,
): string;
export function pageAddress(pattern: string, holes: Readonly<Record<string, string>>): string {
  const fill = (segment: string): string => {
    if (!segment.startsWith("$")) return segment;
    const value = holes[segment.slice(1)];
    if (value === undefined) throw new TypeError(`${pattern} needs ${segment}`);
    return encodeURIComponent(value);
  };
  return pattern.split("/").map(fill).join("/");
}

/** What a pattern adds to the pattern of the page that frames it: the path of a nested route. */
export function pathBelow<Frame extends PagePattern, Pattern extends PagePattern & `${Frame}/${string}`>(
  frame: Frame,
  pattern: Pattern,
): Pattern extends `${Frame}/${infer Path}` ? Path : never;
export function pathBelow(frame: string, pattern: string): string {
  return pattern.slice(frame.length + 1);
}

export function runAddress(slug: string, runId: string): string {
  return pageAddress(PAGES.run, { slug, runId });
}

export function portfolioRunAddress(runId: string): string {
  return pageAddress(PAGES.portfolioRun, { runId });
}

export function backupSetAddress(slug: string, setId: string): string {
  return pageAddress(PAGES.backupSet, { slug, setId });
}

export function restorePlanAddress(slug: string, planId: string): string {
  return pageAddress(PAGES.restorePlan, { slug, planId });
}

export function findingAddress(slug: string, findingId: string): string {
  return pageAddress(PAGES.finding, { slug, findingId });
}

export function baselineAddress(slug: string, baselineId: string): string {
  return pageAddress(PAGES.baseline, { slug, baselineId });
}

export function comparisonAddress(slug: string, comparisonId: string): string {
  return pageAddress(PAGES.comparison, { slug, comparisonId });
}

export function snapshotAddress(slug: string, snapshotId: string): string {
  return pageAddress(PAGES.snapshot, { slug, snapshotId });
}

/** A review pack has no page of its own: the list of packs shows it, scrolled to. */
export function reviewPackAddress(slug: string, packId: string): string {
  return `${pageAddress(PAGES.reviewPacks, { slug })}?pack=${encodeURIComponent(packId)}`;
}

/** Nor has an export. */
export function tenantExportAddress(slug: string, exportId: string): string {
  return `${pageAddress(PAGES.exports, { slug })}?export=${encodeURIComponent(exportId)}`;
}

/** The page of each kind of thing that runs make. */
const RESULT_PAGES: Readonly<Record<ResultKind, (slug: string, id: string) => string>> = {
  "backup-set": backupSetAddress,
  baseline: baselineAddress,
  "baseline-comparison": comparisonAddress,
  "evidence-snapshot": snapshotAddress,
  "restore-plan": restorePlanAddress,
  "review-pack": reviewPackAddress,
  "tenant-export": tenantExportAddress,
};

/** The page of what a run has made; null for a kind that this version does not know. */
export function resultAddress(slug: string, { kind, id }: { kind: string; id: string }): string | null {
  return isResultKind(kind) ? RESULT_PAGES[kind](slug, id) : null;
}
