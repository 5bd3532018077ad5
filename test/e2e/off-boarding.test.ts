/** A tenant is taken out and closed, in a real Chromium; the archive is what unzip, sha256sum and `npm run verify-audit` accept. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { PAGES, pageAddress } from "../../src/contract/console-addresses.ts";
import { apiClient } from "../support/api-client.ts";
import { checkArchive, checkSums, extractArchive } from "../support/archive-tools.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import { openPage, seriousViolations } from "./page-watch.ts";
import { TENANTS } from "./tenants.ts";

const { slug, name } = TENANTS.offBoarding;
const product = inject("product");
let browser: Browser;
const complaints: string[] = [];
const folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-export-"));

beforeAll(async () => {
  browser = await sharedBrowser();
});

afterAll(async () => {
  await closePages(browser);
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(IN_WHOLE)("an export of everything in the console", () => {
  it("is made at a press, downloaded, and what others' tools accept", async () => {
    const api = apiClient(product.url, slug);
    await api.completed((await api.start("inventory.sync", {})).run.id);
    await api.completed((await api.start("evidence.snapshot", {})).run.id);
    const policies = (await api.policies()).length;
    const page = await openPage(browser, `${product.url}${pageAddress(PAGES.exports, { slug })}`, complaints);
    await page.getByText("No export has been made yet").waitFor();
    await page.getByRole("button", { name: "Export everything" }).click();
    const download = page.getByRole("link", { name: /^Download the export/ });
    await download.waitFor({ timeout: 120_000 });
    expect(await seriousViolations(page)).toEqual([]);
    const [file] = await Promise.all([page.waitForEvent("download"), download.click()]);
    const archive = path.join(folder, "export.zip");
    await file.saveAs(archive);
    const names = checkArchive(archive);
    extractArchive(archive, folder);
    expect(checkSums(folder, "SHA256SUMS").split("\n").filter(Boolean)).toHaveLength(names.length - 1);
    const [log = ""] = readdirSync(path.join(folder, "audit-log"));
    const verified = execFileSync(process.execPath, ["scripts/verify-audit.ts", path.join(folder, "audit-log", log)], {
      cwd: projectRoot,
    });
    expect(verified.toString()).toContain("The log is what its chain says.");
    const rows = readFileSync(path.join(folder, "tables/policies/000000001.jsonl"), "utf8").trimEnd().split("\n");
    expect(rows).toHaveLength(policies);
    for (const row of rows) expect(names).toContain(`contents/payloads/${JSON.parse(row).content_hash}.json`);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe.runIf(IN_WHOLE)("closing a tenant in the console", () => {
  it("takes its name and a reason, says when, and can be withdrawn, wide and narrow, in light and dark", async () => {
    for (const [width, colorScheme] of [
      [1440, "light"],
      [390, "dark"],
    ] as const) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
      const page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(`${product.url}${pageAddress(PAGES.settings, { slug })}`);
      await page.getByRole("button", { name: "Close this tenant" }).click();
      const dialog = page.getByRole("alertdialog");
      await dialog.getByText("The newest export is of").waitFor();
      await dialog.getByLabel("Name of the tenant").fill("Contoso");
      await dialog.getByRole("button", { name: "Delete this tenant" }).click();
      await dialog.getByText(`Type ${name}, as it is written here.`).waitFor();
      await dialog.getByText("Say why the tenant is deleted.").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await dialog.getByLabel("Name of the tenant").fill(name);
      await dialog.getByLabel("Reason").fill("The contract ends");
      await dialog.getByLabel("Reason").press("Enter");
      await page.getByText("This tenant is deleted after").waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      await page.getByRole("button", { name: "Withdraw the deletion" }).click();
      await page.getByRole("button", { name: "Close this tenant" }).waitFor();
      await context.close();
    }
    expect(complaints).toEqual([]);
  });
});
