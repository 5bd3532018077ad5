/** Watching a page of the console from outside: what a person would see, hear, or be hindered by. */
import AxeBuilder from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";

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

/** What axe calls serious or worse, with where it is. */
export async function seriousViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
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
