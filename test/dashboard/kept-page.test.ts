import { expect, it } from "vitest";
import { PAGES } from "../../src/contract/console-addresses.ts";
import { keptPage } from "../../src/dashboard/shell/kept-page.ts";

const pages = new Set<string>(Object.values(PAGES));

it.each([
  [PAGES.overview, PAGES.overview],
  ["/t/$slug/", PAGES.overview],
  [PAGES.findings, PAGES.findings],
  [PAGES.finding, PAGES.findings],
  [PAGES.policy, PAGES.inventory],
  [PAGES.backupItem, PAGES.backupSets],
  [PAGES.addPolicies, PAGES.backupSets],
  [PAGES.evidenceItem, PAGES.evidence],
  [PAGES.run, PAGES.operations],
  [PAGES.legalHolds, PAGES.legalHolds],
  // There is no list of these.
  [PAGES.restorePlan, PAGES.overview],
  [PAGES.comparison, PAGES.overview],
])("another tenant's %s is shown as %s", (shown, kept) => {
  expect(keptPage(shown, pages)).toBe(kept);
});

it("leads from every page of a tenant to a page about no record", () => {
  const ofTenant = [...pages].filter((page) => page.startsWith(PAGES.overview));
  expect(ofTenant.length).toBeGreaterThan(20);
  for (const page of ofTenant) {
    const kept = keptPage(page, pages);
    expect(pages.has(kept)).toBe(true);
    expect(kept.match(/\$/g)).toHaveLength(1);
  }
});
