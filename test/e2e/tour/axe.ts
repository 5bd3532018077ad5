/**
 * `npm run test:axe [-- --state <folder>] [name …]`: axe, with all its rules, on every page, dialog and menu of the console, in both themes,
 * as wide as a desk and as a phone; and that no text is cut there, at 320 pixels, and with a browser whose type is twice as large.
 */
import { parseArgs } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { allViolations, colorViolations } from "../page-watch.ts";
import { CHROMIUM_ARGUMENTS, chromiumPath, sharedBrowser } from "../browser.ts";
import { cutTexts } from "./cut-texts.ts";
import { allOpenings } from "./dialogs.ts";
import { startTour } from "./tour-product.ts";
import { allVisits } from "./visits.ts";
import { inTheme, openWindow, settled, visit } from "./walk.ts";

const BESIDE_ONE_ANOTHER = 3;

interface Stop {
  name: string;
  address: string;
  as: string;
  open: ((page: Page) => Promise<void>) | null;
}

const { values, positionals: only } = parseArgs({ options: { state: { type: "string" } }, allowPositionals: true });
const tour = await startTour(values.state);
const found = new Map<string, Set<string>>();
let looks = 0;

const visits = allVisits(tour.state).map(({ name, state, ...rest }): Stop => ({
  ...rest,
  name: `${name}, ${state}`,
  open: null,
}));
const openings = allOpenings(tour.state).map((opening): Stop => ({
  ...opening,
  name: `${opening.name}, opened`,
  as: "owner",
}));
const stops = [...visits, ...openings].filter(
  ({ name }) => only.length === 0 || only.some((asked) => name.startsWith(`${asked},`)),
);

const browser = await sharedBrowser();
const large = await chromium.launch({
  executablePath: chromiumPath(),
  args: [...CHROMIUM_ARGUMENTS, "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26"],
});
const queue = stops.entries();
/** A page waits most of its time for the network to be quiet: several are looked at beside one another. */
const walk = async (): Promise<void> => {
  for (const [at, stop] of queue) {
    await look(browser, stop, "", [
      [1440, byAxe],
      [390, byAxe],
      [320, cutTexts],
    ]);
    await look(large, stop, ", type twice as large", [
      [1440, cutTexts],
      [390, cutTexts],
    ]);
    console.error(`${at + 1} of ${stops.length}: ${stop.name}`);
  }
};
try {
  await Promise.all(Array.from({ length: BESIDE_ONE_ANOTHER }, walk));
} finally {
  await Promise.all([browser.close(), large.close()]);
  await tour.end();
}
for (const [what, where] of found) console.log(`${what}\n    ${[...where].join("\n    ")}`);
console.log(`${looks} looks at ${stops.length} pages, dialogs and menus: ${found.size} kinds of fault`);
process.exit(found.size === 0 ? 0 : 1);

async function look(
  by: Browser,
  { name, address, as, open }: Stop,
  beside: string,
  asked: readonly [width: number, ask: (page: Page) => Promise<string[]>][],
): Promise<void> {
  const page = await openWindow(by, as, { viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(20_000);
  let where = name;
  const note = (what: string): void => {
    if (!found.has(what)) console.error(`  ${where}: ${what}`);
    found.set(what, (found.get(what) ?? new Set()).add(where));
  };
  page.on("pageerror", (error) => note(`an error: ${error.message}`));
  try {
    await visit(page, tour.product.url, { address });
    if (open !== null) {
      await open(page);
      await page.locator("[role=dialog], [role=alertdialog], [role=menu]").first().waitFor();
      await settled(page);
    }
    for (const [width, ask] of asked) {
      where = `${name}, ${width} px${beside}`;
      await page.setViewportSize({ width, height: 900 });
      // What is shown depends on the width: one frame to lay it out, one to show it.
      await page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))));
      for (const what of await ask(page)) note(what);
      looks += 1;
    }
  } catch (error) {
    note(`not looked at: ${String(error).split("\n")[0]}`);
  } finally {
    await page.context().close();
  }
}

async function byAxe(page: Page): Promise<string[]> {
  await inTheme(page, "light");
  // A menu is drawn over the page and belongs to its button: no part of the page is its place.
  const violations = (await allViolations(page)).filter(
    (each) => !(each.startsWith("region:") && each.includes('role="menu"')),
  );
  const all = [...violations, ...(await cutTexts(page))];
  await inTheme(page, "dark");
  return [...all, ...(await colorViolations(page)).map((violation) => `in dark: ${violation}`)];
}
