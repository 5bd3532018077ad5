/** A review pack from the dialog to the file, in a real Chromium; and the page in it, opened without a network. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PAGES, pageAddress } from "../../src/contract/console-addresses.ts";
import { apiClient } from "../support/api-client.ts";
import { checkArchive, checkSums, extractArchive } from "../support/archive-tools.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import { openPage, seriousViolations, watchBars } from "./page-watch.ts";
import { TENANTS } from "./tenants.ts";

const { slug, name } = TENANTS.reviewPacks;
const product = inject("product");
let browser: Browser;
const complaints: string[] = [];
const folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-pack-"));

beforeAll(async () => {
  browser = await sharedBrowser();
});

afterAll(async () => {
  await closePages(browser);
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(IN_WHOLE)("a review pack in the console", () => {
  it("says what is missing while there is no snapshot", async () => {
    const page = await openPage(browser, `${product.url}${pageAddress(PAGES.reviewPacks, { slug })}`, complaints, {
      width: 390,
      height: 844,
    });
    await page.getByText("No pack has been made yet").waitFor();
    await page.getByRole("button", { name: "New review pack" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("this tenant has none yet").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByRole("link", { name: "Take a snapshot" }).click();
    await page.getByRole("heading", { name: "Evidence" }).waitFor();
    await page.context().close();
  });

  it("is made of what is chosen, counted as it is written, downloaded, and what unzip and sha256sum accept", async () => {
    const api = apiClient(product.url, slug);
    await api.completed((await api.start("inventory.sync", {})).run.id);
    await api.completed((await api.start("evidence.snapshot", {})).run.id);
    const policies = (await api.policies()).length;

    const page = await openPage(browser, `${product.url}${pageAddress(PAGES.reviewPacks, { slug })}`, complaints);
    const bars = await watchBars(page);
    await page.getByRole("button", { name: "New review pack" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(`${policies} files`, { exact: true }).waitFor();
    for (const part of ["Policies", "Evidence items", "Operations", "Drift findings"])
      await dialog.getByLabel(part).uncheck();
    await dialog.getByText("there is nothing to put into the pack").waitFor();
    expect(await dialog.getByRole("button", { name: "Make the pack" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Policies").check();
    const total = policies + 4;
    await dialog.getByText(`${total} files in all`).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Make the pack" }).click();

    const download = page.getByRole("link", { name: /^Download the pack/ });
    await download.waitFor({ timeout: 120_000 });
    const counted = (await bars()).filter(({ now }) => now !== null).map(({ now }) => Number(now));
    expect(counted, "a bar that steps back").toEqual(counted.toSorted((a, b) => a - b));
    const [run] = await api.activity();
    expect(run).toMatchObject({
      type: "review-pack.generate",
      summaryCounts: { total, processed: total, succeeded: total },
    });
    expect(await seriousViolations(page)).toEqual([]);

    const [file] = await Promise.all([page.waitForEvent("download"), download.click()]);
    expect(file.suggestedFilename()).toMatch(new RegExp(`^${slug}-review-pack-\\d{4}-\\d\\d-\\d\\d-\\d{4}\\.zip$`));
    const archive = path.join(folder, "pack.zip");
    await file.saveAs(archive);
    expect(checkArchive(archive)).toHaveLength(total);
    extractArchive(archive, path.join(folder, "pack"));
    checkSums(path.join(folder, "pack"), "manifest.sha256");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("holds a page that reads well without a network, in light and dark, wide and narrow", async () => {
    for (const [width, colorScheme] of [
      [1440, "light"],
      [390, "dark"],
    ] as const) {
      const context = await browser.newContext({ offline: true, colorScheme, viewport: { width, height: 900 } });
      const page = await context.newPage();
      page.on("console", (message) => complaints.push(message.text()));
      page.on("request", (request) => {
        if (!request.url().startsWith("file:")) complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(`file://${path.join(folder, "pack", "index.html")}`);
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      const headings = await page.getByRole("heading", { level: 2 }).allTextContents();
      expect(headings.slice(0, 3)).toEqual(["Summary", "Exceptions", "Coverage"]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      expect(await seriousViolations(page)).toEqual([]);
      // Names lead to the policies' files.
      const href = await page.locator('a[href^="policies/"]').first().getAttribute("href");
      expect((await page.goto(`file://${path.join(folder, "pack", href ?? "")}`))?.ok()).not.toBe(false);
      await context.close();
    }
    expect(complaints).toEqual([]);
  });
});
