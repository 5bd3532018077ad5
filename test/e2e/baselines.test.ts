/** Baselines end to end: capture, drift in the simulated tenant, comparison, findings, one of them accepted; all in a real Chromium. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PAGES, pageAddress } from "../../src/contract/console-addresses.ts";
import { apiClient } from "../support/api-client.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import { expectAccessible } from "./page-watch.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { TENANTS } from "./tenants.ts";

const TENANT = TENANTS.baselines.slug;
const product = inject("product");
let browser: Browser;

beforeAll(async () => {
  browser = await sharedBrowser();
  await sync();
});

afterAll(async () => {
  await closePages(browser);
});

async function sync(): Promise<void> {
  const api = apiClient(product.url, TENANT);
  const { run } = await api.start("inventory.sync", {});
  expect(await api.completed(run.id)).toMatchObject({ outcome: "succeeded" });
}

/** What the browser complained of: refused by the page's policy, missing, or thrown. */
const complaints: string[] = [];

async function openPage(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const viewport = { width: 1440, height: 900 };
  const context = await browser.newContext({ viewport, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(product.url + path);
  return page;
}

declare global {
  var tenantAtlasEarly: Map<string, unknown> | undefined;
}

interface Seen {
  now: string | null;
  words: string;
}

/** Records every state of each bar and card of a baseline run, from inside the page, so that none is missed. */
async function watchBaselineRuns(page: Page): Promise<() => Promise<Seen[]>> {
  await page.evaluate(() => {
    const seen: Seen[] = [];
    Reflect.set(window, "seenBaselineRuns", seen);
    const look = (): void => {
      for (const bar of document.querySelectorAll('[role=progressbar][aria-label^="Baseline"]'))
        seen.push({ now: bar.getAttribute("aria-valuenow"), words: bar.getAttribute("aria-valuetext") ?? "" });
      for (const card of document.querySelectorAll("[data-run-id]"))
        if (card.textContent.startsWith("Baseline")) seen.push({ now: null, words: card.textContent });
    };
    look();
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
  return () => page.evaluate(() => Reflect.get(window, "seenBaselineRuns"));
}

/** Changes, adds, removes and renames one policy each behind Graph's back. */
async function drift(): Promise<{ changed: string; added: string; removed: string; renamed: string }> {
  const control = controlOf(product.simulatorUrl);
  const [changed, renamed, removed] = await control.policies(TENANT, "compliance");
  const [model] = await control.policies(TENANT, "deviceConfiguration");
  if (!changed || !renamed || !removed || !model) throw new Error("the simulated tenant has no such policies");
  await control.editPolicy(TENANT, "compliance", changed.id, { osMinimumVersion: "1.2.3.4" });
  await control.editPolicy(TENANT, "compliance", renamed.id, { displayName: `${renamed.name} (renamed)` });
  await control.deletePolicy(TENANT, "compliance", removed.id);
  const { doc } = await control.policy(TENANT, "deviceConfiguration", model.id);
  await control.addPolicy(TENANT, "deviceConfiguration", {
    ...doc,
    id: crypto.randomUUID(),
    displayName: "Contractor laptops",
  });
  return {
    changed: changed.name ?? "",
    added: "Contractor laptops",
    removed: removed.name ?? "",
    renamed: `${renamed.name} (renamed)`,
  };
}

describe.runIf(IN_WHOLE)("a baseline in the console", () => {
  it("is captured and compared in phases without a number, finds exactly what drifted, and one finding is accepted", async () => {
    const page = await openPage(pageAddress(PAGES.baselines, { slug: TENANT }));
    await page.getByRole("button", { name: /^Activity/ }).click();
    const seenCapture = await watchBaselineRuns(page);
    await page.getByRole("button", { name: "Capture baseline" }).click();
    await page.getByLabel("Name").fill("Before the rollout");
    await page.getByRole("button", { name: "Capture", exact: true }).click();
    const listed = page.getByRole("main").getByRole("listitem").filter({ hasText: "Before the rollout" });
    await listed.getByText("Sealed").waitFor();
    const capture = await seenCapture();

    const names = await drift();
    await sync();

    await listed.getByRole("link", { name: "Before the rollout" }).click();
    const seenCompare = await watchBaselineRuns(page);
    await page.getByRole("button", { name: "Compare now" }).click();
    await page.getByRole("main").getByText("4 open findings (2 high, 2 low)", { exact: true }).waitFor();

    for (const seen of [capture, await seenCompare()]) {
      expect(seen.some(({ words }) => /Reading inventory|content|Sealing/.test(words))).toBe(true);
      expect(seen.filter(({ now, words }) => now !== null || /\d of \d|%/.test(words))).toEqual([]);
    }

    await page.getByRole("link", { name: "4 open findings" }).click();
    const rows = page.getByRole("region", { name: "Findings" }).getByRole("listitem");
    await rows.first().waitFor();
    const found = await rows.evaluateAll((items) => items.map((item) => item.textContent));
    expect(found).toHaveLength(4);
    for (const [name, words] of [
      [names.changed, "Changed.1 property differs"],
      [names.added, "Added."],
      [names.removed, "Removed."],
      [names.renamed, "Renamed."],
    ] as const) {
      const matching = found.filter((text) => text.includes(name) && text.replace(". ", ".").includes(words));
      expect(matching, `a finding of ${name}`).toHaveLength(1);
    }

    await page.getByRole("link", { name: names.changed }).click();
    await page.locator("pre").getByText("1.2.3.4").waitFor();
    await page.getByRole("region", { name: "Facts" }).getByText("Changed by").waitFor();
    await page.getByRole("button", { name: "Accept" }).click();
    const dialog = page.getByRole("dialog", { name: "Accept this finding" });
    await dialog.getByLabel("Reason").fill("Agreed for the pilot");
    await dialog.getByRole("button", { name: "30 days" }).click();
    await dialog.getByRole("button", { name: "Accept", exact: true }).click();
    await page
      .getByText(/^Accepted until/)
      .first()
      .waitFor();
    // The focus comes back once the dialog has closed, which takes a moment longer than the answer.
    await page.waitForFunction(() => document.activeElement?.textContent === "Change acceptance");

    await page.getByRole("link", { name: "Findings", exact: true }).first().click();
    await page.getByText("3 findings", { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("has no serious accessibility violation on any of its pages, light and dark", async () => {
    const api = apiClient(product.url, TENANT);
    const runs = await api.activity();
    const made = (type: string) => runs.find((run) => run.type === type)?.result?.href ?? "";
    const baseline = made("baseline.capture");
    // A second comparison, so that there is a chart.
    const { run } = await api.start("baseline.compare", { baselineId: baseline.split("/").at(-1) });
    const second = (await api.completed(run.id)).result?.href ?? "";
    const page = await openPage(pageAddress(PAGES.findings, { slug: TENANT }));
    const finding = await page.getByRole("region", { name: "Findings" }).getByRole("link").first().getAttribute("href");
    const pages = [
      pageAddress(PAGES.baselines, { slug: TENANT }),
      baseline,
      second,
      pageAddress(PAGES.findings, { slug: TENANT }),
      finding ?? "",
      pageAddress(PAGES.overview, { slug: TENANT }),
    ];
    for (const path of pages) {
      await page.goto(product.url + path);
      await page.locator("h1").waitFor();
      await page.waitForFunction(() => !document.querySelector("main .skeleton-block"));
      await expectAccessible(page);
    }
    await page.context().close();
    expect(complaints).toEqual([]);
  });

  it("asks for nothing twice on a first page, and takes each answer that it asked for before its code was there", async () => {
    const runs = await apiClient(product.url, TENANT).activity();
    const capture = runs.find((run) => run.type === "baseline.capture");
    const pages = [
      PAGES.home,
      pageAddress(PAGES.overview, { slug: TENANT }),
      pageAddress(PAGES.inventory, { slug: TENANT }),
      pageAddress(PAGES.findings, { slug: TENANT }),
      capture?.href ?? "",
      capture?.result?.href ?? "",
    ];
    for (const path of pages) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const asked: string[] = [];
      page.on("request", (request) => {
        if (request.url().startsWith(`${product.url}/api/`)) asked.push(request.url());
      });
      await page.goto(product.url + path);
      await page.waitForFunction(() => globalThis.tenantAtlasEarly?.size === 0);
      await page.waitForFunction(() => !document.querySelector("main .skeleton-block"));
      const again = asked.filter((url, index) => asked.indexOf(url) < index);
      expect(again, path).toEqual([]);
      await context.close();
    }
  });

  it("says who may accept a finding to somebody who may not", async () => {
    const page = await openPage(pageAddress(PAGES.findings, { slug: TENANT }), {
      extraHTTPHeaders: { "x-local-user": "operator@example.test" },
    });
    await page.getByRole("region", { name: "Findings" }).getByRole("link").first().click();
    await page.getByText("Owners and managers may accept findings.").waitFor();
    await page.getByRole("button", { name: "Accept" }).focus();
    await page.keyboard.press("Enter");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.context().close();
  });
});
