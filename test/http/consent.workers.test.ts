/**
 * The consent of an administrator: at the simulator's page, and proven by a sign-in at a provider that is not ours (`oidc-provider`), at
 * the addresses of Microsoft Entra ID.
 */
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { z } from "zod";
import { approvalRequestListSchema } from "../../src/contract/approvals.ts";
import { meSchema } from "../../src/contract/access.ts";
import { connectionsSchema } from "../../src/contract/connections.ts";
import { CONSENT_MS } from "../../src/access/consent.ts";
import { connectTenant } from "../../src/graph-work/connect.ts";
import { createApp } from "../../src/http/routing/app.ts";
import { allServed } from "../../src/http/served-routes.ts";
import { Browser } from "./browser.ts";
import { ORIGIN, problemOf, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

/** The tenant and the applications of test/support/identity-provider.ts. */
const DIRECTORY = "11111111-2222-4333-8444-555555555555";
const SIGN_IN = { id: "99999999-8888-4777-8666-555555555555", secret: "entra-client-secret-of-the-tests" };
const CONSENT_CLIENT = "77777777-6666-4555-8444-333333333333";
const OTHER_DIRECTORY = "22222222-2222-4333-8444-555555555555";

const provider = inject("identityUrl");
const worker = {
  ...env,
  TENANTATLAS_IDENTITY: "entra",
  TENANTATLAS_ENTRA_TENANT: DIRECTORY,
  TENANTATLAS_ENTRA_CLIENT_ID: SIGN_IN.id,
  TENANTATLAS_ENTRA_CLIENT_SECRET: SIGN_IN.secret,
  TENANTATLAS_ENTRA_LOGIN_URL: provider,
  TENANTATLAS_GRAPH_URL: inject("simulatorUrl"),
  TENANTATLAS_CONSENT_CLOUD: "local",
  TENANTATLAS_CONSENT_LOGIN_URL: provider,
};
const app = createApp(allServed());
const connectionPage = (outcome: string) =>
  `${ORIGIN}/t/contoso/settings/connection?consent=${outcome}&connection=read`;

beforeAll(async () => {
  const response = await fetch(`${inject("simulatorUrl")}/_control/tenants`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: DIRECTORY, policies: 0, throttling: "off" }),
  });
  await response.body?.cancel();
});
beforeEach(async () => {
  await seedDemoData();
  await env.DATABASE.prepare("delete from tenant_connections").run();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A browser in which a person has signed in, who owns the tenants that are named. */
async function signedIn(as: string, ...owned: string[]): Promise<Browser> {
  const browser = new Browser(app, worker);
  const begun = await browser.send("/auth/sign-in");
  await browser.follow(hinted(begun.headers.get("location"), as));
  const { user } = meSchema.parse(await (await browser.ask("/api/me")).json());
  for (const tenant of owned) {
    await env.DATABASE.prepare(
      "insert into memberships (tenant_id, user_id, role) values (?, ?, 'owner') on conflict do update set role = 'owner'",
    )
      .bind(tenant, user.id)
      .run();
  }
  return browser;
}

function hinted(address: string | null, as: string): string {
  const url = new URL(address ?? "");
  url.searchParams.set("login_hint", as);
  return url.href;
}

const isAuthorize = (url: URL) => url.pathname.endsWith("/oauth2/v2.0/authorize");

/** Begins a consent; the address of Microsoft's page, with what the administrator will choose there. */
async function begin(
  browser: Browser,
  { tenant = "contoso", directory = DIRECTORY, decision = "accept", reason = "" } = {},
): Promise<string> {
  const body = JSON.stringify({ purpose: "read" });
  const headers: Record<string, string> = reason === "" ? {} : { "approval-reason": reason };
  const response = await browser.ask(`/api/tenants/${tenant}/connection/consent`, { method: "POST", body, headers });
  const { continueAt } = z.object({ continueAt: z.string() }).parse(await response.json());
  const url = new URL(continueAt);
  url.searchParams.set("directory", directory);
  url.searchParams.set("decision", decision);
  return url.href;
}

/** Consents, and proves it by signing in as the person. */
async function consent(browser: Browser, as: string, address: string): Promise<string> {
  const signIn = await browser.follow(address, isAuthorize);
  return browser.follow(hinted(signIn, as));
}

/** Where Microsoft's page leads back to: the address with its state. */
async function callbackOf(browser: Browser, address: string): Promise<string> {
  return browser.follow(address, (url) => url.pathname === "/auth/connect/callback");
}

async function storedConnections(tenantId = "tenant-contoso") {
  const { results } = await env.DATABASE.prepare("select * from tenant_connections where tenant_id = ?")
    .bind(tenantId)
    .all();
  return results;
}

describe("an administrator's consent", () => {
  it("asks at Microsoft for all that the application is registered with, and leads back here alone", async () => {
    const browser = await signedIn("anna", "tenant-contoso");
    const url = new URL(await begin(browser));
    expect(url.pathname).toBe("/organizations/v2.0/adminconsent");
    expect(url.searchParams.get("client_id")).toBe(CONSENT_CLIENT);
    expect(url.searchParams.get("redirect_uri")).toBe(`${ORIGIN}/auth/connect/callback`);
    expect(url.searchParams.get("scope")).toBe("https://graph.microsoft.com/.default");
    const { results } = await env.DATABASE.prepare("select * from connection_consents").all();
    expect(JSON.stringify(results)).not.toContain(url.searchParams.get("state"));
  });

  it("that is proven by a sign-in connects the tenant, without a secret in the database", async () => {
    const browser = await signedIn("anna", "tenant-contoso");
    expect(await consent(browser, "anna", await begin(browser))).toBe(connectionPage("connected"));
    const shown = connectionsSchema.parse(await (await browser.ask("/api/tenants/contoso/connection")).json());
    expect(shown.connections).toMatchObject([
      {
        kind: "consent",
        cloud: "local",
        microsoftTenantId: DIRECTORY,
        clientId: CONSENT_CLIENT,
        credentialEndsAt: null,
      },
    ]);
    expect(await storedConnections()).toMatchObject([{ sealed_client_secret: null }]);
    const context = { env: worker, now: Date.now, signal: new AbortController().signal };
    expect(await connectTenant("tenant-contoso", context)).toMatchObject({
      kind: "connected",
      clientId: CONSENT_CLIENT,
    });
    const another = { ...worker, TENANTATLAS_CONSENT_CLIENT_ID: OTHER_DIRECTORY };
    expect(await connectTenant("tenant-contoso", { ...context, env: another })).toEqual({
      kind: "connection_unusable",
      cause: "application",
    });
    const event = await env.DATABASE.prepare("select * from audit_events where action = 'connection.connect'").first();
    expect(event).toMatchObject({ tenant_id: "tenant-contoso", target_id: "read" });
  });

  it("that needs another owner's approval waits for it, with the reason that was given at the beginning", async () => {
    const [browser, other] = [await signedIn("anna", "tenant-contoso"), await signedIn("ben", "tenant-contoso")];
    const begun = await begin(browser);
    const ask = "insert into approval_settings (tenant_id, subjects, request_hours, updated_at) values (?, ?, 72, 0)";
    await env.DATABASE.prepare(ask).bind("tenant-contoso", '["connection"]').run();
    // Begun before anything needed an approval: there is no reason to tell.
    expect(await consent(browser, "anna", begun)).toBe(connectionPage("approval_required"));
    const unsaid = JSON.stringify({ purpose: "read" });
    const path = "/api/tenants/contoso/connection/consent";
    const refused = await browser.ask(path, { method: "POST", body: unsaid });
    expect(await problemOf(refused)).toMatchObject({ code: "approval_required" });
    const address = await begin(browser, { reason: "Wave%20two" });
    expect(await consent(browser, "anna", address)).toBe(connectionPage("waiting"));
    expect(await storedConnections()).toEqual([]);
    const list = await other.ask("/api/tenants/contoso/approval-requests");
    const [request] = approvalRequestListSchema.parse(await list.json()).items;
    expect(request).toMatchObject({
      reason: "Wave two",
      change: { kind: "connection.connect", after: { kind: "consent", microsoftTenantId: DIRECTORY } },
      mayDecide: true,
    });
    const answer = await other.ask(`/api/tenants/contoso/approval-requests/${request?.id}/approve`, {
      method: "POST",
      body: JSON.stringify({ hash: request?.hash }),
    });
    expect(await answer.json()).toMatchObject({ state: "carried_out" });
    expect(await storedConnections()).toMatchObject([{ kind: "consent", sealed_client_secret: null }]);
    await env.DATABASE.prepare("delete from approval_settings").run();
  });

  it("that names another tenant than the administrator signs in to is not believed", async () => {
    const browser = await signedIn("anna", "tenant-contoso");
    const address = await begin(browser, { directory: OTHER_DIRECTORY });
    expect(await consent(browser, "anna", address)).toBe(connectionPage("wrong_tenant"));
    expect(await storedConnections()).toEqual([]);
  });

  it("whose answer was forged on the way does not help either: the sign-in is at the tenant that it names", async () => {
    const browser = await signedIn("anna", "tenant-contoso");
    const callback = new URL(await callbackOf(browser, await begin(browser)));
    callback.searchParams.set("tenant", OTHER_DIRECTORY);
    const signIn = await browser.follow(callback.href, isAuthorize);
    expect(new URL(signIn).pathname).toBe(`/${OTHER_DIRECTORY}/oauth2/v2.0/authorize`);
    expect(await browser.follow(hinted(signIn, "anna"))).toBe(connectionPage("wrong_tenant"));
    expect(await storedConnections()).toEqual([]);
  });

  it("is not believed of a person who has no role to give it", async () => {
    const browser = await signedIn("ben", "tenant-contoso");
    expect(await consent(browser, "ben", await begin(browser))).toBe(connectionPage("not_administrator"));
    expect(await storedConnections()).toEqual([]);
  });

  it("that is refused says admin_consent=True all the same, and connects nothing", async () => {
    const browser = await signedIn("anna", "tenant-contoso");
    const callback = await callbackOf(browser, await begin(browser, { decision: "cancel" }));
    expect(new URL(callback).searchParams.get("admin_consent")).toBe("True");
    expect(await browser.follow(callback)).toBe(connectionPage("refused"));
    expect(await storedConnections()).toEqual([]);
  });

  it("that names no tenant's id fails", async () => {
    const browser = await signedIn("anna", "tenant-contoso");
    const address = await begin(browser, { directory: "contoso.onmicrosoft.com" });
    expect(await browser.follow(address)).toBe(connectionPage("failed"));
  });

  it("is used once: a state that comes again leads home", async () => {
    const browser = await signedIn("anna", "tenant-contoso");
    const callback = await callbackOf(browser, await begin(browser));
    const signIn = await browser.follow(callback, isAuthorize);
    expect(await browser.follow(callback)).toBe(`${ORIGIN}/?consent=expired`);
    // So is the state of the sign-in.
    const proof = await browser.follow(hinted(signIn, "anna"), (url) => url.pathname === "/auth/connect/callback");
    expect(await browser.follow(proof)).toBe(connectionPage("connected"));
    expect(await browser.follow(proof)).toBe(`${ORIGIN}/?consent=expired`);
  });

  it("is of no use to another person or in another session, and stays good for its own", async () => {
    const [browser, elsewhere, other] = [
      await signedIn("anna", "tenant-contoso"),
      await signedIn("anna"),
      await signedIn("ben", "tenant-contoso"),
    ];
    const callback = await callbackOf(browser, await begin(browser));
    for (const foreign of [elsewhere, other]) expect(await foreign.follow(callback)).toBe(`${ORIGIN}/?consent=expired`);
    const stranger = new Browser(app, worker);
    expect(await problemOf(await stranger.send(callback))).toMatchObject({ status: 401 });
    expect(await browser.follow(callback, isAuthorize)).toContain("/oauth2/v2.0/authorize");
    expect(await storedConnections()).toEqual([]);
  });

  it("is over after ten minutes", async () => {
    const browser = await signedIn("anna", "tenant-contoso");
    const callback = await callbackOf(browser, await begin(browser));
    vi.useFakeTimers({ now: Date.now() + CONSENT_MS + 1_000, toFake: ["Date"] });
    expect(await browser.follow(callback)).toBe(`${ORIGIN}/?consent=expired`);
  });

  it("of a person who is no owner any more is not taken", async () => {
    const browser = await signedIn("anna", "tenant-contoso");
    const callback = await callbackOf(browser, await begin(browser));
    const signIn = await browser.follow(callback, isAuthorize);
    await env.DATABASE.prepare("update memberships set role = 'manager' where tenant_id = 'tenant-contoso'").run();
    expect(await browser.follow(hinted(signIn, "anna"))).toBe(`${ORIGIN}/?consent=forbidden`);
    expect(await storedConnections()).toEqual([]);
  });

  it("for a Microsoft tenant that another tenant has is refused, and says nothing of the other", async () => {
    const browser = await signedIn("anna", "tenant-contoso", "tenant-fabrikam");
    expect(await consent(browser, "anna", await begin(browser))).toBe(connectionPage("connected"));
    const second = await consent(browser, "anna", await begin(browser, { tenant: "fabrikam" }));
    expect(second).toBe(`${ORIGIN}/t/fabrikam/settings/connection?consent=taken&connection=read`);
    expect(await storedConnections("tenant-fabrikam")).toEqual([]);
  });

  it("cannot be begun for a purpose that the deployment has no application for", async () => {
    const browser = await signedIn("anna", "tenant-contoso");
    const response = await browser.ask("/api/tenants/contoso/connection/consent", {
      method: "POST",
      body: JSON.stringify({ purpose: "write" }),
    });
    expect(await problemOf(response)).toMatchObject({ status: 409, code: "consent_not_offered" });
  });
});
