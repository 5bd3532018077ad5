import { beforeAll, describe, expect, it, vi } from "vitest";
import { meSchema } from "../../src/contract/access.ts";
import { createApp } from "../../src/http/routing/app.ts";
import { allServed } from "../../src/http/served-routes.ts";
import { ORIGIN, problemOf, request, seedDemoData } from "../http/demo.ts";
import { env } from "../support/environment.ts";

beforeAll(seedDemoData);

/** The log events of a call. */
async function eventsOf(call: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  try {
    await call();
    return warn.mock.calls.map(([line]) => JSON.parse(String(line)));
  } finally {
    warn.mockRestore();
  }
}

async function ask(url: string, headers: Record<string, string> = {}, environment: object = env): Promise<Response> {
  return createApp(allServed()).fetch(new Request(url, { headers }), environment);
}

describe("local identities", () => {
  it("takes a request without credentials for the owner", async () => {
    const me = meSchema.parse(await (await request("/api/me")).json());
    expect(me.user.email).toBe("owner@example.test");
    expect(me.tenants.map(({ slug, role }) => `${slug} ${role}`)).toEqual(["contoso owner", "fabrikam owner"]);
  });

  it.each(["manager", "operator", "readonly"])("takes the named %s at their word, with that role", async (as) => {
    const me = meSchema.parse(await (await request("/api/me", { as })).json());
    expect(me.user.email).toBe(`${as}@example.test`);
    expect(me.tenants.map(({ slug, role }) => `${slug} ${role}`)).toEqual([`contoso ${as}`, `fabrikam ${as}`]);
  });

  it("gives the outsider nothing but their own tenant", async () => {
    const me = meSchema.parse(await (await request("/api/me", { as: "outsider" })).json());
    expect(me.tenants.map(({ slug }) => slug)).toEqual(["outside"]);
    const tenants = await (await request("/api/tenants", { as: "outsider" })).json();
    expect(tenants).toEqual({ items: me.tenants, nextCursor: null });
  });

  it("refuses a person that nobody has seeded", async () => {
    expect(await problemOf(await request("/api/me", { as: "nobody" }))).toMatchObject({
      status: 401,
      code: "unauthenticated",
    });
  });

  it.each(["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787"])("answers at %s", async (origin) => {
    expect((await ask(`${origin}/api/me`)).status).toBe(200);
  });

  it.each([
    "http://evil.example",
    "http://192.168.1.20:8787",
    "http://localhost.evil.example",
    "http://127.0.0.1.nip.example",
  ])("refuses a request to the host of %s and says why in the log", async (origin) => {
    let response = new Response();
    const events = await eventsOf(async () => (response = await ask(`${origin}/api/me`)));
    expect((await problemOf(response)).status).toBe(401);
    expect(events).toMatchObject([{ event: "request_refused", reason: "local_identity_host_not_loopback" }]);
  });

  it("refuses a Host that is not this machine even where the address claims that it is", async () => {
    expect((await ask(`${ORIGIN}/api/me`, { host: "evil.example" })).status).toBe(401);
    expect((await ask(`${ORIGIN}/api/me`, { host: "localhost:8787" })).status).toBe(200);
  });

  it("takes nobody for the owner whose credentials it cannot judge", async () => {
    expect((await ask(`${ORIGIN}/api/me`, { authorization: "Bearer something" })).status).toBe(401);
  });
});

describe("outside local mode", () => {
  it.each(["0", "", undefined])(
    "refuses everybody with 401 and says why in the log (local mode %o)",
    async (localMode) => {
      const deployed = { ...env, TENANTATLAS_LOCAL_MODE: localMode };
      let response = new Response();
      const headers = { "x-local-user": "owner@example.test" };
      const events = await eventsOf(async () => (response = await ask(`${ORIGIN}/api/me`, headers, deployed)));
      expect(await problemOf(response)).toMatchObject({ status: 401, code: "unauthenticated" });
      expect(events).toMatchObject([{ event: "request_refused", reason: "identity_provider_not_configured" }]);
    },
  );

  it("still answers the health check", async () => {
    expect((await ask(`${ORIGIN}/healthz`, {}, { ...env, TENANTATLAS_LOCAL_MODE: "0" })).status).toBe(200);
  });
});
