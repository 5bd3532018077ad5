/** Signing in and out against a provider that is not ours (`oidc-provider`), at the addresses of Microsoft Entra ID. */
import { afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { z } from "zod";
import { SESSION_COOKIE, SIGN_IN_COOKIE } from "../../src/access/cookies.ts";
import { meSchema, sessionListSchema } from "../../src/contract/access.ts";
import { routes } from "../../src/contract/routes/all.ts";
import { createApp } from "../../src/http/routing/app.ts";
import { allServed } from "../../src/http/served-routes.ts";
import { sha256Hex } from "../../src/digests/sha256.ts";
import { Browser } from "./browser.ts";
import { ORIGIN, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const ENTRA = {
  tenantId: "11111111-2222-4333-8444-555555555555",
  clientId: "99999999-8888-4777-8666-555555555555",
  clientSecret: "entra-client-secret-of-the-tests",
};
const provider = inject("identityUrl");
const entraEnv = {
  ...env,
  TENANTATLAS_LOCAL_MODE: "0",
  TENANTATLAS_IDENTITY: "entra",
  TENANTATLAS_ORIGIN: ORIGIN,
  TENANTATLAS_ENTRA_TENANT: ENTRA.tenantId,
  TENANTATLAS_ENTRA_CLIENT_ID: ENTRA.clientId,
  TENANTATLAS_ENTRA_CLIENT_SECRET: ENTRA.clientSecret,
  TENANTATLAS_ENTRA_LOGIN_URL: provider,
};
const app = createApp(allServed());
const isCallback = (url: URL) => url.pathname === "/auth/callback";

beforeAll(seedDemoData);
afterEach(() => {
  vi.useRealTimers();
});

const newBrowser = (environment: object = entraEnv) => new Browser(app, environment);

/** Goes to the provider as the console leads there, and says there who it is. Stops before coming back where `stop` says so. */
async function signIn(
  browser: Browser,
  as: string,
  { returnTo = "/", stop }: { returnTo?: string; stop?: (url: URL) => boolean } = {},
): Promise<string> {
  const begun = await browser.send(`/auth/sign-in?${new URLSearchParams({ returnTo }).toString()}`);
  expect(begun.status).toBe(303);
  const location = new URL(begun.headers.get("location") ?? "");
  location.searchParams.set("login_hint", as);
  return browser.follow(location.href, stop);
}

async function me(browser: Browser) {
  return meSchema.parse(await (await browser.ask("/api/me")).json());
}

async function statusOfMe(browser: Browser): Promise<number> {
  const response = await browser.ask("/api/me");
  await response.body?.cancel();
  return response.status;
}

async function addMember(userId: string): Promise<void> {
  await env.DATABASE.prepare(
    "insert into memberships (tenant_id, user_id, role) values ('tenant-contoso', ?, 'operator')",
  )
    .bind(userId)
    .run();
}

describe("a sign-in at Microsoft Entra ID", () => {
  it("is what a stranger is asked for, and leads back to the page that they wanted", async () => {
    const browser = newBrowser();
    const refused = await problemOf(await browser.ask("/api/me"));
    expect(refused).toMatchObject({ status: 401, code: "unauthenticated", signInPath: "/auth/sign-in" });
    expect(await signIn(browser, "anna", { returnTo: "/t/contoso/findings?severity=high" })).toBe(
      `${ORIGIN}/t/contoso/findings?severity=high`,
    );
    expect(await me(browser)).toMatchObject({
      identity: "entra",
      user: { name: "Anna Admin", email: "anna@fabrikam.example" },
      tenants: [],
    });
  });

  it("knows people by tenant and object id: the same person again, and another one with the same address", async () => {
    const [first, second, other] = [newBrowser(), newBrowser(), newBrowser()];
    await signIn(first, "anna");
    await signIn(second, "anna");
    await signIn(other, "ben");
    const [anna, again, ben] = [await me(first), await me(second), await me(other)];
    expect(again.user).toEqual(anna.user);
    expect(ben.user.email).toBe(anna.user.email);
    expect(ben.user.id).not.toBe(anna.user.id);
  });

  it("gives a stranger with a member's address nothing of theirs", async () => {
    await env.DATABASE.prepare("update users set email = 'anna@fabrikam.example' where id = 'user-owner'").run();
    const browser = newBrowser();
    await signIn(browser, "anna");
    expect((await me(browser)).tenants).toEqual([]);
    await seedDemoData();
    await env.DATABASE.prepare("update users set email = 'owner@example.test' where id = 'user-owner'").run();
  });

  it("leads home instead of to another site", async () => {
    for (const returnTo of [
      "//evil.example/",
      "https://evil.example/",
      "\\\\evil.example",
      "javascript:alert(1)",
      "/\\evil.example",
    ]) {
      expect(await signIn(newBrowser(), "anna", { returnTo })).toBe(`${ORIGIN}/`);
    }
  });

  it("begins at the address that the product is known by, where its cookies will be", async () => {
    const begun = await app.fetch(new Request("http://127.0.0.1:8787/auth/sign-in?returnTo=/t/contoso"), entraEnv);
    expect(begun.status).toBe(303);
    expect(begun.headers.get("location")).toBe(`${ORIGIN}/auth/sign-in?returnTo=/t/contoso`);
    expect(begun.headers.getSetCookie()).toEqual([]);
  });

  it("keeps its cookies from scripts, other hosts and other sites, and stores no token", async () => {
    const browser = newBrowser();
    const back = await signIn(browser, "anna", { stop: isCallback });
    const finished = await browser.send(back);
    const cookies = finished.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-[\w-]+=[\w-]*; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    }
    const token = browser.cookiesOf(ORIGIN).get(SESSION_COOKIE) ?? "";
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(browser.cookiesOf(ORIGIN).has(SIGN_IN_COOKIE)).toBe(false);
    const { results } = await env.DATABASE.prepare("select * from sessions").all();
    expect(JSON.stringify(results)).not.toContain(token);
    expect(JSON.stringify(results)).toContain(await sha256Hex(token));
  });

  it("does not open the session that a browser brought along", async () => {
    const browser = newBrowser();
    browser.cookiesOf(ORIGIN).set(SESSION_COOKIE, "fixed-by-somebody-else");
    await signIn(browser, "anna");
    expect(browser.cookiesOf(ORIGIN).get(SESSION_COOKIE)).not.toBe("fixed-by-somebody-else");
  });

  it("is refused when the person cancels", async () => {
    expect(await signIn(newBrowser(), "nobody")).toBe(`${ORIGIN}/signed-out?problem=refused`);
  });

  it("does not count in another browser, with another state, from another issuer, or too late", async () => {
    const elsewhere = await signIn(newBrowser(), "anna", { stop: isCallback });
    expect(await newBrowser().follow(elsewhere)).toBe(`${ORIGIN}/signed-out?problem=expired`);

    const mixed = newBrowser();
    await signIn(mixed, "anna", { stop: isCallback });
    expect(await mixed.follow(elsewhere)).toBe(`${ORIGIN}/signed-out?problem=failed`);

    const foreign = newBrowser();
    const answer = new URL(await signIn(foreign, "anna", { stop: isCallback }));
    answer.searchParams.set("iss", "https://login.evil.example/v2.0");
    expect(await foreign.follow(answer.href)).toBe(`${ORIGIN}/signed-out?problem=failed`);

    const late = newBrowser();
    const back = await signIn(late, "anna", { stop: isCallback });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11 * 60_000 });
    expect(await late.follow(back)).toBe(`${ORIGIN}/signed-out?problem=expired`);

    for (const browser of [mixed, foreign, late]) expect(await statusOfMe(browser)).toBe(401);
  });

  it("counts once: a code that is sent again opens nothing", async () => {
    const browser = newBrowser();
    const back = await signIn(browser, "anna", { stop: isCallback });
    const kept = browser.cookiesOf(ORIGIN).get(SIGN_IN_COOKIE) ?? "";
    await browser.follow(back);
    const thief = newBrowser();
    thief.cookiesOf(ORIGIN).set(SIGN_IN_COOKIE, kept);
    expect(await thief.follow(back)).toBe(`${ORIGIN}/signed-out?problem=failed`);
    expect(await statusOfMe(thief)).toBe(401);
  });

  it("goes on when the provider renews its keys", async () => {
    await fetch(`${provider}/_rotate-keys`, { method: "POST" });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    const browser = newBrowser();
    await signIn(browser, "anna");
    expect(await statusOfMe(browser)).toBe(200);
  });

  it("is 503 when the provider does not answer", async () => {
    const browser = newBrowser();
    const back = await signIn(browser, "anna", { stop: isCallback });
    const dead = new Browser(app, { ...entraEnv, TENANTATLAS_ENTRA_LOGIN_URL: "http://127.0.0.1:9" });
    dead.cookiesOf(ORIGIN).set(SIGN_IN_COOKIE, browser.cookiesOf(ORIGIN).get(SIGN_IN_COOKIE) ?? "");
    expect(await problemOf(await dead.send(back))).toMatchObject({ status: 503 });
  });

  it("has no address where people do not sign in here", async () => {
    for (const path of ["/auth/sign-in", "/auth/callback"]) {
      expect(await problemOf(await request(path))).toMatchObject({ status: 404 });
    }
  });
});

describe("a session", () => {
  const signOutOf = (browser: Browser, everywhere: boolean) =>
    browser.ask("/api/session/sign-out", { method: "POST", body: JSON.stringify({ everywhere }) });

  it("ends where its person signs out, and goes on elsewhere", async () => {
    const [here, there] = [newBrowser(), newBrowser()];
    await signIn(here, "anna");
    await signIn(there, "anna");
    const token = here.cookiesOf(ORIGIN).get(SESSION_COOKIE) ?? "";
    const response = await signOutOf(here, false);
    const { continueAt } = routes.signIn.signOut.answer.parse(await response.json());
    const leaving = new URL(continueAt);
    expect(leaving.origin + leaving.pathname).toBe(`${provider}/${ENTRA.tenantId}/oauth2/v2.0/logout`);
    expect(leaving.searchParams.get("post_logout_redirect_uri")).toBe(`${ORIGIN}/signed-out`);
    expect(here.cookiesOf(ORIGIN).has(SESSION_COOKIE)).toBe(false);
    here.cookiesOf(ORIGIN).set(SESSION_COOKIE, token);
    expect([await statusOfMe(here), await statusOfMe(there)]).toEqual([401, 200]);
  });

  it("ends in all browsers of its person when they say so, and in nobody else's", async () => {
    const [here, there, bens] = [newBrowser(), newBrowser(), newBrowser()];
    await signIn(here, "anna");
    await signIn(there, "anna");
    await signIn(bens, "ben");
    await (await signOutOf(here, true)).body?.cancel();
    expect([await statusOfMe(here), await statusOfMe(there), await statusOfMe(bens)]).toEqual([401, 401, 200]);
  });

  it("changes nothing and opens no socket for another site's page, nor for one that does not say where it is", async () => {
    const browser = newBrowser();
    await signIn(browser, "anna");
    await addMember((await me(browser)).user.id);
    const foreign: Record<string, string>[] = [
      {},
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
    ];
    for (const headers of foreign) {
      const attempts = [
        browser.send("/api/session/sign-out", {
          method: "POST",
          body: JSON.stringify({ everywhere: true }),
          headers: { ...headers, "content-type": "application/json" },
        }),
        browser.send("/api/tenants/contoso/activity/live", { headers: { ...headers, upgrade: "websocket" } }),
      ];
      for (const attempt of attempts) {
        expect(await problemOf(await attempt)).toMatchObject({ status: 403, code: "forbidden_origin" });
      }
    }
    expect(await statusOfMe(browser)).toBe(200);
    const own = await browser.send("/api/session/sign-out", {
      method: "POST",
      body: "{}",
      headers: { origin: ORIGIN, "content-type": "application/json" },
    });
    expect(own.status).toBe(200);
  });

  it("takes its open sockets along, and those of no other session", async () => {
    const [here, there] = [newBrowser(), newBrowser()];
    await signIn(here, "ben");
    await signIn(there, "ben");
    await addMember((await me(here)).user.id);
    const closed: Promise<number>[] = [];
    const open = async (browser: Browser) => {
      const { webSocket } = await browser.ask("/api/tenants/contoso/activity/live", {
        headers: { upgrade: "websocket" },
      });
      if (!webSocket) throw new Error("no socket");
      webSocket.accept();
      closed.push(new Promise((resolve) => webSocket.addEventListener("close", ({ code }) => resolve(code))));
      return webSocket;
    };
    await open(here);
    const other = await open(there);
    await (await signOutOf(here, false)).body?.cancel();
    expect(await closed[0]).toBe(4001);
    expect(other.readyState).toBe(WebSocket.OPEN);
    other.close();
  });

  it("is listed for its person, ended by another one of theirs, and noted outside of tenants", async () => {
    const [here, there, bens] = [newBrowser(), newBrowser(), newBrowser()];
    await signIn(here, "anna");
    await signIn(there, "anna");
    await signIn(bens, "ben");
    const list = async (browser: Browser) =>
      sessionListSchema.parse(await (await browser.ask("/api/sessions")).json()).items;
    const mine = (await list(there)).find(({ current }) => current);
    const end = (browser: Browser) =>
      browser.ask(`/api/sessions/${mine?.id ?? ""}/end`, { method: "POST", body: "{}" });
    expect((await list(here)).map(({ id }) => id)).toContain(mine?.id);
    expect(await problemOf(await end(bens))).toMatchObject({ status: 404 });
    expect((await end(here)).status).toBe(200);
    expect([await statusOfMe(here), await statusOfMe(there)]).toEqual([200, 401]);
    const { results } = await env.DATABASE.prepare(
      "select action from audit_events where tenant_id = 'platform' and target_id = ? order by seq",
    )
      .bind(mine?.id ?? "")
      .all();
    expect(results).toEqual([{ action: "session.begin" }, { action: "session.end" }]);
  });

  it("is noted when it is refused, and strangers do not flood the log", async () => {
    const told: number[] = [];
    for (const times of [3, 30]) {
      for (let time = 0; time < times; time += 1)
        await (await newBrowser().send("/auth/callback?code=a&state=b")).body?.cancel();
      const { results } = await env.DATABASE.prepare(
        "select id from audit_events where tenant_id = 'platform' and action = 'session.refuse'",
      ).all();
      told.push(results.length);
    }
    expect(told[0]).toBeGreaterThan(0);
    expect(told[1]).toBe(20);
  });

  it("is nobody's whose access is disabled", async () => {
    const browser = newBrowser();
    await signIn(browser, "ben");
    const { user } = await me(browser);
    const disable = (at: number | null) =>
      env.DATABASE.prepare("update users set disabled_at = ? where id = ?").bind(at, user.id).run();
    await disable(Date.now());
    expect(await statusOfMe(browser)).toBe(401);
    expect(await signIn(newBrowser(), "ben")).toBe(`${ORIGIN}/signed-out?problem=disabled`);
    await disable(null);
    expect(await statusOfMe(browser)).toBe(200);
  });

  it("is not opened by the header of local mode, by credentials, or by a cookie of somebody's making", async () => {
    const attempts: Record<string, string>[] = [
      { "x-local-user": "owner@example.test" },
      { authorization: "Bearer something" },
      { cookie: `${SESSION_COOKIE}=${"A".repeat(43)}` },
      { cookie: `${SESSION_COOKIE}=` },
      { "cf-access-jwt-assertion": "a.b.c" },
    ];
    for (const headers of attempts) {
      const response = await app.fetch(new Request(`${ORIGIN}/api/me`, { headers }), entraEnv);
      expect((await problemOf(response)).status).toBe(401);
    }
  });
});

describe("local mode and Cloudflare Access", () => {
  it("have no session to end", async () => {
    const response = await request("/api/session/sign-out", {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect(z.object({ continueAt: z.string() }).parse(await response.json())).toEqual({ continueAt: "/signed-out" });
  });
});
