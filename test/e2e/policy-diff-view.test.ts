/** The list of differences in a real Chromium, alone on a page: what the server would send, light and dark, wide and narrow. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Browser, Page } from "playwright-core";
import { build, preview, type PreviewServer } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { meaningRules } from "../../src/graph/policy-meaning.ts";
import type { JsonObject } from "../../src/policies/json-value.ts";
import { diffPolicies } from "../../src/policies/policy-diff.ts";
import { servedChanges } from "../../src/policies/served-changes.ts";
import type { ServedChange } from "../../src/contract/policy-diff.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import { allViolations } from "./page-watch.ts";

let browser: Browser;
let server: PreviewServer;
let outDir: string;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), "tenantatlas-diff-view-"));
  const root = join(import.meta.dirname, "policy-diff-view");
  const options = { root, configFile: false, logLevel: "error", plugins: [react(), tailwindcss()] } as const;
  await build({ ...options, plugins: [...options.plugins], build: { outDir, emptyOutDir: true } });
  server = await preview({ root, configFile: false, build: { outDir }, preview: { port: 0, host: "127.0.0.1" } });
  browser = await sharedBrowser();
});

afterAll(async () => {
  await closePages(browser);
  await server?.close();
  await rm(outDir, { recursive: true, force: true });
});

const complaints: string[] = [];

async function show(changes: ServedChange[], { width = 1440, dark = false } = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  // As text: the types of any JSON are too deep for what Playwright derives from its argument.
  await page.addInitScript(
    (given: string) => Reflect.set(globalThis, "policyDiff", JSON.parse(given)),
    JSON.stringify({ changes, dark }),
  );
  await page.goto(server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0] ?? "");
  await page.getByRole("heading", { name: "Differences" }).waitFor();
  // For people: TENANTATLAS_SCREENSHOTS=/some/folder keeps what was seen.
  const folder = process.env["TENANTATLAS_SCREENSHOTS"];
  if (folder)
    await page.screenshot({ path: join(folder, `diff-${width}-${dark ? "dark" : "light"}.png`), fullPage: true });
  return page;
}

const GROUP = "#microsoft.graph.groupAssignmentTarget";
const DEFENDER = "device_vendor_msft_policy_config_defender";

function choice(id: string, value: string, children: JsonObject[] = []): JsonObject {
  return {
    settingInstance: {
      "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
      settingDefinitionId: id,
      choiceSettingValue: { value, children },
    },
  };
}

function values(id: string, ...list: string[]): JsonObject {
  return {
    settingInstance: {
      settingDefinitionId: id,
      simpleSettingCollectionValue: list.map((value) => ({
        "@odata.type": "#microsoft.graph.deviceManagementConfigurationStringSettingValue",
        value,
      })),
    },
  };
}

const SUITES = ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"];

function catalogChanges(): ServedChange[] {
  const before: JsonObject = {
    name: "Windows — Defender baseline",
    description: "Applies to all corporate devices of ring 2. Owner: endpoint team. Ticket KB0012345.",
    roleScopeTagIds: ["0"],
    settings: [
      choice(`${DEFENDER}_cloudblocklevel`, `${DEFENDER}_cloudblocklevel_2`),
      choice(`${DEFENDER}_allowfullscanonmappednetworkdrives`, `${DEFENDER}_allowfullscanonmappednetworkdrives_0`),
      values(`${DEFENDER}_excludedpaths`, "C:\\Program Files\\Werkzeug\\", "%ProgramData%\\Build"),
      values("device_vendor_msft_policy_config_cryptography_tlsciphersuites", ...SUITES),
    ],
    assignments: [
      { id: "1", target: { "@odata.type": GROUP, groupId: "6499f521-8620-4f4e-92a1-db47c79362e8" } },
      { id: "2", target: { "@odata.type": GROUP, groupId: "2802b872-ccfb-4b29-a9a9-459808dfb11b" } },
    ],
  };
  const after: JsonObject = {
    ...before,
    name: "Windows — Defender baseline v2",
    description: "Applies to all corporate devices of ring 3. Owner: endpoint team. Ticket KB0012388.",
    roleScopeTagIds: ["0", "4"],
    settings: [
      choice(`${DEFENDER}_cloudblocklevel`, `${DEFENDER}_cloudblocklevel_6`),
      values(`${DEFENDER}_excludedpaths`, "C:\\Program Files\\Werkzeug\\", "D:\\Agents"),
      values("device_vendor_msft_policy_config_cryptography_tlsciphersuites", ...SUITES.toReversed()),
      choice(`${DEFENDER}_puaprotection`, `${DEFENDER}_puaprotection_1`, [
        choice("children_a", "1"),
        choice("children_b", "2"),
      ]),
    ],
    assignments: [
      {
        id: "3",
        target: {
          "@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget",
          groupId: "6499f521-8620-4f4e-92a1-db47c79362e8",
        },
      },
      { id: "4", target: { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" } },
    ],
  };
  return servedChanges(diffPolicies(meaningRules("settingsCatalog"), before, after));
}

function script(...lines: string[]): string {
  const common = Array.from({ length: 14 }, (_, at) => `Write-Output "step ${at + 1} of the detection"`);
  return Buffer.from([...lines, ...common, "exit 0", ""].join("\r\n"), "utf8").toString("base64");
}

function scriptChanges(): ServedChange[] {
  return servedChanges(
    diffPolicies(
      meaningRules("remediations"),
      {
        displayName: "Clean up",
        runAs32Bit: false,
        detectionScriptContent: script("# Größe prüfen", "$limit = 80", "$path = 'C:\\Temp'"),
      },
      {
        displayName: "Clean up",
        runAs32Bit: true,
        detectionScriptContent: script("# Größe prüfen", "$limit = 90", "$path = 'C:\\Temp'", "$path2 = 'D:\\Temp'"),
        remediationScriptContent: script("Remove-Item $path -Recurse"),
      },
    ),
  );
}

function allChanges(): ServedChange[] {
  return [...catalogChanges(), ...scriptChanges()].toSorted(
    (a, b) => ["name", "content", "assignments"].indexOf(a.area) - ["name", "content", "assignments"].indexOf(b.area),
  );
}

describe.runIf(IN_WHOLE)("the list of differences", () => {
  it.each([
    { width: 1440, dark: false },
    { width: 1440, dark: true },
    { width: 390, dark: false },
    { width: 390, dark: true },
  ])("is readable and accessible at $width pixels, dark: $dark", async (look) => {
    const page = await show(allChanges(), look);
    // For people: TENANTATLAS_SCREENSHOTS=/some/folder keeps what was seen.
    const folder = process.env["TENANTATLAS_SCREENSHOTS"];
    const file = `differences-${look.width}-${look.dark ? "dark" : "light"}.png`;
    if (folder) await page.screenshot({ path: join(folder, file), fullPage: true });
    expect(await allViolations(page)).toEqual([]);
    // Nothing makes the page wider than the screen.
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  it("tells area, kind, place and both values in words", async () => {
    const page = await show(catalogChanges());
    const content = page.getByRole("region", { name: "Content" });
    await content.waitFor();
    expect(await page.getByRole("heading", { level: 3 }).allTextContents()).toEqual(["Name", "Content", "Assignments"]);
    const level = page.getByRole("listitem").filter({ hasText: "cloudblocklevel" });
    expect(await level.textContent()).toMatch(/^Changed.*settings.*cloudblocklevel.*Backup.*_2.*Tenant now.*_6$/s);
    const removed = page.getByRole("listitem").filter({ hasText: "allowfullscanonmappednetworkdrives" });
    expect(await removed.textContent()).toMatch(/^Removed/);
    const order = page.getByRole("listitem").filter({ hasText: "tlsciphersuites" });
    expect(await order.textContent()).toMatch(/^Reordered/);
    await page.context().close();
  });

  it("shows scripts in clear, line by line, and unfolds by keyboard what did not change", async () => {
    const page = await show(scriptChanges());
    const lines = page.getByRole("group", { name: "Lines of Backup and Tenant now compared" });
    await lines.waitFor();
    const text = async () => ((await lines.textContent()) ?? "").replaceAll("\u00A0", " ");
    expect(await text()).toContain("Removed line: $limit = 80");
    expect(await text()).toContain("Added line: $limit = 90");
    expect(await text()).not.toContain("step 9");
    const unfold = lines.getByRole("button", { name: /^Show \d+ unchanged lines$/ });
    await unfold.focus();
    await page.keyboard.press("Enter");
    expect(await text()).toContain("step 9 of the detection");
    const fold = lines.getByRole("button", { name: /^Hide \d+ unchanged lines$/ });
    expect(await fold.getAttribute("aria-expanded")).toBe("true");
    expect(await fold.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.context().close();
  });

  it("expands a long value by keyboard, and has all of it for a screen reader before that", async () => {
    const page = await show(scriptChanges(), { width: 390 });
    const added = page.getByRole("listitem").filter({ hasText: "remediationScriptContent" });
    expect(await added.textContent()).toContain("exit 0");
    const more = added.getByRole("button", { name: "Show all of this value" });
    const before = (await added.boundingBox())?.height ?? 0;
    await more.focus();
    await page.keyboard.press("Space");
    await added.getByRole("button", { name: "Show less of this value" }).waitFor();
    expect((await added.boundingBox())?.height ?? 0).toBeGreaterThan(before);
    await page.context().close();
  });

  it("says so when there is nothing to show, and shows thousands of changes in portions", async () => {
    const none = await show([]);
    await none.getByText("No differences").waitFor();
    await none.context().close();
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`setting${at}`, at]));
    const page = await show(servedChanges(diffPolicies(meaningRules("compliance"), {}, many)));
    expect(await page.getByRole("listitem").count()).toBe(100);
    await page.getByRole("button", { name: "Show 100 more changes" }).click();
    await page.getByRole("button", { name: "Show 50 more changes" }).click();
    expect(await page.getByRole("listitem").count()).toBe(250);
    await page.context().close();
  });

  it("raises no error in the page", () => {
    expect(complaints).toEqual([]);
  });
});
