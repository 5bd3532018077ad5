/** Debian's Chromium through playwright-core. `scripts/test.ts` has made sure that it is there. */
import { type Browser, type BrowserServer, chromium } from "playwright-core";
import { inject } from "vitest";

/** Starts a Chromium that any number of files connect to. */
export function serveBrowsers(): Promise<BrowserServer> {
  return chromium.launchServer({
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Connects to the Chromium of test/e2e. Closing the connection closes the pages that were opened through it. */
export function connectBrowser(): Promise<Browser> {
  return chromium.connect(inject("browserEndpoint"));
}
