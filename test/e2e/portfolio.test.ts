/** One operation in two tenants, in a real Chromium: ticked, started, followed to its end, and taken again where it failed. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { pageAddress, PAGES } from "../../src/contract/console-addresses.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import { openPage as openWatchedPage, seriousViolations, watchBars } from "./page-watch.ts";
import { TENANTS } from "./tenants.ts";

const { portfolio: ONE, portfolioToo: TWO } = TENANTS;

const product = inject("product");
const complaints: string[] = [];
let browser: Browser;

beforeAll(async () => {
  browser = await sharedBrowser();
});
afterAll(async () => {
  await closePages(browser);
});

const openPage = (path: string): Promise<Page> => openWatchedPage(browser, product.url + path, complaints);

describe.runIf(IN_WHOLE)("an operation over tenants", () => {
  it("is started from the ticked tenants, counts them, names what failed, and takes that again", async () => {
    const control = controlOf(product.simulatorUrl);
    await control.planFault(TWO.slug, { family: "roles", status: 403 });
    const page = await openPage(PAGES.home);
    await hearOfAll(page);
    for (const { name } of [ONE, TWO]) await page.getByRole("checkbox", { name: `Tick ${name}` }).check();
    await page.getByRole("button", { name: "Start in 2 tenants" }).click();
    const dialog = page.getByRole("dialog", { name: "Start in 2 tenants" });
    await dialog.getByRole("radio", { name: "Sync the inventory" }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Start in 2 tenants" }).click();

    await page.getByRole("heading", { name: "Inventory sync in many tenants" }).waitFor();
    const bars = await watchBars(page);
    await page.getByText("2 of 2 tenants: 1 succeeded, 1 failed").waitFor({ timeout: 120_000 });
    const ofRun = (await bars()).filter(({ label }) => label === "Inventory sync in many tenants progress");
    const counted = ofRun.flatMap(({ now }) => (now === null ? [] : [Number(now)]));
    expect(counted, "a bar that steps back").toEqual(counted.toSorted((one, other) => one - other));
    await page.getByText("The operation failed in part.").waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    await page.setViewportSize({ width: 390, height: 844 });
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(sideways).toBe(0);

    await control.clearFaults(TWO.slug);
    await page.getByRole("button", { name: "Take 1 failed tenant again" }).click();
    await page.getByText("1 of 1 tenant: 1 succeeded").waitFor({ timeout: 120_000 });
    await page.getByRole("link", { name: "Operations over tenants" }).click();
    await page.getByRole("heading", { name: "Operations over tenants" }).waitFor();
    await page.getByText("2 of 2 tenants: 1 succeeded, 1 failed").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    // What failed in one of the tenants came to the person, with its name, by a rule over both.
    await page.goto(product.url + PAGES.ownNews);
    const told = new RegExp(`^${TWO.name}: Inventory sync.* finished with failures: 1 failed$`);
    await page.getByText(told).first().waitFor({ timeout: 120_000 });

    // By a tag: given in the settings, chosen in the list, and by a schedule.
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(product.url + pageAddress(PAGES.settings, { slug: ONE.slug }));
    await page.getByRole("textbox", { name: "New tag" }).fill("Of the portfolio");
    await page.getByRole("button", { name: "Add tag" }).click();
    await page.getByRole("button", { name: "Remove the tag Of the portfolio" }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.goto(`${product.url}${PAGES.home}?tag=of+the+PORTFOLIO`);
    await page.getByRole("button", { name: "Start in 1 tenant shown" }).click();
    await page.getByRole("dialog", { name: "Start in your tenants with the tag “Of the portfolio”" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Schedules over tenants" }).click();
    await page.getByRole("button", { name: "New schedule" }).click();
    const form = page.getByRole("dialog", { name: "New schedule over tenants" });
    await form.getByRole("textbox", { name: "Name" }).fill("Nightly sync");
    await form.getByRole("checkbox", { name: "Sync the inventory" }).check();
    await form.getByRole("radio", { name: "Those with a tag" }).check();
    await form.getByRole("combobox", { name: "Tag" }).selectOption("Of the portfolio");
    await form.getByText("At 02:00").waitFor();
    await form.getByRole("button", { name: "Make the schedule" }).click();
    await page.getByRole("link", { name: "Nightly sync" }).click();
    await page.getByRole("button", { name: "Run now" }).click();
    await page.getByRole("link", { name: "Inventory sync in many tenants" }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    // Microsoft's refusal is the tenant's: the console itself complains of nothing.
    expect(complaints).toEqual([]);
  });
});

/** Makes a channel and a rule over the two tenants, and goes back to the list of all. */
async function hearOfAll(page: Page): Promise<void> {
  await page.getByRole("link", { name: "News over your tenants" }).click();
  await page.getByRole("button", { name: "New channel" }).click();
  await page.getByRole("radio", { name: /^This console/ }).check();
  await page.getByRole("textbox", { name: "Name" }).fill("My bell");
  await page.getByRole("button", { name: "Make the channel" }).click();
  await page.getByRole("button", { name: "New rule" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("What failed");
  await page.getByRole("radio", { name: "Some of them" }).check();
  for (const { name } of [ONE, TWO]) await page.getByRole("checkbox", { name, exact: true }).check();
  await page.getByRole("checkbox", { name: /^My bell/ }).check();
  expect(await seriousViolations(page)).toEqual([]);
  await page.getByRole("button", { name: "Make the rule" }).click();
  await page.getByText("Of 2 tenants").waitFor();
  expect(await seriousViolations(page)).toEqual([]);
  await page.getByRole("link", { name: "Your tenants", exact: true }).click();
  await page.getByRole("heading", { name: "Your tenants", exact: true }).waitFor();
}
