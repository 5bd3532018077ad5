/** Backups in a real Chromium: a set is made and filled by a filter, a policy changes, the preview finds just that, it is restored. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PAGES, pageAddress } from "../../src/contract/console-addresses.ts";
import { restorePlanSchema } from "../../src/contract/restore.ts";
import { z } from "zod";
import { policyBackupListSchema } from "../../src/contract/backup-sets.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import { expectAccessible, openPage, watchBars } from "./page-watch.ts";
import { restoreClient } from "../support/restore-client.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { TENANTS } from "./tenants.ts";

const TENANT = TENANTS.backups.slug;
const FAMILY = "settingsCatalog";
const LABEL = "Settings catalog";
const CHANGED = "Changed by somebody at night";

const product = inject("product");
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await sharedBrowser();
});

afterAll(async () => {
  await closePages(browser);
});

describe("backups in the console", () => {
  it("fills a set by a filter, shows exactly what changed since, and restores it", async () => {
    const api = restoreClient(product.url, TENANT);
    const control = controlOf(product.simulatorUrl);
    await api.finished("inventory.sync", { families: [FAMILY] });
    const policies = await api.policies();
    const page = await openPage(
      browser,
      `${product.url}${pageAddress(PAGES.backupSets, { slug: TENANT })}`,
      complaints,
    );

    // A new set.
    await page.getByText("No backup set yet").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "New backup set" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Before the change");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "Before the change" }).waitFor();

    // F28: all that the filter matches, said without a number, sent as the filter.
    await page.getByRole("button", { name: "Add policies" }).click();
    await page.getByText(`${policies.length} policies shown`).waitFor();
    // By keys alone: a list is one stop of the Tab key, and the way on is near it, however many rows there are.
    await page.keyboard.press("/");
    for (let tab = 0; tab < 4; tab += 1) await page.keyboard.press("Tab");
    for (const key of ["Space", "End", "Space", "ArrowUp", "Shift+Tab", "Shift+Tab"]) await page.keyboard.press(key);
    await page.getByText("2 policies selected").waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Review");
    await page.getByRole("combobox", { name: "Family" }).selectOption({ label: LABEL });
    await page.getByRole("checkbox", { name: "Select all shown" }).click();
    await page.getByText(`${policies.length} policies selected`).waitFor();
    await page.getByRole("button", { name: "Select all policies that match this filter" }).click();
    await page.getByText("All policies that match this filter selected").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Review" }).click();
    await page.getByText(`In the inventory as last synced it matches ${policies.length} policies.`).waitFor();
    const bars = await watchBars(page);
    await page.getByRole("button", { name: "Add to the set" }).click();
    await page
      .getByText(`${policies.length} of ${policies.length} policies: ${policies.length} succeeded`)
      .first()
      .waitFor({ timeout: 120_000 });
    const counted = (await bars()).filter(({ now }) => now !== null).map(({ now }) => Number(now));
    expect(counted, "a bar that steps back").toEqual(counted.toSorted((a, b) => a - b));
    const [added] = await api.activity();
    expect(added).toMatchObject({ type: "backup-set.add-policies", summaryCounts: { created: policies.length } });
    await page.getByText(`${policies.length} items`, { exact: true }).waitFor();
    await expectAccessible(page);

    // One policy changes behind the product's back; the inventory learns of it, and the item's differences show it.
    const first = policies.find(({ name }) => policies.filter((other) => other.name.includes(name)).length === 1);
    if (first === undefined) throw new Error("the tenant has policies with a name of their own in this family");
    await control.editPolicy(TENANT, FAMILY, first.graphId, { description: CHANGED });
    await api.finished("inventory.sync", { families: [FAMILY] });
    await page.getByRole("searchbox", { name: "Search items" }).fill(first.name);
    await page.getByRole("link", { name: first.name, exact: true }).first().waitFor();
    // Escape closes an item, and its row has focus again.
    await page.getByRole("link", { name: first.name, exact: true }).first().press("Enter");
    await page.getByRole("region", { name: "Backup item" }).getByRole("heading", { name: first.name }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("region", { name: "Backup item" }).waitFor({ state: "detached" });
    await page.waitForFunction((name) => document.activeElement?.textContent === name, first.name);
    const response = await fetch(`${product.url}/api/tenants/${TENANT}/inventory/policies/${first.id}/backups`);
    const [backup] = policyBackupListSchema.parse(await response.json()).items;
    await page.goto(
      `${product.url}${pageAddress(PAGES.backupItem, { slug: TENANT, setId: backup?.backupSetId ?? "", itemId: backup?.id ?? "" })}`,
    );
    await page.getByText("1 change", { exact: true }).waitFor();
    await page.getByText(CHANGED).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "JSON" }).click();
    await page.getByText('"@odata.type"').first().waitFor();

    // The preview shows exactly that.
    await page.getByRole("button", { name: "Restore to tenant" }).click();
    await page.getByRole("radio", { name: /Update policies that exist/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("heading", { name: "Restore plan" }).waitFor({ timeout: 120_000 });
    await page.getByRole("heading", { name: "Update (1)" }).waitFor();
    await page.getByRole("heading", { name: `Unchanged (${policies.length - 1})` }).waitFor();
    await page.getByRole("button", { name: first.name }).click();
    await page.getByText(CHANGED).waitFor();
    await page.getByText(/^PUT .*configurationPolicies/).waitFor();
    await expectAccessible(page);

    // Approved and restored, and nothing else touched.
    await control.clearCounters(TENANT);
    await page.getByRole("button", { name: "Approve and restore" }).click();
    await page.getByText("1 policy is updated in the tenant.").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Restore now" }).click();
    await page
      .getByText(`${policies.length} of ${policies.length} policies: 1 updated, ${policies.length - 1} already so`)
      .first()
      .waitFor({ timeout: 120_000 });
    await page.getByRole("button", { name: "Updated 1" }).click();
    await page.getByText("Diagnostics").first().click();
    await page.getByRole("button", { name: "Copy request id" }).first().waitFor();
    await expectAccessible(page);
    expect((await control.policy(TENANT, FAMILY, first.graphId)).doc["description"]).not.toBe(CHANGED);
    expect((await control.counters(TENANT)).totals.writes).toBe(1);

    // And undone, from the page of the run: the policy is as it was before the restore.
    const [restored] = await api.activity();
    await page.goto(`${product.url}${pageAddress(PAGES.run, { slug: TENANT, runId: restored?.id ?? "" })}`);
    await page.getByText("Undoing this restore puts back 1 policy as before.").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Undo this restore" }).click();
    await page.getByRole("heading", { name: "Update (1)" }).waitFor({ timeout: 120_000 });
    await page.getByText("Takes back what a restore wrote").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Approve and undo" }).click();
    await page.getByRole("button", { name: "Undo now" }).click();
    await page.getByText("1 of 1 policy: 1 updated").first().waitFor({ timeout: 120_000 });
    expect((await control.policy(TENANT, FAMILY, first.graphId)).doc["description"]).toBe(CHANGED);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe.runIf(IN_WHOLE)("a set that is there", () => {
  it("restores what one person asks for and a colleague approves, and nothing before", async () => {
    const api = restoreClient(product.url, TENANT);
    const control = controlOf(product.simulatorUrl);
    const send = async (path: string, body?: unknown): Promise<unknown> => {
      const response = await fetch(`${product.url}/api/tenants/${TENANT}${path}`, {
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
        headers: { "content-type": "application/json" },
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json();
    };
    await send("/members/user-manager/role", { role: "owner" });
    await send("/approval-settings", { subjects: ["restore"], requestHours: 72 });
    const idsSchema = z.object({ items: z.array(z.object({ id: z.string() })) });
    const firstId = async (path: string) => idsSchema.parse(await send(path)).items[0]?.id ?? "";
    const backupSetId = await firstId("/backup-sets?query=before");
    const options = { mode: "create", namePrefix: "Approved ", assignments: false } as const;
    // Some refer to what the tenant does not have, and are not copied as they are.
    const { items: all } = await api.preview({ backupSetId, ...options });
    const itemIds = all
      .filter(({ action }) => action === "create")
      .slice(0, 1)
      .map(({ itemId }) => itemId);
    const { plan } = await api.preview({ backupSetId, itemIds, ...options });
    expect(plan.actionCounts).toMatchObject({ create: 1 });
    await control.clearCounters(TENANT);

    const address = `${product.url}${pageAddress(PAGES.restorePlan, { slug: TENANT, planId: plan.id })}`;
    const page = await openPage(browser, address, complaints);
    await page.getByRole("button", { name: "Ask for approval" }).click();
    const dialog = page.getByRole("alertdialog");
    await dialog.getByText("Another person has to approve this.").waitFor();
    expect(await dialog.getByRole("button", { name: "Ask for approval" }).isDisabled()).toBe(true);
    await dialog.getByRole("textbox", { name: "Why" }).fill("The pilot needs copies");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Ask for approval" }).click();
    await dialog.getByText("Your request waits for another person's approval").waitFor();
    await dialog.getByRole("link", { name: "See it under Approvals" }).click();
    await page.getByRole("article", { name: "Restore from Before the change" }).waitFor();
    expect(await page.getByRole("button", { name: "Approve", exact: true }).count()).toBe(0);
    expect((await control.counters(TENANT)).totals.writes).toBe(0);

    const colleague = await openPage(browser, `${product.url}/`, complaints, { width: 390, height: 844 });
    await colleague.context().setExtraHTTPHeaders({ "x-local-user": "manager@example.test" });
    await colleague.goto(`${product.url}${pageAddress(PAGES.approvals, { slug: TENANT })}`);
    await colleague.getByRole("link", { name: "Approvals 1 waiting for you" }).waitFor();
    const request = colleague.getByRole("article", { name: "Restore from Before the change" });
    await request.getByText("The pilot needs copies").waitFor();
    await expectAccessible(colleague);
    expect(await colleague.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await request.getByRole("button", { name: "Approve", exact: true }).click();
    await expectAccessible(colleague);
    await colleague.getByRole("alertdialog").getByRole("button", { name: "Approve", exact: true }).click();
    await request.getByText("Approved", { exact: true }).waitFor();
    await request.getByRole("link", { name: "View the operation" }).click();
    await colleague
      .getByText(/1 created/)
      .first()
      .waitFor({ timeout: 120_000 });
    // In the requester's name.
    await page.reload();
    await page.getByText("Marco Manager approved it").waitFor();
    const { runs } = restorePlanSchema.parse(await send(`/restore-plans/${plan.id}`));
    expect(runs).toHaveLength(1);
    expect(await api.run(runs[0]?.id ?? "")).toMatchObject({ initiator: { id: "user-owner" }, outcome: "succeeded" });
    const { items } = z
      .object({ items: z.array(z.object({ name: z.string() })) })
      .parse({ items: (await control.policies(TENANT)).filter(({ family }) => family === FAMILY) });
    expect(items.filter(({ name }) => name.startsWith("Approved "))).toHaveLength(1);
    expect(complaints).toEqual([]);
    await page.context().close();
    await colleague.context().close();
  });

  it("acts on all sets that a filter matches, shows no number while it works, and asks for a word before it deletes", async () => {
    const page = await openPage(
      browser,
      `${product.url}${pageAddress(PAGES.backupSets, { slug: TENANT })}?query=before`,
      complaints,
      {
        width: 390,
        height: 844,
      },
    );
    const bars = await watchBars(page);
    await page.getByRole("checkbox", { name: "Select all listed" }).click();
    await page.getByText("1 backup set selected").waitFor();
    await page.getByRole("button", { name: "Select all sets that match this filter" }).click();
    await page.getByRole("button", { name: "Archive", exact: true }).click();
    await page.getByText("active and archived sets with “before” in their name").waitFor();
    await expectAccessible(page);
    await page.getByRole("alertdialog").getByRole("button", { name: "Archive" }).click();
    await page.getByRole("list", { name: "Backup sets" }).getByText("Archived").waitFor();
    expect((await bars()).filter(({ now }) => now !== null)).toEqual([]);

    // The list as a file, as it is filtered.
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as CSV" }).click();
    const file = await readFile(await (await saving).path(), "utf8");
    expect(file).toMatch(/^\uFEFFName,Description,State,Policies,Newest item,Id\r\nBefore the change,/u);
    expect(file.split("\r\n")).toHaveLength(3);
    await page.getByText("1 backup set saved").waitFor();

    // The palette: a view is saved, found again, and opened by keys alone. Signs are no keys while somebody types.
    const filtered = page.url();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to, or do" }).fill("Before?/");
    await expectAccessible(page);
    await page.getByRole("option", { name: "Save this page as" }).click();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to, or do" }).fill("audit log");
    await page.getByRole("option", { name: "Audit log", exact: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Audit log", exact: true }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to, or do" }).fill("before?");
    await page.getByRole("option", { name: "Before?/" }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(filtered);

    await page.getByRole("button", { name: "Actions for Before the change" }).click();
    await page.getByRole("menuitem", { name: "Delete for good" }).click();
    const confirm = page.getByRole("alertdialog").getByRole("button", { name: "Delete for good" });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByRole("textbox", { name: "Type delete to confirm" }).fill("delete");
    await confirm.click();
    await page.getByText("No backup set matches").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("imports a folder of exported files, and tells what was not understood", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "tenantatlas-import-"));
    const files = {
      "SettingsCatalog/Edge.json": JSON.stringify({
        "@odata.type": "#microsoft.graph.deviceManagementConfigurationPolicy",
        id: "22222222-1111-4111-8111-333333333333",
        name: "Edge from a folder",
        platforms: "windows10",
        technologies: "mdm",
        settings: [],
      }),
      "CompliancePolicies/Broken.json": "{",
      "README.md": "# Baseline",
    };
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
      await writeFile(path.join(folder, file), text);
    }
    const page = await openPage(
      browser,
      `${product.url}${pageAddress(PAGES.backupSets, { slug: TENANT })}`,
      complaints,
    );
    await page.getByRole("button", { name: "Import files" }).click();
    const chosen = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose a folder" }).press("Enter");
    await (await chosen).setFiles(folder);
    await page.getByText("1 policy in 3 files.").waitFor();
    await page.getByText("Not understood, or only in part (1)").click();
    await page.getByText("It is not well-formed JSON.").waitFor();
    await expectAccessible(page);
    await page.getByRole("textbox", { name: "Name of the backup set" }).fill("From a folder");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Open the backup set" }).click();
    await page.getByText("Imported from 3 files of").waitFor();
    await page.getByText("Edge from a folder").waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "1 was not understood" }).click();
    await page.getByText("It is not well-formed JSON.").waitFor();
    expect(complaints).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
