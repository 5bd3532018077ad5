/** Schedules in a real Chromium: one is made of a ready-made one by keys, begun by hand, paused with a reason, and goes on; another has a rule for its backups. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PAGES, pageAddress } from "../../src/contract/console-addresses.ts";
import { scheduleListSchema } from "../../src/contract/schedules.ts";
import { waitFor } from "../support/wait.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import { expectAccessible, openPage } from "./page-watch.ts";
import { TENANTS } from "./tenants.ts";

const TENANT = TENANTS.schedules.slug;
const product = inject("product");
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  browser = await sharedBrowser();
});

afterAll(async () => {
  await closePages(browser);
});

async function schedules() {
  const response = await fetch(`${product.url}/api/tenants/${TENANT}/schedules`);
  return scheduleListSchema.parse(await response.json()).items;
}

const isWithin = (page: Page) =>
  page.evaluate(() => document.querySelector("[role=dialog]")?.contains(document.activeElement));

/** Presses Tab until the element with the name has focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let tab = 0; tab < 40; tab += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      const focused = document.activeElement;
      const labels = focused instanceof HTMLInputElement ? [...(focused.labels ?? [])] : [];
      return [focused?.textContent, ...labels.map((label) => label.getAttribute("aria-label") ?? label.textContent)];
    });
    if (found.includes(name)) return;
  }
  throw new Error(`Tab does not come to ${name}`);
}

describe("schedules in the console", () => {
  it("are made by keys of a ready-made one, begin by hand, pause with a reason and go on", async () => {
    const list = `${product.url}${pageAddress(PAGES.schedules, { slug: TENANT })}`;
    const page = await openPage(browser, list, complaints);
    await page.getByText("No schedules yet").waitFor();
    await expectAccessible(page);

    await page.getByRole("button", { name: "New schedule" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await tabTo(page, "Nightly sync");
    await page.keyboard.press("Enter");
    await page.getByText("At 02:00, every day").waitFor();
    // There is no baseline to compare with.
    await page.getByText("There is no baseline yet. Capture one first.").waitFor();
    await tabTo(page, "Compare with a baseline");
    await page.keyboard.press("Space");
    expect(await isWithin(page)).toBe(true);
    await expectAccessible(page);
    await tabTo(page, "Make the schedule");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Nightly sync" }).waitFor();
    const [made] = await schedules();
    expect(made).toMatchObject({ steps: [{ type: "inventory.sync" }], pattern: "0 2 * * *" });

    await page.getByRole("link", { name: "Nightly sync" }).click();
    await page.getByText("Nothing was due yet").waitFor();
    expect(await page.locator("dt", { hasText: "Next starts" }).locator("+ dd li").count()).toBe(3);
    await page.getByRole("button", { name: "Run now" }).click();
    const history = page.getByRole("region", { name: "What became of due times" });
    const run = history.getByRole("link", { name: "Inventory sync" });
    await run.waitFor();
    await history.getByText("By hand").waitFor();
    await expectAccessible(page);

    // The run names its schedule, and leads back.
    await run.click();
    await page.getByRole("link", { name: "Nightly sync" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("textbox", { name: "Reason" }).fill("Change freeze until Monday");
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText("Change freeze until Monday").waitFor();
    await page.getByText("None while it is paused").waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("Change freeze until Monday").waitFor({ state: "detached" });
    // The sweep comes once a minute: it sees that the run has ended.
    const ended = await waitFor(
      "the schedule to see that its run has ended",
      async () => {
        const [schedule] = await schedules();
        return schedule?.open === null && schedule.last !== null ? schedule : null;
      },
      150_000,
    );
    expect(ended).toMatchObject({ pause: null, last: { state: "succeeded", byHand: true } });
    await page.context().close();
  });

  it("have a rule for their backups, which is told in words", async () => {
    const page = await openPage(
      browser,
      `${product.url}${pageAddress(PAGES.schedules, { slug: TENANT })}`,
      complaints,
      { width: 390, height: 844 },
    );
    await page.getByRole("button", { name: "New schedule" }).click();
    await page.getByRole("button", { name: "Weekly backup" }).click();
    await page.getByRole("spinbutton", { name: "Weeks" }).fill("0");
    await page.getByRole("spinbutton", { name: "Months" }).fill("0");
    await page.getByText("Enter whole numbers, not all of them 0").waitFor();
    await page.getByRole("spinbutton", { name: "Days" }).fill("30");
    await page.getByRole("spinbutton", { name: "Months" }).fill("12");
    await expectAccessible(page);
    await page.getByRole("button", { name: "Make the schedule" }).click();
    await page.getByRole("link", { name: "Weekly backup" }).click();
    await page.getByText("keep the newest of each of 30 days, 12 months").waitFor();
    const made = (await schedules()).find(({ name }) => name === "Weekly backup");
    expect(made?.steps).toEqual([
      { type: "inventory.sync" },
      { type: "backup-set.add-policies", keep: { days: 30, weeks: 0, months: 12 } },
      { type: "policy.restore-preview" },
    ]);
    await page.context().close();
    expect(complaints).toEqual([]);
  });
});
