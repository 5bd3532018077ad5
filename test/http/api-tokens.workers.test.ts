/** API tokens: made, used, listed, revoked; and people who are disabled. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { meSchema, platformPersonListSchema } from "../../src/contract/access.ts";
import { apiTokenListSchema, toldApiTokenSchema } from "../../src/contract/api-tokens.ts";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import type { Run } from "../../src/contract/runs.ts";
import { callActivityHub } from "../../src/runs/reading/activity-hub.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const NEW = { name: "Nightly sync", tenantIds: ["contoso"], capabilities: ["operations.read"], expiresInDays: 30 };

beforeEach(async () => {
  await env.DATABASE.batch(
    ["api_token_tenants", "api_tokens", "memberships"].map((table) => env.DATABASE.prepare(`delete from ${table}`)),
  );
  await env.DATABASE.prepare("update users set disabled_at = null, platform_administrator_since = null").run();
  await seedDemoData();
});
afterEach(() => {
  vi.useRealTimers();
});

async function make(change: object = {}, as = "owner") {
  const response = await post("/api/api-tokens", { ...NEW, ...change }, { as });
  expect(response.status).toBe(201);
  return toldApiTokenSchema.parse(await response.json());
}

function by(token: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  return request(path, { ...init, headers });
}
const list = async (as = "owner", tenant = "contoso") =>
  apiTokenListSchema.parse(await (await request(`/api/tenants/${tenant}/api-tokens`, { as })).json()).items;
const revoke = (id: string, as = "owner", tenant = "contoso") =>
  post(`/api/tenants/${tenant}/api-tokens/${id}/revoke`, {}, { as });
const events = async (tenant = "contoso") =>
  auditEventListSchema.parse(await (await request(`/api/tenants/${tenant}/audit-events`)).json()).items;

/** A token's open socket, with the code with which the server will close it. */
async function follow(token: string) {
  const { webSocket } = await by(token, "/api/tenants/contoso/activity/live", { headers: { upgrade: "websocket" } });
  if (!webSocket) throw new Error("no socket");
  webSocket.accept();
  const closed = new Promise<number>((resolve) => webSocket.addEventListener("close", ({ code }) => resolve(code)));
  return { closed };
}

describe("an API token", () => {
  it("lets a program in without a browser's evidence, as its maker and no further than it was made for", async () => {
    const { apiToken, token } = await make({ capabilities: ["operations.read", "backup.write"] });
    expect(token).toMatch(new RegExp(`^ta_${apiToken.id}_[\\w-]{43}$`));
    const me = meSchema.parse(await (await by(token, "/api/me")).json());
    expect(me).toMatchObject({
      user: { id: "user-owner" },
      apiToken: { id: apiToken.id, name: "Nightly sync", expiresAt: apiToken.expiresAt },
      tenants: [{ slug: "contoso", capabilities: ["tenant.read", "operations.read", "backup.write"] }],
    });
    const made = await by(token, "/api/tenants/contoso/backup-sets", {
      method: "POST",
      body: JSON.stringify({ name: "By a program" }),
      headers: { "content-type": "application/json" },
    });
    expect(made.status).toBe(201);
    expect(await problemOf(await by(token, "/api/tenants/contoso/inventory/policies"))).toMatchObject({ status: 403 });
    expect(await problemOf(await by(token, "/api/tenants/fabrikam"))).toMatchObject({ status: 404 });
    const event = (await events()).find(({ action }) => action === "backup-set.create");
    expect(event).toMatchObject({ actor: { id: "user-owner" }, origin: { way: "token", tokenId: apiToken.id } });
  });

  it("is worth what its maker may do at each use", async () => {
    const { token } = await make({ capabilities: ["inventory.sync", "operations.read"] }, "operator");
    const sync = () =>
      by(token, "/api/tenants/contoso/operations", {
        method: "POST",
        body: JSON.stringify({ type: "inventory.sync", input: { families: [] } }),
        headers: { "content-type": "application/json" },
      });
    expect((await sync()).status).toBe(202);
    await post("/api/tenants/contoso/members/user-operator/role", { role: "readonly" });
    expect(await problemOf(await sync())).toMatchObject({ status: 403 });
    await post("/api/tenants/contoso/members/user-operator/remove", {});
    expect(await problemOf(await sync())).toMatchObject({ status: 401 });
  });

  it("is made of nothing that its maker lacks, of no other tenant, and for a year at most", async () => {
    const refused: [object, string][] = [
      [{ capabilities: ["restore.execute"] }, "operator"],
      [{ capabilities: ["members.manage"] }, "owner"],
      [{ tenantIds: ["outside"] }, "owner"],
      [{ tenantIds: ["no-such-tenant"] }, "owner"],
      [{ tenantIds: [] }, "owner"],
      [{ capabilities: [] }, "owner"],
      [{ expiresInDays: 366 }, "owner"],
      [{ expiresInDays: 0 }, "owner"],
      [{ name: " " }, "owner"],
    ];
    for (const [change, as] of refused) {
      expect(await problemOf(await post("/api/api-tokens", { ...NEW, ...change }, { as }))).toMatchObject({
        status: 400,
      });
    }
    const [other, none] = await Promise.all(
      ["outside", "no-such-tenant"].map(async (tenant) => {
        const { requestId: _, ...problem } = await problemOf(
          await post("/api/api-tokens", { ...NEW, tenantIds: [tenant] }),
        );
        return problem;
      }),
    );
    expect(other).toEqual(none);
  });

  it("is stored as a hash, and told once", async () => {
    const { apiToken, token } = await make();
    const secret = token.slice(-43);
    for (const table of ["api_tokens", "api_token_tenants", "audit_events"]) {
      const { results } = await env.DATABASE.prepare(`select * from ${table}`).all();
      expect(JSON.stringify(results)).not.toContain(secret);
    }
    expect(JSON.stringify(await list())).not.toContain(secret);
    expect((await list())[0]).toEqual(apiToken);
    const event = (await events()).find(({ action, target }) => action === "token.create" && target.id === apiToken.id);
    expect(event?.detail).toEqual({
      name: "Nightly sync",
      capabilities: apiToken.capabilities,
      expiresAt: apiToken.expiresAt,
    });
  });

  it("is noted as used, once an hour", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { token } = await make();
    expect((await list())[0]?.lastUsedAt).toBeNull();
    const start = Date.now();
    for (const [after, noted] of [
      [1_000, 1_000],
      [3_000_000, 1_000],
      [3_602_000, 3_602_000],
    ] as const) {
      vi.setSystemTime(start + after);
      await (await by(token, "/api/me")).body?.cancel();
      expect((await list())[0]?.lastUsedAt).toBe(new Date(start + noted).toISOString());
    }
  });

  it("ends by itself: requests are refused, and its socket gets nothing more", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { token } = await make({ expiresInDays: 1 });
    const { closed } = await follow(token);
    vi.setSystemTime(Date.now() + 86_400_000);
    expect(await problemOf(await by(token, "/api/me"))).toMatchObject({ status: 401, code: "unauthenticated" });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only its being sent on matters here
    await callActivityHub(env, "tenant-contoso", (hub) => hub.publish({} as Run));
    expect(await closed).toBe(4001);
    expect((await list())[0]?.state).toBe("over");
  });

  it("is revoked by its maker everywhere, and its sockets are closed", async () => {
    const { apiToken, token } = await make({ tenantIds: ["contoso", "fabrikam"] });
    const { closed } = await follow(token);
    expect((await revoke(apiToken.id)).status).toBe(200);
    expect(await closed).toBe(4001);
    expect(await problemOf(await by(token, "/api/me"))).toMatchObject({ status: 401 });
    expect((await revoke(apiToken.id)).status).toBe(200);
    for (const tenant of ["contoso", "fabrikam"]) {
      const told = (await events(tenant)).filter(
        ({ action, target }) => action === "token.revoke" && target.id === apiToken.id,
      );
      expect(told).toHaveLength(1);
      expect((await list("owner", tenant))[0]?.state).toBe("revoked");
    }
  });

  it("of another member is seen and ended by owners, for their tenant alone", async () => {
    const { apiToken, token } = await make({ tenantIds: ["contoso", "fabrikam"] }, "operator");
    expect((await list("manager")).map(({ id }) => id)).toEqual([]);
    expect((await list("owner")).map(({ id }) => id)).toEqual([apiToken.id]);
    expect(await problemOf(await revoke(apiToken.id, "manager"))).toMatchObject({ status: 404 });
    expect(await problemOf(await revoke(apiToken.id, "outsider", "outside"))).toMatchObject({ status: 404 });
    expect((await revoke(apiToken.id, "owner")).status).toBe(200);
    expect(await problemOf(await by(token, "/api/tenants/contoso"))).toMatchObject({ status: 404 });
    expect((await by(token, "/api/tenants/fabrikam")).status).toBe(200);
  });

  it("makes, lists and revokes no tokens", async () => {
    const { apiToken, token } = await make();
    const send = (path: string, body: object) =>
      by(token, path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
    for (const response of [
      await send("/api/api-tokens", NEW),
      await send(`/api/tenants/contoso/api-tokens/${apiToken.id}/revoke`, {}),
      await by(token, "/api/tenants/contoso/api-tokens"),
    ]) {
      expect(await problemOf(response)).toMatchObject({ status: 403, detail: "An API token may not do this." });
    }
  });

  it("is refused for what is none", async () => {
    const { token } = await make();
    for (const sent of [`${token}x`, token.slice(0, -1), token.toUpperCase(), "ta_", "ta_a_b"]) {
      expect(await problemOf(await by(sent, "/api/me"))).toMatchObject({ status: 401 });
    }
  });
});

describe("a person who is disabled", () => {
  const administer = () =>
    env.DATABASE.prepare("update users set platform_administrator_since = 1 where id = 'user-outsider'").run();
  const person = (id: string, act: "disable" | "enable") =>
    post(`/api/platform/people/${id}/${act}`, {}, { as: "outsider" });

  it("is refused at once, with their tokens, and their sockets are closed; and comes back with what they had", async () => {
    await administer();
    const { token } = await make({}, "operator");
    const { closed } = await follow(token);
    expect((await person("user-operator", "disable")).status).toBe(200);
    expect(await closed).toBe(4001);
    expect(await problemOf(await by(token, "/api/me"))).toMatchObject({ status: 401 });
    expect(await problemOf(await request("/api/me", { as: "operator" }))).toMatchObject({ status: 401 });
    expect((await person("user-operator", "disable")).status).toBe(200);
    const people = platformPersonListSchema.parse(
      await (await request("/api/platform/people", { as: "outsider" })).json(),
    );
    expect(people.items.filter(({ disabledAt }) => disabledAt !== null).map(({ id }) => id)).toEqual(["user-operator"]);
    expect((await person("user-operator", "enable")).status).toBe(200);
    expect((await by(token, "/api/tenants/contoso")).status).toBe(200);
    const log = await request("/api/platform/audit-events", { as: "outsider" });
    const { items } = auditEventListSchema.parse(await log.json());
    const told = items.filter(({ action }) => action.startsWith("person."));
    expect(told.map(({ action, actor, detail }) => ({ action, actor: actor?.id, detail }))).toEqual([
      { action: "person.enable", actor: "user-outsider", detail: { name: "Oksana Operator" } },
      { action: "person.disable", actor: "user-outsider", detail: { name: "Oksana Operator" } },
    ]);
  });

  it("is never the one who disables, nor one who never was", async () => {
    await administer();
    expect(await problemOf(await person("user-outsider", "disable"))).toMatchObject({ code: "disables_oneself" });
    expect(await problemOf(await person("no-such-person", "disable"))).toMatchObject({ status: 404 });
  });
});
