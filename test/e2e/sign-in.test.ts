/** Signing in and out in a real Chromium, at an identity provider that is not ours. The product is one of its own, outside local identities. */
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { prepareDatabase, runStatements, withLocalDatabase } from "../../scripts/setup/database.ts";
import { readLocalSecrets } from "../../scripts/setup/local-secrets.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { ENTRA, PEOPLE } from "../support/identity-provider.ts";
import { type Product, type ProductHome, productHome } from "../support/product.ts";
import { connectBrowser } from "./browser.ts";
import { expectAccessible, openPage } from "./page-watch.ts";

const provider = inject("identityUrl");
let home: ProductHome;
let product: Product;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  home = await productHome((url) => ({
    TENANTATLAS_IDENTITY: "entra",
    TENANTATLAS_ORIGIN: url,
    TENANTATLAS_ENTRA_TENANT: ENTRA.tenantId,
    TENANTATLAS_ENTRA_CLIENT_ID: ENTRA.clientId,
    TENANTATLAS_ENTRA_CLIENT_SECRET: ENTRA.clientSecret,
    TENANTATLAS_ENTRA_LOGIN_URL: provider,
  }));
  await makeAnnaMember(path.join(home.stateDirectory, "state/v3"));
  await fetch(`${provider}/_redirect-uris`, { method: "POST", body: JSON.stringify(`${home.url}/auth/callback`) });
  [product, browser] = await Promise.all([home.start(), connectBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
  home?.remove();
});

/** Known by her identity before she comes for the first time. */
async function makeAnnaMember(stateDirectory: string): Promise<void> {
  const { secretsKey } = readLocalSecrets(projectRoot);
  await prepareDatabase(stateDirectory, secretsKey);
  const issuer = `${provider}/${ENTRA.tenantId}/v2.0`;
  const oid = PEOPLE[0]?.oid ?? "";
  await withLocalDatabase(stateDirectory, (database) =>
    runStatements(database, [
      { sql: "insert into users (id, email, name, created_at) values ('user-anna', '', 'Anna', 0)", values: [] },
      {
        sql: "insert into user_identities (issuer, subject, user_id, created_at) values (?, ?, 'user-anna', 0)",
        values: [issuer, oid],
      },
      {
        sql: "insert into memberships (tenant_id, user_id, role) values ('tenant-contoso', 'user-anna', 'operator')",
        values: [],
      },
    ]),
  );
}

const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true });

/** From "You are signed out" to where the person wanted to be. */
async function signIn(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name: "Sign in", exact: true }).click();
  await page.getByRole("link", { name, exact: true }).click();
}

async function choose(page: Page, item: string): Promise<void> {
  await page
    .getByRole("button", { name: /Account and theme/ })
    .first()
    .click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

describe("the console of a deployment with sign-in", () => {
  it("asks a stranger to sign in, leads back to their page, and lets them sign out", async () => {
    const page = await openPage(browser, `${home.url}/t/contoso/inventory`, []);
    await heading(page, "You are signed out").waitFor();
    await expectAccessible(page);
    await signIn(page, "Anna Admin");
    await heading(page, "Inventory").waitFor();
    expect(new URL(page.url()).pathname).toBe("/t/contoso/inventory");
    page.on("pageerror", (error) => complaints.push(error.message));

    await choose(page, "Sign out");
    await page.getByRole("button", { name: /Yes, sign me out/ }).click();
    await heading(page, "You are signed out").waitFor();
    expect(page.url()).toBe(`${home.url}/signed-out`);
    await expectAccessible(page);
    await page.goto(`${home.url}/t/contoso`);
    await heading(page, "You are signed out").waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("tells an open page at once when its person signs out everywhere", async () => {
    const [here, there] = await Promise.all([1, 2].map(() => openPage(browser, `${home.url}/t/contoso`, [])));
    if (here === undefined || there === undefined) throw new Error("two pages");
    for (const page of [here, there]) {
      await signIn(page, "Anna Admin");
      await heading(page, "Overview").waitFor();
    }
    await choose(here, "Sign out everywhere");
    await there.getByRole("link", { name: "Sign in", exact: true }).waitFor();
    expect(await heading(there, "You are signed out").count()).toBe(1);
    expect(await there.getByRole("navigation").count()).toBe(0);
    for (const page of [here, there]) await page.context().close();
  });

  it("says why a sign-in did not succeed, and what to do", async () => {
    const page = await openPage(browser, home.url, []);
    await signIn(page, "Cancel");
    await heading(page, "Microsoft did not let you sign in").waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: "Sign in", exact: true }).click();
    await heading(page, "Who are you?").waitFor();
    expect(new URL(page.url()).origin).toBe(provider);
    await page.context().close();
  });

  it("tells a person who belongs nowhere what to do", async () => {
    const page = await openPage(browser, home.url, []);
    await signIn(page, "Ben Berg");
    await heading(page, "No tenants yet").waitFor();
    expect(await page.getByText("anna@fabrikam.example").count()).toBe(1);
    await page.context().close();
  });
});
