/** Evidence of a whole tenant: taken and counted in a real Chromium, verified from outside by whoever likes. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PAGES, pageAddress } from "../../src/contract/console-addresses.ts";
import { evidenceItemListSchema, evidenceSnapshotListSchema } from "../../src/contract/evidence.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { apiClient } from "../support/api-client.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import { openPage, seriousViolations, watchBars } from "./page-watch.ts";
import { TENANTS } from "./tenants.ts";

const TENANT = TENANTS.evidence.slug;
const NEVER_READ = TENANTS.neverRead.slug;
/** Rejects when the program does not end with 0. */
const run = promisify(execFile);
const ROOT = new URL("../../", import.meta.url).pathname;
/** Membership, roles, operations, drift findings, backup coverage. */
const TOPICS = 5;
const FAMILIES = FAMILY_KEYS.length;

const product = inject("product");
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await sharedBrowser();
});

afterAll(async () => {
  await closePages(browser);
});

const snapshots = async (tenant: string) => {
  const response = await fetch(`${product.url}/api/tenants/${tenant}/evidence-snapshots`);
  return evidenceSnapshotListSchema.parse(await response.json()).items;
};

describe.runIf(IN_WHOLE)("evidence of a whole tenant in the console", () => {
  it("counts every item of the snapshot as it is created, shows exceptions first, and verifies", async () => {
    const api = apiClient(product.url, TENANT);
    await api.completed((await api.start("inventory.sync", {})).run.id);
    const expected = (await api.policies()).length + FAMILIES + TOPICS;
    expect(expected).toBeGreaterThan(TENANTS.evidence.simulated.policies);

    const page = await openPage(browser, `${product.url}${pageAddress(PAGES.evidence, { slug: TENANT })}`, complaints);
    await page.getByText("Nothing has been recorded yet").waitFor();
    const bars = await watchBars(page);
    await page.getByRole("button", { name: "Take a snapshot" }).click();
    await page.getByText(new RegExp(`^${expected} items · \\d+ exceptions$`)).waitFor({ timeout: 120_000 });
    const counted = (await bars()).filter(({ now }) => now !== null).map(({ now }) => Number(now));
    expect(counted, "a bar that steps back").toEqual(counted.toSorted((a, b) => a - b));
    for (const { now, text } of await bars()) {
      if (now !== null) expect(text).toMatch(new RegExp(`^\\d+ of ${expected} evidence items$|^Finalizing$`));
    }
    expect(await seriousViolations(page)).toEqual([]);

    const [taken] = await api.activity();
    expect(taken).toMatchObject({
      type: "evidence.snapshot",
      outcome: "succeeded",
      summaryCounts: { total: expected, processed: expected, succeeded: expected, created: expected, failed: 0 },
    });
    expect(await api.proof(taken?.id ?? "")).toMatchObject({ drift: false, ledger: { total: expected } });

    const [snapshot] = await snapshots(TENANT);
    expect(snapshot).toMatchObject({ status: "complete", itemCount: expected });
    await page.goto(product.url + (snapshot?.href ?? ""));
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText("The stored items give exactly this root.").waitFor();
    await page.getByRole("heading", { name: "Needs attention" }).waitFor();
    await page.getByText(`${expected} items shown · ${expected} recorded`).waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    await page.getByRole("searchbox", { name: "Search items" }).fill("what each role");
    await page.getByText(`1 item shown · ${expected} recorded`).waitFor();
    await page.getByRole("link", { name: "What each role may do" }).click();
    await page.getByText("This browser computes the same from what it was given.").waitFor();
    await page.getByText('"capabilities"').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("What each role may do");
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("is verified from outside: by our command over HTTP, and by the documented Python from the items' bytes", async () => {
    const [snapshot] = await snapshots(TENANT);
    const command = ["scripts/verify-evidence.ts", product.url + (snapshot?.href ?? "")];
    const ours = await run(process.execPath, command, { cwd: ROOT });
    expect(ours.stdout).toContain(`recomputed  ${snapshot?.merkleRoot}`);

    const script = /```python\n([\s\S]+?)```/.exec(readFileSync(path.join(ROOT, "docs/evidence.md"), "utf8"))?.[1];
    const folder = mkdtempSync(path.join(tmpdir(), "evidence-"));
    try {
      mkdirSync(path.join(folder, "evidence"));
      const base = `${product.url}/api/tenants/${TENANT}/evidence-snapshots/${snapshot?.id}/items`;
      const { items } = evidenceItemListSchema.parse(await (await fetch(`${base}?limit=1000`)).json());
      const queue = items.entries();
      const download = async (): Promise<void> => {
        for (const [at, { id }] of queue) {
          const document = await (await fetch(`${base}/${id}`)).arrayBuffer();
          writeFileSync(path.join(folder, "evidence", `${at}.json`), Buffer.from(document));
        }
      };
      await Promise.all(Array.from({ length: 6 }, download));
      writeFileSync(path.join(folder, "verify.py"), script ?? "");
      const theirs = await run("python3", [path.join(folder, "verify.py"), folder, snapshot?.merkleRoot ?? ""]);
      expect(theirs.stdout).toContain(snapshot?.merkleRoot);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe.runIf(IN_WHOLE)("evidence of a tenant that was never read", () => {
  it("completes at once, and its page says what to do first", async () => {
    const api = apiClient(product.url, NEVER_READ);
    const { run } = await api.start("evidence.snapshot", {});
    expect(await api.completed(run.id)).toMatchObject({ outcome: "succeeded", summaryCounts: { total: 0 } });
    const [snapshot] = await snapshots(NEVER_READ);
    expect(snapshot).toMatchObject({ status: "empty", merkleRoot: null });
    const page = await openPage(browser, product.url + (snapshot?.href ?? ""), complaints, { width: 390, height: 844 });
    await page.getByText("There was nothing to record").waitFor();
    await page.getByRole("button", { name: "Sync inventory" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
