/** Debian's Chromium through playwright-core. `scripts/test.ts` has made sure that it is there. */
import { type Browser, chromium } from "playwright-core";

let started: Promise<Browser> | null = null;

export const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function chromiumPath(): string {
  return process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
}

/**
 * The Chromium of this process, started at the first call and ended with the process: the files of test/e2e share one. Each file closes
 * the pages that it opened.
 */
export function sharedBrowser(): Promise<Browser> {
  started ??= chromium.launch({
    executablePath: chromiumPath(),
    args: CHROMIUM_ARGUMENTS,
  });
  return started;
}

export async function closePages(browser: Browser | undefined): Promise<void> {
  for (const context of browser?.contexts() ?? []) await context.close();
}
