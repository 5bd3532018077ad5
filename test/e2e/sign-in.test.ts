/** Signing in and out in a real Chromium, at an identity provider that is not ours. The product is one of its own, outside local identities. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { toldApiTokenSchema } from "../../src/contract/api-tokens.ts";
import { FOR_TOKENS } from "../../src/contract/roles.ts";
import { prepareDatabase, runStatements, withLocalDatabases } from "../../scripts/setup/database.ts";
import { readLocalSecrets } from "../../scripts/setup/local-secrets.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { CONSENT, ENTRA, PEOPLE } from "../support/identity-provider.ts";
import { type Product, type ProductHome, productHome } from "../support/product.ts";
import { CERTIFICATE } from "../support/certificates.ts";
import { SecretSearch } from "../support/secret-search.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE } from "../support/thoroughness.ts";
import { closePages, sharedBrowser } from "./browser.ts";
import {
  connectByConsent,
  grantAndSync,
  headersOf,
  invitationOf,
  newMicrosoftTenant,
  restoreApproved,
} from "./newcomer.ts";
import { expectAccessible, openPage } from "./page-watch.ts";
import { wholeSession, wifiPolicy } from "./whole-session.ts";

const provider = inject("identityUrl");
const SETUP_CODE = "the code of this deployment";
let home: ProductHome;
let product: Product;
let browser: Browser;
const complaints: string[] = [];
/** What this file's people and tenants prove themselves by, and what the last test looks for. */
const secrets: Record<string, string> = {
  "secret of the sign-in": ENTRA.clientSecret,
  "secret of the consent": CONSENT.clientSecret,
  "setup code": SETUP_CODE,
  // A line of it: the PEM's line ends are nothing to look for.
  "private key": CERTIFICATE.privateKey.split("\n")[5] ?? "",
  "Wi-Fi key": "correct horse / battery+staple = ünlösbar",
};

beforeAll(async () => {
  home = await productHome((url) => ({
    TENANTATLAS_IDENTITY: "entra",
    TENANTATLAS_ORIGIN: url,
    TENANTATLAS_ENTRA_TENANT: ENTRA.tenantId,
    TENANTATLAS_ENTRA_CLIENT_ID: ENTRA.clientId,
    TENANTATLAS_ENTRA_CLIENT_SECRET: ENTRA.clientSecret,
    TENANTATLAS_ENTRA_LOGIN_URL: provider,
    TENANTATLAS_SETUP_CODE: SETUP_CODE,
    TENANTATLAS_CONSENT_CLIENT_ID: CONSENT.clientId,
    TENANTATLAS_CONSENT_CLIENT_SECRET: CONSENT.clientSecret,
    TENANTATLAS_CONSENT_CLOUD: "local",
    TENANTATLAS_CONSENT_LOGIN_URL: provider,
  }));
  await makeAnnaMember(path.join(home.stateDirectory, "state/v3"));
  for (const callback of ["/auth/callback", "/auth/connect/callback"]) {
    await fetch(`${provider}/_redirect-uris`, { method: "POST", body: JSON.stringify(home.url + callback) });
  }
  [product, browser] = await Promise.all([home.start(), sharedBrowser()]);
});

afterAll(async () => {
  await closePages(browser);
  await product?.stop();
  home?.remove();
});

/** Known by her identity before she comes for the first time. */
async function makeAnnaMember(stateDirectory: string): Promise<void> {
  const { secretsKey } = readLocalSecrets(projectRoot);
  await prepareDatabase(stateDirectory, secretsKey);
  const issuer = `${provider}/${ENTRA.tenantId}/v2.0`;
  const oid = PEOPLE[0]?.oid ?? "";
  await withLocalDatabases(stateDirectory, (databases) =>
    runStatements(databases, [
      { sql: "insert into users (id, email, name, created_at) values ('user-anna', '', 'Anna', 0)", values: [] },
      {
        sql: "insert into user_identities (issuer, subject, user_id, created_at) values (?, ?, 'user-anna', 0)",
        values: [issuer, oid],
      },
      {
        sql: "insert into memberships (tenant_id, user_id, role) values ('tenant-contoso', 'user-anna', 'operator')",
        values: [],
      },
      // Of this one she is the owner, and nobody has connected it.
      {
        sql: "insert into tenants (id, slug, name, created_at) values ('tenant-northwind', 'northwind', 'Northwind', 0)",
        values: [],
      },
      {
        sql: `insert into member_directory (user_id, tenant_id, mark, noted_at)
              values ('user-anna', 'tenant-contoso', '', 0), ('user-anna', 'tenant-northwind', '', 0)`,
        values: [],
      },
      {
        sql: "insert into memberships (tenant_id, user_id, role) values ('tenant-northwind', 'user-anna', 'owner')",
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

describe.runIf(IN_WHOLE)("the console of a deployment with sign-in", () => {
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
});

describe.runIf(IN_WHOLE)("who may come, and how", () => {
  it("tells an open page at once when its person signs out everywhere", async () => {
    const [here, there] = await Promise.all([1, 2].map(() => openPage(browser, `${home.url}/t/contoso`, [])));
    if (here === undefined || there === undefined) throw new Error("two pages");
    for (const page of [here, there]) {
      await signIn(page, "Anna Admin");
      await heading(page, "Overview").waitFor();
    }
    await choose(here, "Sign out everywhere");
    // A part of a page that is being read at this moment may say it a moment before the page does.
    await heading(there, "You are signed out").waitFor();
    await there.getByRole("link", { name: "Sign in", exact: true }).waitFor();
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
    await page.getByText(/^TenantAtlas keeps the Intune policies/).waitFor();
    await heading(page, "What to do next").waitFor();
    await page.context().close();
  });
});

describe.runIf(IN_WHOLE)("a tenant that is not connected", () => {
  it("is told what is wrong with a key, where the person sees it, before anything is stored", async () => {
    const page = await openPage(browser, `${home.url}/t/northwind/settings/connection`, []);
    await signIn(page, "Anna Admin");
    await page.getByRole("button", { name: "Connect the tenant" }).click();
    await page.getByRole("radio", { name: /^Own application with a certificate/ }).check();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Directory (tenant) id").fill(ENTRA.tenantId);
    await page.getByLabel("Application (client) id").fill(CONSENT.clientId);
    await page.getByLabel("Private key (PEM, PKCS#8)").fill("-----BEGIN RSA PRIVATE KEY-----");
    await page.getByLabel("Certificate (PEM)").fill(CERTIFICATE.certificate);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    const alert = page.getByRole("alert").filter({ hasText: "is in PKCS#1" });
    await alert.waitFor();
    expect(await alert.evaluate((shown) => shown.getBoundingClientRect().bottom < window.innerHeight)).toBe(true);
    await page.context().close();
  });

  it("is connected by an administrator's consent, and its test names the permission that is missing", async () => {
    await newMicrosoftTenant(controlOf(product.simulatorUrl));
    const page = await openPage(browser, `${home.url}/t/northwind`, []);
    await signIn(page, "Anna Admin");
    page.on("pageerror", (error) => complaints.push(error.message));
    const steps = page.getByRole("region", { name: "First steps" }).getByRole("listitem");
    await steps.first().getByText("Connect the tenant To do").waitFor();
    expect(await steps.filter({ hasText: "After “Connect the tenant”" }).allTextContents()).toHaveLength(1);
    expect(await steps.filter({ hasText: "To do" }).count()).toBe(5);
    await expectAccessible(page);
    await page.getByRole("link", { name: "Go to the connection" }).click();
    await connectByConsent(page, () => expectAccessible(page));
    await page.getByText("Result by policy family").click();
    await expectAccessible(page);

    await page.getByRole("button", { name: "Disconnect" }).click();
    await page.getByLabel("Type northwind to confirm").fill("northwind");
    await expectAccessible(page);
    await page.getByRole("alertdialog").getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("Not connected", { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe.runIf(IN_WHOLE)("a new deployment", () => {
  it("is set up by its first administrator, who makes a tenant and invites a colleague; the colleague joins, gets a role, and goes", async () => {
    const owner = await openPage(browser, `${home.url}/setup`, []);
    await signIn(owner, "Ben Berg");
    await heading(owner, "Set up TenantAtlas").waitFor();
    await expectAccessible(owner);
    await owner.getByLabel("Setup code").fill("another code");
    await owner.getByRole("button", { name: "Become the administrator" }).click();
    await owner.getByText("This is not the deployment's setup code.").waitFor();
    await owner.getByLabel("Setup code").fill(SETUP_CODE);
    await owner.getByRole("button", { name: "Become the administrator" }).click();
    await owner.getByRole("rowheader", { name: /Contoso/ }).waitFor();
    await expectAccessible(owner);
    await owner.getByRole("button", { name: "New tenant" }).click();
    await owner.getByLabel("Name").fill("Wingtip Toys");
    await owner.getByRole("button", { name: "Create tenant" }).click();
    await heading(owner, "Overview").waitFor();
    expect(new URL(owner.url()).pathname).toBe("/t/wingtip-toys");

    await owner.getByRole("link", { name: "Members", exact: true }).click();
    await owner.getByRole("button", { name: "Invite a person" }).click();
    await owner.getByRole("radio", { name: /^Operator/ }).check();
    await owner.getByLabel(/Who is meant/).fill("Anna");
    await owner.getByRole("button", { name: "Create the link" }).click();
    const link = (await owner.getByText(`${home.url}/join#`).textContent()) ?? "";
    await expectAccessible(owner);
    await owner.getByRole("button", { name: "Done" }).click();
    await owner.getByText("Anna · Operator").waitFor();
    await expectAccessible(owner);

    const asked: string[] = [];
    const colleague = await openPage(browser, home.url, []);
    colleague.on("request", (request) => asked.push(request.url()));
    await colleague.goto(link);
    await signIn(colleague, "Anna Admin");
    await heading(colleague, "Join Wingtip Toys").waitFor();
    // The secret is in no address that the browser has asked for, and not in its history.
    const secret = new URL(link).hash.slice(1);
    expect(secret).toHaveLength(43);
    secrets["invitation"] = secret;
    expect(asked.filter((url) => url.includes(secret) && !url.startsWith(`${home.url}/join#`))).toEqual([]);
    expect(colleague.url()).toBe(`${home.url}/join`);
    await expectAccessible(colleague);
    await colleague.getByRole("button", { name: "Accept the invitation" }).click();
    await heading(colleague, "Overview").waitFor();
    await choose(colleague, "Your account");
    await colleague.getByText("This browser").waitFor();
    await expectAccessible(colleague);
    await colleague.goto(link);
    await heading(colleague, "This invitation is over").waitFor();
    await colleague.goto(`${home.url}/t/wingtip-toys`);
    await heading(colleague, "Overview").waitFor();

    await owner.getByRole("link", { name: "What each role may do" }).click();
    await owner.getByRole("button", { name: "New role" }).click();
    await owner.getByLabel("Name").fill("Auditor");
    await owner.getByRole("checkbox", { name: "Read the audit log" }).check();
    await owner.getByRole("checkbox", { name: "See operations and their units" }).check();
    await expectAccessible(owner);
    await owner.getByRole("button", { name: "Create role" }).click();
    await owner.getByRole("button", { name: "Delete Auditor" }).waitFor();
    await expectAccessible(owner);
    await owner.getByRole("link", { name: "Members", exact: true }).click();
    await owner.getByRole("button", { name: "Actions for Anna Admin" }).click();
    await owner.getByRole("menuitem", { name: "Change role" }).click();
    await owner.getByRole("radio", { name: /^Auditor/ }).check();
    await owner.getByRole("button", { name: "Change role" }).click();
    await owner.getByRole("cell", { name: "Auditor", exact: true }).waitFor();
    await colleague.reload();
    await heading(colleague, "Overview").waitFor();
    expect(await colleague.getByRole("link", { name: "Inventory", exact: true }).count()).toBe(0);

    await owner.getByRole("button", { name: "Actions for Ben Berg" }).click();
    await owner.getByRole("menuitem", { name: /Remove/ }).click();
    await heading(owner, "Ben Berg is the only owner").waitFor();
    // Messages in the corner can be closed as well.
    const told = owner.locator("[role=dialog], [role=alertdialog]").filter({ hasText: "Ben Berg is the only owner" });
    await told.getByRole("button", { name: "Close" }).click();
    await owner.getByRole("button", { name: "Actions for Anna Admin" }).click();
    await owner.getByRole("menuitem", { name: /Remove/ }).click();
    await owner.getByRole("button", { name: "Remove", exact: true }).click();
    await heading(colleague, "Page not found").waitFor();
    for (const page of [owner, colleague]) await page.context().close();
  });
});

describe.runIf(IN_WHOLE)("a newcomer's path", () => {
  it("leads from an empty tenant by a consent, a missing permission, a sync and an invitation to a restore that a colleague approved", async () => {
    const control = controlOf(product.simulatorUrl);
    await newMicrosoftTenant(control);
    const owner = await openPage(browser, `${home.url}/platform/tenants`, []);
    await signIn(owner, "Ben Berg");
    owner.on("pageerror", (error) => complaints.push(error.message));
    await owner.getByRole("button", { name: "New tenant" }).click();
    await owner.getByLabel("Name").fill("Adventure Works");
    await owner.getByRole("button", { name: "Create tenant" }).click();
    await heading(owner, "Overview").waitFor();
    const slug = "adventure-works";
    await owner.goto(`${home.url}/t/${slug}/settings/connection`);
    await connectByConsent(owner);

    const colleague = await openPage(browser, await invitationOf(owner), []);
    colleague.on("pageerror", (error) => complaints.push(error.message));
    await signIn(colleague, "Anna Admin");
    await colleague.getByRole("button", { name: "Accept the invitation" }).click();
    await heading(colleague, "Overview").waitFor();
    await grantAndSync(owner, control, slug);
    await restoreApproved(owner, colleague, control, slug);
    const disconnected = await fetch(`${home.url}/api/tenants/${slug}/connection/disconnect`, {
      method: "POST",
      headers: { ...(await headersOf(owner)), "content-type": "application/json" },
      body: JSON.stringify({ purpose: "read" }),
    });
    expect(disconnected.status).toBe(200);
    expect(complaints).toEqual([]);
    for (const page of [owner, colleague]) await page.context().close();
  });
});

describe.runIf(IN_WHOLE)("what a whole session leaves behind", () => {
  it("holds no secret: not in the database, the objects, the files, the logs, a pack or an export", async () => {
    const control = controlOf(product.simulatorUrl);
    const name = "Wi-Fi of the guests' floor";
    await control.createTenant(ENTRA.tenantId, { policies: 0 });
    await control.configure(ENTRA.tenantId, { certificate: CERTIFICATE.certificate });
    await control.addPolicy(ENTRA.tenantId, "deviceConfiguration", wifiPolicy(name, secrets["Wi-Fi key"] ?? ""));

    const page = await openPage(browser, `${home.url}/t/northwind`, []);
    page.on("request", (request) => {
      const query = new URL(request.url()).searchParams;
      for (const each of ["code", "state", "code_challenge"])
        if ((query.get(each) ?? "").length > 20) secrets[`${each} of the sign-in`] = query.get(each) ?? "";
    });
    await signIn(page, "Anna Admin");
    await heading(page, "Overview").waitFor();
    const cookies = await page.context().cookies(home.url);
    for (const cookie of cookies) secrets[cookie.name] = cookie.value;
    const asAnna = await headersOf(page);
    const send = async (address: string, body: unknown): Promise<unknown> => {
      const headers = { ...asAnna, "content-type": "application/json" };
      const response = await fetch(home.url + address, { method: "POST", headers, body: JSON.stringify(body) });
      expect(response.ok, `${address}: ${response.status}`).toBe(true);
      return response.json();
    };
    await send("/api/tenants/northwind/connection", {
      purpose: "read",
      cloud: "local",
      microsoftTenantId: ENTRA.tenantId,
      clientId: CONSENT.clientId,
      credential: { kind: "certificate", ...CERTIFICATE },
    });
    const request = { name: "nightly", tenantIds: ["northwind"], capabilities: FOR_TOKENS, expiresInDays: 1 };
    const { token, apiToken } = toldApiTokenSchema.parse(await send("/api/api-tokens", request));
    secrets["API token"] = token.slice(`ta_${apiToken.id}_`.length);

    const folder = mkdtempSync(path.join(tmpdir(), "tenantatlas-session-"));
    const headers = { authorization: `Bearer ${token}` };
    const simulated = { control, tenant: ENTRA.tenantId };
    await wholeSession({ url: home.url, slug: "northwind", headers, simulated, folder }, name);
    const restored = await control.policies(ENTRA.tenantId, "deviceConfiguration");
    expect(restored.map((policy) => policy.name)).toEqual([name]);
    await page.context().close();
    await product.stop();
    writeFileSync(path.join(folder, "output.txt"), product.output());

    const places = [folder, path.join(home.stateDirectory, "state/v3"), path.join(home.stateDirectory, "logs")];
    const search = new SecretSearch(secrets);
    expect(places.flatMap((place) => search.inFolder(place))).toEqual([]);
    // The search finds what is there: the policy's name, in the database, in the objects and in the pack.
    const found = places.flatMap((place) => new SecretSearch({ name }).inFolder(place));
    const kinds = [/d1\/.*: policies\./, /r2\/.*\/blobs\//, /pack\.zip: .*\.html$/, /audit\.jsonl$/];
    expect(kinds.filter((kind) => !found.some(({ place }) => kind.test(place)))).toEqual([]);
    const simulator = search.inFolder(path.join(home.stateDirectory, "state/simulator"));
    expect(simulator.map(({ secret }) => secret)).toContain("Wi-Fi key");
    const hidden = `x${Buffer.from(`ab${secrets["Wi-Fi key"]}yz`).toString("base64")}`;
    expect(new Set(search.inside(hidden, "a text").map(({ secret }) => secret))).toEqual(new Set(["Wi-Fi key"]));
    rmSync(folder, { recursive: true, force: true });
  });
});
