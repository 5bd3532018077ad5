/**
 * `npm run screenshots [-- --state <folder>] [page …]`: writes a picture of every page of the console into docs/screenshots, in light and
 * dark, as wide as a desk and as a phone; with something on it, empty, with failed work, and without a server.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { projectRoot } from "../../../scripts/dependencies.mjs";
import { breakableWay } from "../breakable-way.ts";
import { sharedBrowser } from "../browser.ts";
import { type Tour, startTour } from "./tour-product.ts";
import { allVisits, type Visit } from "./visits.ts";
import { inTheme, openWindow, settled, visit } from "./walk.ts";

const FOLDER = path.join(projectRoot, "docs/screenshots");
const WIDTHS = [1440, 390];
const QUALITY = 82;
/** Pages whose picture without a server differs: what stays in sight, and what cannot be read any more. */
const OFFLINE = ["home", "overview", "inventory", "operations", "run-waiting"];

const { values, positionals: only } = parseArgs({ options: { state: { type: "string" } }, allowPositionals: true });
const tour = await startTour(values.state);
const browser = await sharedBrowser();
let written = 0;
try {
  mkdirSync(FOLDER, { recursive: true });
  const visits = allVisits(tour.state).filter(({ name }) => only.length === 0 || only.includes(name));
  for (const width of WIDTHS) {
    for (const seen of visits) await picturesOf(browser, tour, seen, width);
    for (const seen of visits.filter(({ name, state }) => OFFLINE.includes(name) && state === "busy")) {
      await withoutServer(browser, tour, seen, width);
    }
  }
} finally {
  await browser.close();
  await tour.end();
}
console.log(`${written} pictures are in ${path.relative(process.cwd(), FOLDER)}`);
process.exit();

async function picturesOf(from: Browser, { product }: Tour, seen: Visit, width: number): Promise<void> {
  const page = await openWindow(from, seen.as, { viewport: { width, height: 900 } });
  try {
    await visit(page, product.url, seen);
    await take(page, `${seen.name}-${seen.state}`, width);
  } catch (error) {
    console.error(`${seen.name}, ${seen.state}: ${String(error)}`);
    process.exitCode = 1;
  } finally {
    await page.context().close();
  }
}

/** The connection ends while the page is open; then the page is opened anew. */
async function withoutServer(from: Browser, { product }: Tour, seen: Visit, width: number): Promise<void> {
  const way = await breakableWay(product.url);
  const page = await openWindow(from, seen.as, { viewport: { width, height: 900 } });
  try {
    await visit(page, way.url, seen);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.waitForLoadState("networkidle");
    way.stop();
    await page
      .getByText(/^Not connected since/)
      .first()
      .waitFor({ timeout: 30_000 });
    await take(page, `${seen.name}-offline`, width);
    if (seen.name !== "overview") return;
    await page.reload();
    await page.getByText("TenantAtlas cannot be reached").first().waitFor({ timeout: 30_000 });
    await take(page, "opened-offline", width);
  } finally {
    await page.context().close();
    way.close();
  }
}

async function take(page: Page, name: string, width: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  // What the person was told of earlier runs is no part of the page. Lists that follow the window keep its height; longer pages are shown whole.
  const height = await page.evaluate(() => {
    const toasts = document.getElementById("toasts");
    if (toasts !== null) toasts.hidden = true;
    return Math.min(document.documentElement.scrollHeight, 4_000);
  });
  await page.setViewportSize({ width, height });
  await settled(page);
  for (const theme of ["light", "dark"] as const) {
    await inTheme(page, theme);
    const { data } = await session.send("Page.captureScreenshot", {
      format: "webp",
      quality: QUALITY,
      clip: { x: 0, y: 0, width, height, scale: 1 },
    });
    writeFileSync(path.join(FOLDER, `${name}-${width}-${theme}.webp`), Buffer.from(data, "base64"));
    written += 1;
  }
}
