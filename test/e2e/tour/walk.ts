/** Going to a page of the console and waiting until it shows what it has. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Visit } from "./visits.ts";

/** A window in which a demo person looks at the console. Nothing moves in it. */
export async function openWindow(browser: Browser, as: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    reducedMotion: "reduce",
    extraHTTPHeaders: { "x-local-user": `${as}@example.test` },
    ...options,
  });
  return context.newPage();
}

export async function visit(page: Page, url: string, { address }: Pick<Visit, "address">): Promise<void> {
  await page.goto(url + address);
  await settled(page);
}

/** Until the page has its title and no part of it is awaited. */
export async function settled(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor({ state: "attached" });
  await page.waitForFunction(() => document.querySelector("main .skeleton-block, dialog .skeleton-block") === null);
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => document.querySelector("main .skeleton-block, dialog .skeleton-block") === null);
  await page.waitForFunction(() => !/^Searching$/m.test(document.querySelector("main")?.innerText ?? ""));
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

export async function inTheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mode=${colorScheme}]`).waitFor();
  // Colors are inherited through transitions, short as they are.
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== "running"));
}
