/** The first slice end to end: the product as a user starts it, a real Chromium, the simulated Microsoft Graph over HTTP. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PAGES, pageAddress } from "../../src/contract/console-addresses.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { apiClient } from "../support/api-client.ts";
import { breakableWay } from "./breakable-way.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import { openPage as openWatchedPage, seriousViolations, watchBars } from "./page-watch.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { TENANTS } from "./tenants.ts";

const FAMILIES = FAMILY_KEYS.length;
const ALL_SUCCEEDED = `${FAMILIES} of ${FAMILIES} policy families: ${FAMILIES} succeeded`;
const TENANT = TENANTS.inventory.slug;
const SMALL = TENANTS.smallInventory.slug;

const product = inject("product");
let browser: Browser;

beforeAll(async () => {
  browser = await sharedBrowser();
});

afterAll(async () => {
  await closePages(browser);
});

/** What the browser complained of: refused by the page's policy, missing, or thrown. */
const complaints: string[] = [];

const openPage = (path: string): Promise<Page> => openWatchedPage(browser, product.url + path, complaints);

describe("an inventory sync in the console", () => {
  it("runs a truthful bar to the last family, fills the list, and tells the result", async () => {
    // One family has to wait: it is throttled at first, and the run goes on around it.
    await controlOf(product.simulatorUrl).planFault(TENANT, {
      family: "scopeTags",
      count: 2,
      status: 429,
      retryAfter: 1,
    });
    const page = await openPage(pageAddress(PAGES.overview, { slug: TENANT }));
    const bars = await watchBars(page);
    await page.getByRole("button", { name: "Sync inventory" }).click();
    await page
      .getByText(/queued/i)
      .first()
      .waitFor();

    const finished = page.getByText(ALL_SUCCEEDED).first();
    await finished.waitFor({ timeout: 120_000 });

    const seen = await bars();
    const counted = seen.filter(({ now }) => now !== null).map(({ now }) => Number(now));
    expect(counted.length).toBeGreaterThan(0);
    expect(counted, "a bar that steps back").toEqual(counted.toSorted((a, b) => a - b));
    expect(Math.min(...seen.map(({ label }) => label?.length ?? 0)), "a bar without a name").toBeGreaterThan(0);

    const [run] = await apiClient(product.url, TENANT).activity();
    expect(run).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total: FAMILIES, processed: FAMILIES, succeeded: FAMILIES, failed: 0 },
    });

    await page.goto(product.url + (run?.href ?? ""));
    await page.getByText(ALL_SUCCEEDED).first().waitFor();
    expect(await page.locator("main [role=progressbar]").count(), "no bar once it is finished").toBe(0);
    expect(await seriousViolations(page)).toEqual([]);

    await page.getByRole("link", { name: "Inventory", exact: true }).click();
    await page.getByText(`${run?.summaryCounts.items} policies`).first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("F31: announces no number for a run that cannot be counted yet", async () => {
    await controlOf(product.simulatorUrl).planFault(SMALL, { latencyMs: 200 });
    const page = await openPage(pageAddress(PAGES.overview, { slug: SMALL }));
    const bars = await watchBars(page);
    await page.getByRole("button", { name: "Sync inventory" }).click();
    await page.getByText(ALL_SUCCEEDED).first().waitFor({ timeout: 120_000 });
    for (const bar of await bars()) {
      if (bar.now === null) expect(bar.text).not.toMatch(/\d/);
      else expect(Number(bar.now)).toBeLessThanOrEqual(Number(bar.max));
    }
    await page.context().close();
  });
});

describe.runIf(IN_WHOLE)("a name that would turn the direction of writing", () => {
  it("is shown with its control, wherever it stands, and nothing beside it is turned", async () => {
    const control = controlOf(product.simulatorUrl);
    await control.addPolicy(SMALL, "scopeTags", { displayName: "Guests \u202Elaw", description: "" });
    const api = apiClient(product.url, SMALL);
    await api.completed((await api.start("inventory.sync", { families: ["scopeTags"] })).run.id);
    const page = await openPage(`${pageAddress(PAGES.inventory, { slug: SMALL })}?query=Guests`);
    await page.getByText("Guests ⟨U+202E⟩law", { exact: true }).first().click();
    await page.getByRole("link", { name: "JSON", exact: true }).click();
    await page.getByText('"displayName": "Guests \\u202Elaw"').waitFor();
    expect(await page.content()).not.toContain("\u202E");
    await page.context().close();
  });
});

/** The code of the pages comes a moment after the first page. */
const allPagesLoaded = (page: Page) =>
  page.waitForFunction(() =>
    ["audit-page", "members-page"].every((part) =>
      performance.getEntriesByType("resource").some(({ name }) => name.includes(part)),
    ),
  );

describe("the console in an outage", () => {
  it.each(IN_WHOLE ? (["freeze", "stop"] as const) : (["freeze"] as const))(
    "shows no number as present within seconds when the server is cut off (%s), and all of them when it is back",
    async (how) => {
      const way = await breakableWay(product.url);
      const page = await openWatchedPage(browser, way.url + pageAddress(PAGES.overview, { slug: SMALL }), []);
      const activity = page.getByRole("button", { name: /^Activity/ });
      const banner = page.getByRole("complementary", { name: "Connection" });
      const present = page.locator("[data-told]");
      await activity.getByText(/^\d+$/).waitFor();
      await page.getByText("Nothing is running").waitFor();
      await present.first().waitFor();
      await allPagesLoaded(page);
      expect(await banner.count()).toBe(0);
      const before = await page.evaluate(() => document.querySelector("main")?.getBoundingClientRect().height);

      way[how]();
      await banner.getByText(/^Not connected since \d/).waitFor({ timeout: 20_000 });
      // The title of the page is where it was: what the banner says moves nothing.
      expect(await page.evaluate(() => document.querySelector("main")?.getBoundingClientRect().height)).toBe(before);
      expect(await activity.textContent()).not.toMatch(/\d/);
      expect(await page.getByText("Nothing is running").count()).toBe(0);
      expect(await present.count(), "a number that is shown as present").toBe(0);
      expect(await page.locator("main [data-unknown]").first().textContent()).toMatch(/as of \d|^–/);
      expect(await page.getByRole("status").filter({ hasText: "Not connected since" }).count(), "said once").toBe(1);
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole("link", { name: "Members" }).click();
      await page.getByRole("heading", { name: "Members", exact: true }).waitFor();
      expect(await banner.isVisible(), "on other pages too").toBe(true);

      await way.mend();
      await banner.waitFor({ state: "detached", timeout: 20_000 });
      await page.getByText("owner@example.test").waitFor();
      await activity.getByText(/^\d+$/).waitFor();
      await page.context().close();
      way.close();
    },
  );
});

describe.runIf(IN_WHOLE)("the console, and what does not come", () => {
  it("opens without a server, says that it cannot be reached, and goes on by itself when it is back", async () => {
    const way = await breakableWay(product.url);
    const page = await openWatchedPage(browser, way.url + pageAddress(PAGES.members, { slug: SMALL }), []);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await allPagesLoaded(page);
    way.stop();
    await page.reload();
    await page.getByRole("alert").getByText("TenantAtlas cannot be reached").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    const kept = await page.evaluate(async () => {
      const files = await caches.open("console-files");
      return (await files.keys()).map(({ url }) => new URL(url).pathname);
    });
    expect(kept).toEqual(expect.arrayContaining(["/", "/offline"]));
    expect(kept.filter((path) => /^\/(?:api|auth)/.test(path))).toEqual([]);
    await page.goto(`${way.url}/api/openapi.json`);
    await page.getByRole("heading", { name: "TenantAtlas cannot be reached" }).waitFor();
    await page.goBack();
    await way.mend();
    await page.getByText("owner@example.test").waitFor();
    await page.context().close();
    way.close();
  });

  it("offers to load a page anew whose code does not come, and keeps the frame around it", async () => {
    // What a service worker fetches, no route of a page sees.
    const context = await browser.newContext({ serviceWorkers: "block", reducedMotion: "reduce" });
    const page = await context.newPage();
    const isMissing = { now: true };
    await page.route(/\/assets\/members-page/, (route) =>
      isMissing.now ? route.fulfill({ status: 404, body: "gone" }) : route.continue(),
    );
    await page.goto(product.url + pageAddress(PAGES.members, { slug: SMALL }));
    await page.getByRole("heading", { name: "This page did not load" }).waitFor();
    expect(await page.getByRole("link", { name: "Overview" }).isVisible()).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
    isMissing.now = false;
    await page.getByRole("button", { name: "Reload" }).click();
    await page.getByText("owner@example.test").waitFor();
    await context.close();
  });

  it("keeps its pages, says what it cannot read, and reads it by itself when the outage is over", async () => {
    const page = await openPage(pageAddress(PAGES.overview, { slug: SMALL }));
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await allPagesLoaded(page);
    await page.route(/./, (route) => route.abort());
    await page.getByRole("link", { name: "Audit log" }).click();
    await page.getByRole("alert").first().waitFor();
    expect(await page.getByRole("link", { name: "Overview" }).isVisible()).toBe(true);
    await page.unroute(/./);
    await page.getByRole("listitem").filter({ hasText: "started an operation" }).first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.context().close();
  });

  it("reads from a product on the same machine while the browser has no network", async () => {
    const page = await openPage(pageAddress(PAGES.overview, { slug: SMALL }));
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.evaluate(() => window.dispatchEvent(new Event("offline")));
    await page.getByRole("link", { name: "Members" }).click();
    await page.getByText("owner@example.test").waitFor();
    expect(page.url()).toMatch(/members$/);
    await page.context().close();
  });
});

describe.runIf(IN_WHOLE)("a missing permission in the console", () => {
  it("leads from the family that could not be read to the names to grant", async () => {
    const [control, permission] = [controlOf(product.simulatorUrl), "Agreement.Read.All"];
    const api = apiClient(product.url, SMALL);
    await control.removePermissions(SMALL, permission);
    const { run } = await api.start("inventory.sync", { families: ["termsOfUse"] });
    expect(await api.completed(run.id)).toMatchObject({ outcome: "failed" });
    const page = await openPage(pageAddress(PAGES.overview, { slug: SMALL }));
    await page.getByRole("link", { name: "Check permissions" }).first().click();
    await page.getByText("Not checked yet").waitFor();
    await page.getByRole("button", { name: "Check now" }).click();
    const toGrant = page.getByRole("list", { name: "Permissions to grant" });
    await toGrant.getByText(permission, { exact: true }).waitFor();
    const row = page.getByRole("row", { name: /^Terms of use/ });
    expect(await row.getByRole("cell").allTextContents()).toEqual([
      expect.stringMatching(/^Missing/),
      expect.stringMatching(/^Missing/),
    ]);
    expect(await seriousViolations(page)).toEqual([]);
    await control.grantPermissions(SMALL, permission, "Agreement.ReadWrite.All");
    await page.context().close();
  });
});

describe("an inventory sync over the API", () => {
  it("fails only the families that cannot be read, names why, and marks nothing removed", async () => {
    const control = controlOf(product.simulatorUrl);
    const api = apiClient(product.url, TENANT);
    const before = await api.policies();
    await control.planFault(TENANT, {
      family: "powershellScripts",
      permissionMissing: "DeviceManagementScripts.Read.All",
    });
    await control.planFault(TENANT, { family: "compliance", truncateJson: true });
    const { run } = await api.start("inventory.sync", {});
    expect(await api.completed(run.id)).toMatchObject({
      outcome: "partially_succeeded",
      summaryCounts: { total: FAMILIES, processed: FAMILIES, succeeded: FAMILIES - 2, failed: 2, deleted: 0 },
    });
    const units = await api.units(run.id);
    expect(units.map(({ reasonCode }) => reasonCode).toSorted()).toEqual(["malformed_response", "permission_missing"]);
    expect(units.find(({ reasonCode }) => reasonCode === "permission_missing")?.message).toContain(
      "DeviceManagementScripts.Read.All",
    );
    expect((await api.policies()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    await control.clearFaults(TENANT);
  });

  it("completes at once without a bar when no family is selected", async () => {
    const api = apiClient(product.url, TENANT);
    const { run } = await api.start("inventory.sync", { families: [] });
    expect(await api.completed(run.id)).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total: 0, processed: 0 },
      progress: { kind: "finished", text: "No policy families to process" },
    });
  });

  it("makes one run of two starts", async () => {
    const api = apiClient(product.url, SMALL);
    const [first, second] = await Promise.all([api.start("inventory.sync", {}), api.start("inventory.sync", {})]);
    expect(first.run.id).toBe(second.run.id);
    expect([first, second].filter(({ deduplicated }) => deduplicated)).toHaveLength(1);
    await api.completed(first.run.id);
  });
});
