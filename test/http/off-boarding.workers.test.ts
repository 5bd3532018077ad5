import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { auditEventListSchema } from "../../src/contract/audit-events.ts";
import { offboardingListSchema, offboardingSchema, tenantClosingSchema } from "../../src/contract/offboarding.ts";
import { startedOperationSchema } from "../../src/contract/runs.ts";
import { routes } from "../../src/contract/routes/all.ts";
import type { RouteTable } from "../../src/contract/routes/route.ts";
import { newApiToken } from "../../src/access/api-tokens.ts";
import { offBoardTenants } from "../../src/runs/edge/offboarding/off-board-tenants.ts";
import { waitFor } from "../support/wait.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const BASE = "/api/tenants/fabrikam";
const BODY = { name: "Fabrikam", reason: "The contract ends", days: 2 };
const later = (minutes = 0) => Date.now() + 3 * 86_400_000 + minutes * 60_000;

beforeAll(async () => {
  await seedDemoData();
  await env.DATABASE.prepare("update users set platform_administrator_since = 1 where id = 'user-outsider'").run();
});

async function closing(as = "owner") {
  return tenantClosingSchema.parse(await (await request(`${BASE}/closing`, { as })).json());
}

describe("asking for a tenant's deletion", () => {
  it("takes the tenant's name and a reason, of an owner", async () => {
    expect(await closing("readonly")).toEqual({ offboarding: null, latestExport: null, changedSinceExport: null });
    expect(await problemOf(await post(`${BASE}/closing`, { ...BODY, name: "Contoso" }))).toMatchObject({
      status: 400,
      fields: [{ path: "name", message: "is not the tenant's name" }],
    });
    for (const wrong of [
      { ...BODY, reason: " " },
      { ...BODY, days: 0 },
      { ...BODY, days: 31 },
    ]) {
      expect((await post(`${BASE}/closing`, wrong)).status).toBe(400);
    }
    expect((await post(`${BASE}/closing`, BODY, { as: "manager" })).status).toBe(403);
    const response = await post(`${BASE}/closing`, BODY);
    expect(response.status).toBe(201);
    expect(tenantClosingSchema.parse(await response.json()).offboarding).toMatchObject({
      status: "waiting",
      reason: "The contract ends",
      requestedAs: "owner",
    });
    expect((await problemOf(await post(`${BASE}/closing`, BODY))).code).toBe("closing_already");
  });

  it("stops new operations, exports apart, and is told to members", async () => {
    const refused = await post(`${BASE}/operations`, { type: "inventory.sync", input: {} }, { as: "operator" });
    expect((await problemOf(refused)).code).toBe("tenant_closing");
    const started = await post(`${BASE}/operations`, { type: "tenant.export" });
    expect(started.status).toBe(202);
    const { run } = startedOperationSchema.parse(await started.json());
    // Its object may be forgotten once nothing is left for it to do.
    await waitFor("the export's object to rest", async () => {
      const done = await env.DATABASE.prepare("select 1 from operation_runs where id = ?1 and status = 'completed'")
        .bind(run.id)
        .first();
      const object = env.OPERATION_RUNS.getByName(run.id);
      const alarm = await runInDurableObject(object, (_, state) => state.storage.getAlarm());
      return done !== null && alarm === null ? true : null;
    });
    expect((await closing("readonly")).offboarding?.status).toBe("waiting");
  });

  it("can be withdrawn, and both logs tell of it", async () => {
    const response = await request(`${BASE}/closing/withdraw`, { method: "POST" });
    expect(tenantClosingSchema.parse(await response.json()).offboarding).toBeNull();
    expect((await problemOf(await request(`${BASE}/closing/withdraw`, { method: "POST" }))).code).toBe("not_closing");
    for (const [address, as] of [
      [`${BASE}/audit-events`, "owner"],
      ["/api/platform/audit-events", "outsider"],
    ] as const) {
      const { items } = auditEventListSchema.parse(await (await request(address, { as })).json());
      const told = items.filter(({ action }) => action.startsWith("tenant.")).map(({ action }) => action);
      expect(told.slice(0, 2)).toEqual(["tenant.keep", "tenant.close"]);
    }
  });
});

describe("a tenant that is deleted", () => {
  it("is deleted by those who run the product without a look into it, and is then as one that never was", async () => {
    expect((await request(`${BASE}/closing`, { as: "outsider" })).status).toBe(404);
    const { id: tokenId, token, secretHash } = await newApiToken();
    await env.DATABASE.batch([
      env.DATABASE.prepare(
        `insert into api_tokens (id, name, secret_hash, maker_id, capabilities, created_at, expires_at)
         values (?3, 'Nightly', ?1, 'user-owner', '["tenant.read"]', 1, ?2)`,
      ).bind(secretHash, Date.now() + 10 * 86_400_000, tokenId),
      env.DATABASE.prepare("insert into api_token_tenants (token_id, tenant_id) values (?1, 'tenant-fabrikam')").bind(
        tokenId,
      ),
    ]);
    const asked = await post("/api/platform/tenants/tenant-fabrikam/closing", BODY, { as: "outsider" });
    const { id } = offboardingSchema.parse(await asked.json());
    const proofOf = async () =>
      offboardingSchema.parse(await (await request(`/api/platform/offboardings/${id}`, { as: "outsider" })).json());
    for (let minute = 0; (await proofOf()).status !== "deleted"; minute += 1) {
      expect(minute, JSON.stringify(await proofOf())).toBeLessThan(60);
      await offBoardTenants(env, later(minute));
    }
    expect(await proofOf()).toMatchObject({
      requestedAs: "platform",
      tenant: { slug: "fabrikam" },
      removed: { runObjects: 1 },
    });
    const tables: RouteTable[] = Object.values(routes);
    const described = tables.flatMap((table) => Object.values(table));
    const ofTenants = described.filter(({ access }) => typeof access === "object");
    expect(ofTenants.length).toBeGreaterThan(60);
    for (const { method, path } of ofTenants) {
      const answers = [];
      for (const tenant of ["fabrikam", "tenant-fabrikam", "never-was"]) {
        const address = path.replace(":tenantId", tenant).replaceAll(/:\w+/g, "some-id");
        const headers = path.endsWith("/live") ? { upgrade: "websocket" } : {};
        const { requestId: _, ...problem } = await problemOf(await request(address, { method, headers }));
        answers.push(problem);
      }
      expect(answers, `${method} ${path}`).toEqual([answers[2], answers[2], answers[2]]);
      expect(answers[0]?.status).toBe(404);
    }
    const byToken = await request("/api/me", { headers: { authorization: `Bearer ${token}` } });
    expect(byToken.status).toBe(401);
    const list = await request("/api/platform/offboardings", { as: "outsider" });
    expect(offboardingListSchema.parse(await list.json()).items.map((each) => each.status)).toEqual([
      "deleted",
      "withdrawn",
    ]);
    expect((await request("/api/platform/offboardings", { as: "owner" })).status).toBe(403);
  });

  it("leaves its address and its Microsoft tenant free for a new one, which inherits nothing", async () => {
    const made = await post("/api/platform/tenants", { slug: "fabrikam", name: "Fabrikam" }, { as: "outsider" });
    expect(made.status).toBe(201);
    const read = async (path: string) => (await request(`${BASE}${path}`, { as: "outsider" })).json();
    expect(await read("/operations")).toMatchObject({ items: [] });
    expect(await read("/exports")).toMatchObject({ items: [] });
    expect(await read("/audit-events")).toMatchObject({ items: [{ action: "tenant.create" }] });
    expect(await read("/audit-events/head")).toMatchObject({ seq: 0, waiting: 1 });
  });
});
