import { beforeAll, describe, expect, inject, it } from "vitest";
import { type Permissions, permissionsSchema } from "../../src/contract/permissions.ts";
import { routes } from "../../src/contract/routes/all.ts";
import {
  beginPermissionCheck,
  CHECK_LEASE_MS,
  CHECK_REST_MS,
  endPermissionCheck,
  readPermissionCheck,
} from "../../src/database/tenancy/permission-checks.ts";
import { checkPermissions } from "../../src/graph-work/check-permissions.ts";
import { connectTenant } from "../../src/graph-work/connect.ts";
import { createApp } from "../../src/http/routing/app.ts";
import { allServed } from "../../src/http/served-routes.ts";
import { simulatedTenant, type SimulatedTenant } from "../operations/simulated-tenant.ts";
import { ORIGIN, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

beforeAll(seedDemoData);

/** As the product with the simulator's address: the runtime under test has none. */
async function ask(tenant: SimulatedTenant, method: "GET" | "POST"): Promise<{ status: number; body: Permissions }> {
  const path = `/api/tenants/${tenant.name}/permissions${method === "POST" ? "/check" : ""}`;
  const sent = new Request(`${ORIGIN}${path}`, { method, headers: { origin: ORIGIN } });
  const response = await createApp(allServed()).fetch(sent, { ...env, TENANTATLAS_GRAPH_URL: inject("simulatorUrl") });
  expect(Object.keys(routes.permissions.check.statuses)).toContain(String(response.status));
  return { status: response.status, body: permissionsSchema.parse(await response.json()) };
}

/** Lets the ten seconds pass in which the last check is the answer. */
async function later(tenant: SimulatedTenant): Promise<void> {
  await env.DATABASE.prepare("update permission_checks set ended_at = ended_at - ?2 where tenant_id = ?1")
    .bind(tenant.tenantId, CHECK_REST_MS)
    .run();
}

async function counters(tenant: SimulatedTenant) {
  const counted: unknown = await tenant.control("GET", "/counters");
  return counted;
}

describe("The permissions of a tenant", () => {
  it("are unknown until they are checked, then told with the time of the check, and stored without the token", async () => {
    const tenant = await simulatedTenant();
    expect((await ask(tenant, "GET")).body).toEqual({ check: null, failure: null, checkingSince: null });
    await tenant.control("POST", "/permissions", { remove: ["DeviceManagementScripts.Read.All"] });
    const before = Date.now();
    const { status, body } = await ask(tenant, "POST");
    expect(status).toBe(200);
    expect(Date.parse(body.check?.checkedAt ?? "")).toBeGreaterThanOrEqual(before);
    expect(body.check).toMatchObject({ application: "client", tokenNamesPermissions: true });
    const scripts = ["PowerShell scripts", "Shell scripts", "Custom attributes", "Remediations", "Compliance scripts"];
    expect(body.check?.missing).toEqual([
      { permission: "DeviceManagementScripts.Read.All", toRead: scripts, toWrite: scripts, toReadBeside: [] },
      { permission: "RoleManagement.Read.Directory", toRead: [], toWrite: [], toReadBeside: ["Directory roles"] },
      { permission: "DeviceManagementScripts.ReadWrite.All", toRead: [], toWrite: scripts, toReadBeside: [] },
    ]);
    expect((await ask(tenant, "GET")).body).toEqual(body);
    const stored = JSON.stringify(
      await readPermissionCheck(env.DATABASE, { tenantId: tenant.tenantId, purpose: "read" }),
    );
    expect(stored).not.toMatch(/eyJ|simulator-secret|PowerShell scripts/);
  });

  it("that were granted since are found by a new token, which later work uses as well", async () => {
    const tenant = await simulatedTenant();
    await tenant.control("PATCH", "/", { permissionsFrom: "token" });
    await tenant.control("POST", "/permissions", { remove: ["DeviceManagementScripts.Read.All"] });
    expect(await tenant.syncOne("shellScripts")).toMatchObject({ kind: "failed", reasonCode: "permission_missing" });
    await tenant.control("POST", "/permissions", { grant: ["DeviceManagementScripts.Read.All"] });
    // The token of before is still good, and lacks it.
    expect(await tenant.syncOne("shellScripts")).toMatchObject({ kind: "failed", reasonCode: "permission_missing" });
    const { check } = (await ask(tenant, "POST")).body;
    expect(check?.families.find(({ family }) => family === "shellScripts")).toMatchObject({
      reading: { state: "granted" },
      writing: { state: "missing", permissions: ["DeviceManagementScripts.ReadWrite.All"] },
    });
    expect(await tenant.syncOne("shellScripts")).toMatchObject({ kind: "succeeded" });
    expect(await counters(tenant)).toMatchObject({ tokensIssued: 2 });
  });

  it("are checked once when several people press at once, and again only after a moment", async () => {
    const tenant = await simulatedTenant();
    const answers = await Promise.all([ask(tenant, "POST"), ask(tenant, "POST"), ask(tenant, "POST")]);
    const ended = answers.filter(({ status }) => status === 200);
    expect(ended.length).toBeGreaterThan(0);
    for (const { body } of answers.filter(({ status }) => status === 202)) expect(body.checkingSince).not.toBeNull();
    const { body } = await ask(tenant, "POST");
    expect(body).toEqual(ended[0]?.body);
    expect(await counters(tenant)).toMatchObject({ tokensIssued: 1, families: { $batch: { requests: 3 } } });
    await later(tenant);
    expect((await ask(tenant, "POST")).body.check?.checkedAt).not.toBe(body.check?.checkedAt);
    expect(await counters(tenant)).toMatchObject({ tokensIssued: 2 });
  });

  it("stay as last found, with the reason beside them, when a later check cannot ask", async () => {
    const tenant = await simulatedTenant();
    const { body: found } = await ask(tenant, "POST");
    await later(tenant);
    await tenant.fault({ family: "token", status: 401, code: "invalid_client" });
    const { status, body } = await ask(tenant, "POST");
    expect([status, body.check]).toEqual([200, found.check]);
    expect(body.failure).toMatchObject({
      code: "credentials_rejected",
      message: expect.stringMatching(/client secret/),
    });
    // Work goes on with the token that it has.
    expect(await tenant.syncOne("filters")).toMatchObject({ kind: "succeeded" });
    await tenant.control("DELETE", "/faults");
    await later(tenant);
    expect((await ask(tenant, "POST")).body.failure).toBeNull();
  });

  it("of a tenant that is not connected cannot be checked, and the answer says so", async () => {
    const { tenantId, ...tenant } = await simulatedTenant();
    await env.DATABASE.prepare("delete from tenant_connections where tenant_id = ?").bind(tenantId).run();
    await checkPermissions({ tenantId, purpose: "read" }, "user-owner", env);
    const body: unknown = await (await request(`/api/tenants/${tenant.name}/permissions`)).json();
    expect(body).toMatchObject({ check: null, failure: { code: "not_connected" }, checkingSince: null });
  });

  it("are for readers to see, and for those who may read the tenant to check", async () => {
    const address = "/api/tenants/contoso/permissions";
    expect((await request(address, { as: "readonly" })).status).toBe(200);
    expect((await request(`${address}/check`, { method: "POST", as: "readonly" })).status).toBe(403);
    expect((await request(`${address}/check`, { method: "POST", as: "operator" })).status).toBe(200);
    expect((await request(`${address}/check`, { method: "POST", as: "outsider" })).status).toBe(404);
  });
});

describe("A check", () => {
  it("that was cut off is over after its lease, and stores nothing once another has begun", async () => {
    const { tenantId } = await simulatedTenant();
    const checked = { tenantId, purpose: "read" } as const;
    const failed = { kind: "failed", reason: { code: "x", message: "x" } } as const;
    const begin = (at: number) => beginPermissionCheck(env.DATABASE, checked, { at, actorId: "user-owner" });
    expect(await begin(1_000)).toBe(true);
    expect(await begin(1_000 + CHECK_LEASE_MS - 1)).toBe(false);
    const again = 1_000 + CHECK_LEASE_MS;
    expect(await begin(again)).toBe(true);
    await endPermissionCheck(env.DATABASE, { ...checked, startedAt: 1_000, endedAt: again + 1 }, failed);
    expect(await readPermissionCheck(env.DATABASE, checked)).toMatchObject({ startedAt: again, endedAt: null });
    await endPermissionCheck(env.DATABASE, { ...checked, startedAt: again, endedAt: again + 2 }, failed);
    expect(await readPermissionCheck(env.DATABASE, checked)).toMatchObject({
      endedAt: again + 2,
      failure: { code: "x" },
    });
    expect(await begin(again + 1 + CHECK_REST_MS)).toBe(false);
    expect(await begin(again + 2 + CHECK_REST_MS)).toBe(true);
    // Each that began is in the audit log, and no press that began none.
    const { results } = await env.DATABASE.prepare(
      "select actor_id, target_kind, target_id, at from audit_events where tenant_id = ? and action = 'permissions.check' order by at",
    )
      .bind(tenantId)
      .all();
    const event = { actor_id: "user-owner", target_kind: "connection", target_id: "read" };
    expect(results).toEqual([1_000, again, again + 2 + CHECK_REST_MS].map((at) => ({ ...event, at })));
  });

  it("of one tenant changes no token of another", async () => {
    const [one, other] = [await simulatedTenant(), await simulatedTenant()];
    expect((await connectTenant(other.tenantId, other.context())).kind).toBe("connected");
    await other.syncOne("filters");
    await ask(one, "POST");
    await other.syncOne("filters");
    expect(await counters(other)).toMatchObject({ tokensIssued: 1 });
  });
});
