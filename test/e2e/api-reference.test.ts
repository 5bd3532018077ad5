/** The reference page in a real Chromium: drawn from the product's own document, under the console's policy, with nothing from elsewhere. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { closePages, sharedBrowser } from "./browser.ts";

const product = inject("product");
let browser: Browser;

beforeAll(async () => {
  browser = await sharedBrowser();
});

afterAll(async () => {
  await closePages(browser);
});

describe("the console's files", () => {
  it("carry what keeps them out of other sites' frames, windows and guesses, and are kept only by the name of their contents", async () => {
    const front = await fetch(product.url);
    const asset = /\/assets\/[\w.-]+\.js/.exec(await front.text())?.[0] ?? "no asset";
    for (const address of ["/", "/t/contoso", asset]) {
      const { status, headers } = await fetch(product.url + address);
      expect(status).toBe(200);
      expect(Object.fromEntries(headers), address).toMatchObject({
        "content-security-policy": expect.stringMatching(/^default-src 'self'; .*frame-ancestors 'none'$/),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "same-origin",
        "strict-transport-security": "max-age=31536000",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
    }
    expect(front.headers.get("content-security-policy")).not.toContain("unsafe");
    expect((await fetch(product.url + asset)).headers.get("cache-control")).toContain("immutable");
    expect(front.headers.get("cache-control")).not.toContain("immutable");
    const gone = await fetch(`${product.url}/assets/gone-123.js`);
    expect([gone.status, gone.headers.get("cache-control") ?? ""]).toEqual([
      404,
      expect.not.stringContaining("immutable"),
    ]);
  });
});

describe.runIf(IN_WHOLE)("the API reference", () => {
  it("shows the routes under a content security policy that lets its library write styles and no more, and asks no other host for anything", async () => {
    const page = await browser.newPage();
    const violations: string[] = [];
    const hosts = new Set<string>();
    const failures: string[] = [];
    page.on("console", (message) => {
      if (message.text().startsWith("violation:")) violations.push(message.text());
    });
    page.on("pageerror", (error) => failures.push(error.message));
    page.on("request", (request) => {
      if (request.url().startsWith("http")) hosts.add(new URL(request.url()).host);
    });
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.log(`violation: ${event.effectiveDirective} ${event.blockedURI}`);
      });
    });

    const response = await page.goto(`${product.url}/api/reference`);
    const front = (await fetch(product.url)).headers.get("content-security-policy") ?? "";
    expect(response?.status()).toBe(200);
    expect(response?.headers()["content-type"]).toContain("text/html");
    expect(response?.headers()["content-security-policy"]).toBe(
      front.replace("default-src 'self';", "default-src 'self'; style-src 'self' 'unsafe-inline';"),
    );

    await page.getByRole("heading", { name: "TenantAtlas", exact: true }).waitFor();
    await page
      .getByRole("link", { name: /Backup sets/ })
      .first()
      .click();
    await page.getByText("Create a backup set").first().waitFor();
    expect(violations).toEqual([]);
    expect(failures).toEqual([]);
    expect([...hosts]).toEqual([new URL(product.url).host]);
  });
});
