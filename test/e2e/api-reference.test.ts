/** The reference page in a real Chromium: drawn from the product's own document, under the console's policy, with nothing from elsewhere. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { connectBrowser } from "./browser.ts";

const product = inject("product");
let browser: Browser;

beforeAll(async () => {
  browser = await connectBrowser();
});

afterAll(async () => {
  await browser?.close();
});

describe("the API reference", () => {
  it("shows the routes under the console's content security policy, and asks no other host for anything", async () => {
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
    const front = await fetch(product.url);
    expect(response?.status()).toBe(200);
    expect(response?.headers()["content-type"]).toContain("text/html");
    expect(response?.headers()["content-security-policy"]).toBe(front.headers.get("content-security-policy"));
    expect(response?.headers()["content-security-policy"]).toContain("default-src 'self'");

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
