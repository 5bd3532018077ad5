/** A gold standard in a real Chromium: kept in one tenant, followed by another, compared, deployed, and clean after that. By the keyboard where it is a dialog. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { z } from "zod";
import { PAGES, pageAddress } from "../../src/contract/console-addresses.ts";
import { followingListSchema, standardListSchema } from "../../src/contract/standards.ts";
import { restoreClient } from "../support/restore-client.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import { openPage as openWatchedPage, seriousViolations } from "./page-watch.ts";
import { TENANTS } from "./tenants.ts";

const { standards: HOME, standardsToo: OTHER } = TENANTS;
const FAMILIES = ["filters", "settingsCatalog"];
const WAIT = { timeout: 120_000 };

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

async function listed<T>(slug: string, path: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(await (await fetch(`${product.url}/api/tenants/${slug}${path}`)).json());
}

/** Opens a dialog without the mouse. It takes the focus, and gives it back when it is closed. */
async function openByKey(page: Page, button: Locator, name: string | RegExp): Promise<Locator> {
  await button.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name });
  await dialog.waitFor();
  await page.waitForFunction(() => document.activeElement?.closest("[role=dialog], [role=alertdialog]") !== null);
  return dialog;
}

async function isNarrow(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways).toBe(0);
  await page.setViewportSize({ width: 1440, height: 900 });
}

describe.runIf(IN_WHOLE)("a gold standard", () => {
  it("is kept in one tenant, followed by another with a value of its own, found missing, deployed, and clean", async () => {
    const control = controlOf(product.simulatorUrl);
    const [marked] = await control.policies(HOME.slug, "settingsCatalog");
    await control.editPolicy(HOME.slug, "settingsCatalog", marked?.id ?? "", {
      description: "Set up by Tailwind Traders",
    });
    const home = restoreClient(product.url, HOME.slug);
    const other = restoreClient(product.url, OTHER.slug);
    await Promise.all([home.finished("inventory.sync", {}), other.finished("inventory.sync", {})]);
    await home.finished("baseline.capture", { name: "Known good", families: FAMILIES });

    // Kept.
    const page = await openPage(pageAddress(PAGES.standards, { slug: HOME.slug }));
    await page.getByText("This tenant keeps no standard").waitFor();
    await page.getByText("This tenant follows no standard").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await openByKey(page, page.getByRole("button", { name: "New standard" }), "New standard");
    await page.keyboard.type("House standard");
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "House standard" }).waitFor();
    await page.getByText("It has no version yet").waitFor();
    const version = await openByKey(
      page,
      page.getByRole("button", { name: "New version" }),
      "New version of House standard",
    );
    await version.getByRole("combobox", { name: "Baseline" }).selectOption({ label: "Known good" });
    await version.getByRole("button", { name: "Add a value" }).click();
    await version.getByRole("textbox", { name: "Label" }).fill("Name of the company");
    await version.getByText("nameOfTheCompany").waitFor();
    await version.getByRole("textbox", { name: "Replaces the text" }).fill("Tailwind Traders");
    expect(await seriousViolations(page)).toEqual([]);
    await version.getByRole("button", { name: "Make the version" }).press("Enter");
    await page.getByText("None of your tenants follows it").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    const [standard] = (await listed(HOME.slug, "/standards", standardListSchema)).items;
    const policyCount = standard?.version?.policyCount ?? 0;
    expect(policyCount).toBeGreaterThan(0);

    // Followed.
    await page.goto(product.url + pageAddress(PAGES.standards, { slug: OTHER.slug }));
    const follow = await openByKey(page, page.getByRole("button", { name: "Follow a standard" }), "Follow a standard");
    await follow.getByRole("combobox", { name: "Tenant that keeps it" }).selectOption({ label: HOME.name });
    await follow
      .getByRole("combobox", { name: "Standard", exact: true })
      .selectOption({ label: `House standard (${policyCount} policies)` });
    const value = follow.getByRole("textbox", { name: "Name of the company" });
    await value.waitFor();
    await follow.getByRole("button", { name: "Follow", exact: true }).press("Enter");
    await follow.getByText("Enter a value.").waitFor();
    await value.fill("VanArsdel");
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "House standard, version 1" }).waitFor();
    // Nothing is known before the first comparison, and nothing is said to be none.
    await page.getByText("Not compared yet").first().waitFor();
    expect(await page.getByText("No open findings").count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);

    // Compared.
    await page.getByRole("button", { name: "Compare" }).press("Enter");
    await page.getByRole("link", { name: `${policyCount} open findings` }).waitFor(WAIT);
    const policies = page.getByRole("list", { name: "Policies" });
    await policies
      .getByText("Missing")
      .nth(policyCount - 1)
      .waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await isNarrow(page);
    await page.getByRole("link", { name: `${policyCount} open findings` }).click();
    await page.getByText("No policy of the tenant was found to be this one of the gold standard.").first().waitFor();
    expect(await page.getByText("Removed.").count()).toBe(0);
    await page.goBack();

    // Deployed.
    const deploy = await openByKey(
      page,
      page.getByRole("button", { name: "Prepare deployment" }),
      "Prepare the deployment of House standard",
    );
    await deploy.getByText("In the state that the standard holds").waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await deploy.getByRole("button", { name: "Prepare", exact: true }).press("Enter");
    await page.getByRole("heading", { name: "Deployment of House standard, version 1" }).waitFor(WAIT);
    await page.getByRole("button", { name: "Approve and restore" }).press("Enter");
    const approval = page.getByRole("alertdialog");
    await approval.getByText(`${policyCount} policies are created in the tenant.`).waitFor();
    await approval.getByRole("button", { name: "Restore now" }).press("Enter");
    await page.getByRole("button", { name: "Restore again" }).waitFor(WAIT);
    await page
      .getByText(new RegExp(`${policyCount} created`))
      .first()
      .waitFor(WAIT);
    const written = await control.policies(OTHER.slug, "settingsCatalog");
    const documents = await Promise.all(
      written.map(async ({ id }) => JSON.stringify((await control.policy(OTHER.slug, "settingsCatalog", id)).doc)),
    );
    expect(documents.filter((text) => text.includes("Set up by VanArsdel"))).toHaveLength(1);
    expect(documents.join("")).not.toContain("Tailwind Traders");

    // Clean.
    await other.finished("inventory.sync", {});
    const [following] = (await listed(OTHER.slug, "/followed-standards", followingListSchema)).items;
    await page.goto(
      product.url + pageAddress(PAGES.followedStandard, { slug: OTHER.slug, followingId: following?.id ?? "" }),
    );
    await page.getByRole("button", { name: "Compare" }).press("Enter");
    await page.getByRole("link", { name: "No open findings" }).waitFor(WAIT);
    await policies
      .getByText("Same settings")
      .nth(policyCount - 1)
      .waitFor();

    // What holds for this tenant, and no more.
    await page
      .getByRole("button", { name: /^Actions for/ })
      .first()
      .press("Enter");
    await page.getByRole("menuitem", { name: "Does not hold here" }).press("Enter");
    await policies.getByText("Does not hold here").waitFor();
    const change = await openByKey(
      page,
      page.getByRole("button", { name: "Add a change" }),
      "Add a change for this tenant",
    );
    await change.getByRole("combobox", { name: "Policy" }).selectOption({ index: 2 });
    await change.getByRole("textbox", { name: "Place in the policy" }).fill("/not/there");
    await change.getByRole("textbox", { name: "Value, as JSON" }).fill('"ours"');
    await change.getByRole("button", { name: "Add", exact: true }).press("Enter");
    await change.getByText("It leads to nothing in the policy: /not/there.").waitFor();
    await page.keyboard.press("Escape");
    await change.waitFor({ state: "detached" });

    // All that follow it, from its home.
    await page.goto(product.url + pageAddress(PAGES.standard, { slug: HOME.slug, standardId: standard?.id ?? "" }));
    await page.getByRole("link", { name: OTHER.name }).waitFor();
    await page.getByRole("button", { name: "Compare all" }).press("Enter");
    await page.getByText("1 of 1 tenant: 1 succeeded").waitFor(WAIT);
    expect(await seriousViolations(page)).toEqual([]);

    // Followed no more.
    await page.goto(product.url + pageAddress(PAGES.standards, { slug: OTHER.slug }));
    await page.getByRole("link", { name: "House standard" }).click();
    await page.getByRole("button", { name: "Stop following" }).press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "Stop following" }).press("Enter");
    await page.getByText("This tenant follows no standard").waitFor();
    expect(complaints.filter((text) => !text.includes("400"))).toEqual([]);
  });
});
