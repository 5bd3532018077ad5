/** Watching a page of the console from outside: what a person would see, hear, or be hindered by. */
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";

/** A page of its own, whose complaints (refused by policy, missing, thrown) go to `complaints`. */
export async function openPage(
  browser: Browser,
  address: string,
  complaints: string[],
  viewport = { width: 1440, height: 900 },
): Promise<Page> {
  const context = await browser.newContext({ viewport, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(address);
  return page;
}

declare global {
  interface Window {
    axe?: typeof axe;
    /** The style that stills transitions while it has a rule. */
    stillness?: CSSStyleSheet;
  }
}

/** The rules of axe whose answer depends on the theme. */
const COLOR_RULES = ["color-contrast", "link-in-text-block"];
const SERIOUS = ["serious", "critical"];

/** What axe calls serious or worse, with where it is. `"colors"` asks about colors alone: for a page seen whole in the other theme. */
export function seriousViolations(page: Page, rules: "all" | "colors" = "all"): Promise<string[]> {
  return violationsOf(page, { only: rules === "colors" ? COLOR_RULES : null, impacts: SERIOUS });
}

/** What axe finds, whatever its impact. */
export function allViolations(page: Page): Promise<string[]> {
  return violationsOf(page, { only: null, impacts: null });
}

/** What axe finds of the colors, whatever its impact: for a page seen whole in the other theme. */
export function colorViolations(page: Page): Promise<string[]> {
  return violationsOf(page, { only: COLOR_RULES, impacts: null });
}

/** @param asked the rules, and the impacts that are told; all where it is null */
async function violationsOf(
  page: Page,
  asked: { only: string[] | null; impacts: readonly string[] | null },
): Promise<string[]> {
  // Half a megabyte of source: once for each document.
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(axe.source);
  return page.evaluate(async ({ only, impacts }) => {
    if (window.axe === undefined) throw new Error("axe is not in the page");
    const { violations } = await window.axe.run({
      resultTypes: ["violations"],
      // Fetches all styles anew, for a rule that is not among these.
      preload: false,
      ...(only === null ? {} : { runOnly: { type: "rule", values: only } }),
    });
    return violations
      .filter(({ impact }) => impacts === null || impacts.includes(impact ?? ""))
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
  }, asked);
}

/**
 * Switches transitions off, and on again. Colors are inherited through them, short as they are: at a change of the theme each level of a
 * page follows a frame after the one above it, and the page is drawn a dozen times before it has its last colors.
 */
function withTransitions(page: Page, on: boolean): Promise<void> {
  return page.evaluate((wanted) => {
    window.stillness ??= new CSSStyleSheet();
    window.stillness.replaceSync(wanted ? "" : "*, ::before, ::after { transition: none !important; }");
    if (!document.adoptedStyleSheets.includes(window.stillness)) document.adoptedStyleSheets.push(window.stillness);
  }, on);
}

/** In both themes: a page that is readable in one may not be in the other. */
export async function expectAccessible(page: Page): Promise<void> {
  await withTransitions(page, false);
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mode=${colorScheme}]`).waitFor();
    await page.waitForFunction(() => document.getAnimations().length === 0);
    const found = await seriousViolations(page, colorScheme === "light" ? "all" : "colors");
    expect(found, `${page.url()} in ${colorScheme}`).toEqual([]);
  }
  await withTransitions(page, true);
}

export interface SeenBar {
  now: string | null;
  max: string | null;
  label: string | null;
  text: string;
}

/** Records every state of the page's progress bars while it works, from inside the page, so that none is missed. */
export async function watchBars(page: Page): Promise<() => Promise<SeenBar[]>> {
  await page.evaluate(() => {
    const seen: unknown[] = [];
    Reflect.set(window, "seenBars", seen);
    const look = (): void => {
      for (const bar of document.querySelectorAll("main [role=progressbar]")) {
        seen.push({
          now: bar.getAttribute("aria-valuenow"),
          max: bar.getAttribute("aria-valuemax"),
          label: bar.getAttribute("aria-label") ?? bar.getAttribute("aria-labelledby"),
          text: bar.getAttribute("aria-valuetext") ?? "",
        });
      }
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  return () => page.evaluate(() => Reflect.get(window, "seenBars"));
}
