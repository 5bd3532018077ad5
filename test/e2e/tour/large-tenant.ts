/**
 * `npm run bench:console [-- --policies 6000 --runs 200]`: how fast the console is with a large tenant: from a key to the next picture,
 * frames while a list scrolls, and what is read again when a run has ended. Prints a table; measure on an idle machine.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { PAGES, pageAddress } from "../../../src/contract/console-addresses.ts";
import { ensureChromium } from "../../../scripts/test-tools.ts";
import { apiClient } from "../../support/api-client.ts";
import { productHome } from "../../support/product.ts";
import { controlOf } from "../../support/simulator-server.ts";
import { sharedBrowser } from "../browser.ts";
import { openWindow, settled } from "./walk.ts";

const SLUG = "contoso";
const SYNC_LIMIT_MS = 900_000;
const SCROLL_MS = 4_000;
/** A picture that is late by half of its time was not drawn in its turn. */
const LATE_MS = 25;

const { values } = parseArgs({
  options: { policies: { type: "string", default: "6000" }, runs: { type: "string", default: "200" } },
});
process.env["CHROMIUM_PATH"] ??= ensureChromium();
const home = await productHome();
const product = await home.start();
const browser = await sharedBrowser();
const rows: string[][] = [];
try {
  const control = controlOf(product.simulatorUrl);
  await control.createTenant(SLUG, { policies: Number(values.policies), seed: SLUG });
  const api = apiClient(product.url, SLUG);
  await api.completed((await api.start("inventory.sync", {})).run.id, SYNC_LIMIT_MS);
  for (let made = 1; made < Number(values.runs); made += 1) {
    await api.completed((await api.start("inventory.sync", { families: [] })).run.id);
  }
  const page = await openWindow(browser, "owner", { viewport: { width: 1440, height: 900 } });
  const open = async (pattern: typeof PAGES.inventory | typeof PAGES.operations): Promise<void> => {
    await page.goto(product.url + pageAddress(pattern, { slug: SLUG }));
    await settled(page);
  };

  await open(PAGES.inventory);
  await page
    .getByText(/^[\d,]{5,} policies/)
    .first()
    .waitFor({ timeout: 60_000 });
  rows.push(["search in the inventory, to the next picture", ...(await keys(page, "/", lettersOf("windows update")))]);
  const backwards = Array.from({ length: 14 }, () => "Backspace");
  rows.push(["the same, taken back", ...(await keys(page, null, backwards))]);
  rows.push([
    "rows of the inventory by arrow",
    ...(await keys(page, null, ["Tab", "Tab", "Tab", "Tab", "Tab", ...arrows()])),
  ]);
  rows.push([
    "frames of the inventory, scrolled",
    ...(await frames(page, "[data-scrolls] , main [class*='overflow-y-auto']")),
  ]);

  await open(PAGES.operations);
  for (;;) {
    const more = page.getByRole("button", { name: "Load older operations" });
    if ((await more.count()) === 0) break;
    await more.click();
    await settled(page);
    await page.waitForTimeout(100);
  }
  rows.push([
    "rows of the operations by arrow",
    ...(await keys(page, null, ["Tab", "Tab", "Tab", "Tab", ...arrows()])),
  ]);
  rows.push(["search in the palette, to the next picture", ...(await keys(page, "Control+k", lettersOf("inventory")))]);
  await page.keyboard.press("Escape");
  rows.push(["frames of the operations, scrolled", ...(await frames(page, "html"))]);

  console.log(
    `Load of the machine: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(", ")}\n`,
  );
  console.log("| what | median | 95 of 100 | longest |\n| --- | --- | --- | --- |");
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
  await open(PAGES.inventory);
  console.log(`\nRead again after a sync of one family, on the inventory:\n${(await readAgain(page, api)).join("\n")}`);
} finally {
  await browser.close();
  await product.stop();
  home.remove();
}
process.exit();

function lettersOf(text: string): string[] {
  return Array.from(text, (letter) => (letter === " " ? "Space" : letter));
}

function arrows(): string[] {
  return Array.from({ length: 20 }, () => "ArrowDown");
}

/** Milliseconds from each key until the picture after it, as Chromium's event timing has it (in steps of 8 ms) and by two frames. */
async function keys(page: Page, first: string | null, pressed: readonly string[]): Promise<string[]> {
  if (first !== null) await page.keyboard.press(first);
  await page.waitForTimeout(300);
  await page.evaluate(() => {
    const took: number[] = [];
    Reflect.set(window, "keysTook", took);
    document.addEventListener(
      "keydown",
      ({ timeStamp }) => {
        requestAnimationFrame(() => {
          // A message comes after the picture of this frame.
          const after = new MessageChannel();
          after.port1.addEventListener("message", () => took.push(performance.now() - timeStamp));
          after.port1.start();
          after.port2.postMessage(null);
        });
      },
      { capture: true, once: false },
    );
  });
  for (const key of pressed) {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(300);
  return spread(await page.evaluate(() => Reflect.get(window, "keysTook")));
}

/** Milliseconds between pictures while the list is scrolled by a screen in some ten of them. */
async function frames(page: Page, scroller: string): Promise<string[]> {
  const took = await page.evaluate(
    ({ selector, forMs }) =>
      new Promise<number[]>((resolve) => {
        const place = [...document.querySelectorAll(selector)]
          .filter((element) => element.scrollHeight > element.clientHeight + 100)
          .toSorted((one, other) => other.scrollHeight - one.scrollHeight)[0];
        if (place === undefined) throw new Error("nothing scrolls");
        const found: number[] = [];
        let [last, step] = [performance.now(), 80];
        const begin = last;
        const next = (now: number): void => {
          found.push(now - last);
          last = now;
          const before = place.scrollTop;
          place.scrollTop += step;
          if (place.scrollTop === before) step = -step;
          if (now - begin < forMs) requestAnimationFrame(next);
          else resolve(found.slice(2));
        };
        requestAnimationFrame(next);
      }),
    { selector: scroller, forMs: SCROLL_MS },
  );
  const late = took.filter((ms) => ms > LATE_MS).length;
  const [median = "", most = "", longest = ""] = spread(took);
  return [median, most, `${longest}; ${late} of ${took.length} late`];
}

function spread(values: readonly number[]): string[] {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): string => `${(sorted[Math.floor((sorted.length - 1) * share)] ?? NaN).toFixed(1)} ms`;
  return [at(0.5), at(0.95), at(1)];
}

/** The requests of an open page after a run that read one family of few policies. */
async function readAgain(page: Page, api: ReturnType<typeof apiClient>): Promise<string[]> {
  await page.waitForTimeout(2_000);
  const asked: string[] = [];
  page.on("response", (response) => {
    const { pathname, search } = new URL(response.url());
    if (!pathname.startsWith("/api/")) return;
    void response.body().then(
      (body) => asked.push(`- ${decodeURIComponent(pathname + search)}: ${response.status()}, ${body.length} bytes`),
      () => asked.push(`- ${pathname}: no body`),
    );
  });
  await api.completed((await api.start("inventory.sync", { families: ["termsOfUse"] })).run.id);
  await page.waitForTimeout(5_000);
  return asked;
}
