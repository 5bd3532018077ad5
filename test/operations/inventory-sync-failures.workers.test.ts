import { describe, expect, it } from "vitest";
import { inventorySync } from "../../src/operations/inventory-sync/inventory-sync.ts";
import { setting, settingsCatalogPolicy, simulatedTenant } from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

describe("A reading that fails", () => {
  /** A tenant with two settings catalog pages that were read once, of which one policy has since been deleted. */
  async function readOnce() {
    const tenant = await simulatedTenant();
    const ids: string[] = [];
    for (let index = 0; index < 30; index += 1)
      ids.push(
        await tenant.add("settingsCatalog", settingsCatalogPolicy(`Policy ${index}`), {
          settings: [setting("s", "1")],
        }),
      );
    await tenant.syncOne("settingsCatalog");
    const before = { inventory: await tenant.inventory(), state: await tenant.familyState("settingsCatalog") };
    await tenant.control("DELETE", `/policies/settingsCatalog/${ids[0]}`);
    await tenant.edit("settingsCatalog", ids[1] ?? "", { description: "changed" }, { settings: [], assignments: [] });
    return { tenant, before };
  }

  it.each([
    [
      "a missing permission",
      { permissionMissing: "DeviceManagementConfiguration.Read.All" },
      "failed",
      "permission_missing",
    ],
    [
      "cut-off JSON on the second page",
      { truncateJson: true, pathContains: "skiptoken" },
      "failed",
      "malformed_response",
    ],
    [
      "a missing permission on a sub-resource",
      { permissionMissing: "DeviceManagementConfiguration.Read.All", pathContains: "/assignments" },
      "failed",
      "permission_missing",
    ],
    ["a cloud that lacks the family", { status: 404 }, "failed", "family_unavailable"],
    ["a refusal", { status: 400, code: "BadRequest" }, "failed", "graph_rejected"],
    ["an outage", { status: 503, retryAfter: 30 }, "deferred", "graph_unavailable"],
    ["a sub-resource that is not found", { status: 404, pathContains: "/settings" }, "deferred", "graph_unavailable"],
    [
      "throttling with a long wait",
      { status: 429, retryAfter: "33.3", pathContains: "skiptoken" },
      "deferred",
      "throttled",
    ],
  ])("F35: by %s changes nothing stored and says why", async (_what, fault, kind, reasonCode) => {
    const { tenant, before } = await readOnce();
    await tenant.fault({ family: "settingsCatalog", ...fault });
    expect(await tenant.syncOne("settingsCatalog")).toMatchObject({ kind, reasonCode });
    expect(await tenant.inventory()).toEqual(before.inventory);
    expect(await tenant.familyState("settingsCatalog")).toMatchObject({
      policyCount: 30,
      lastCompleteAt: before.state?.lastCompleteAt,
      lastOutcome: "failed",
      lastReason: { code: reasonCode },
    });
    // And the next reading, without the fault, is whole again.
    await tenant.control("DELETE", "/faults");
    await tenant.waitsAreOver();
    expect(await tenant.syncOne("settingsCatalog")).toMatchObject({
      counters: { items: 29, created: 0, updated: 1, unchanged: 28, deleted: 1 },
    });
    expect(await tenant.familyState("settingsCatalog")).toMatchObject({ lastOutcome: "succeeded", lastReason: null });
  });

  it("names the permission to grant, and leaves the other families alone", async () => {
    const tenant = await simulatedTenant(60);
    await tenant.control("POST", "/permissions", { remove: ["DeviceManagementScripts.Read.All"] });
    const results = await tenant.sync();
    const failed = [...results].filter(([, result]) => result.kind === "failed");
    expect(failed.map(([family]) => family).toSorted()).toEqual([
      "complianceScripts",
      "customAttributes",
      "powershellScripts",
      "remediations",
      "shellScripts",
    ]);
    for (const [, result] of failed)
      expect(result).toMatchObject({ message: expect.stringContaining("DeviceManagementScripts.Read.All") });
  });

  it("asks for what the deferral was told, rounded up", async () => {
    const tenant = await simulatedTenant();
    await tenant.fault({ family: "roles", status: 429, retryAfter: 33.3 });
    expect(await tenant.syncOne("roles")).toMatchObject({
      kind: "deferred",
      reasonCode: "throttled",
      delaySeconds: 34,
    });
  });

  it("F39: a short wait, whole, fractional or not named, is waited for in the same turn", async () => {
    const tenant = await simulatedTenant(30);
    await tenant.fault({ family: "roles", status: 429, retryAfter: 1, count: 1 });
    await tenant.fault({ family: "filters", status: 429, retryAfter: "0.2", count: 2 });
    await tenant.fault({ family: "apps", status: 429, count: 2 });
    const results = await tenant.sync(["roles", "filters", "apps"]);
    expect([...results.values()].map(({ kind }) => kind)).toEqual(["succeeded", "succeeded", "succeeded"]);
  });

  it("goes on over a passing fault in the middle, in a page and in a part of a batch", async () => {
    const tenant = await simulatedTenant();
    for (let index = 0; index < 30; index += 1)
      await tenant.add("settingsCatalog", settingsCatalogPolicy(`Policy ${index}`), { settings: [setting("s", "1")] });
    await tenant.fault({ family: "settingsCatalog", pathContains: "skiptoken", status: 503, count: 1 });
    await tenant.fault({
      family: "settingsCatalog",
      pathContains: "/settings",
      from: 3,
      count: 4,
      status: 429,
      retryAfter: "0.05",
    });
    await tenant.fault({ family: "settingsCatalog", pathContains: "/assignments", from: 5, count: 1, status: 424 });
    await tenant.fault({ family: "$batch", dropConnection: true, count: 1 });
    expect(await tenant.syncOne("settingsCatalog")).toMatchObject({
      kind: "succeeded",
      counters: { items: 30, created: 30 },
    });
  });

  it("renews a token that expires in the middle", async () => {
    const tenant = await simulatedTenant(30);
    await tenant.fault({ family: "roles", status: 401, count: 1 });
    expect(await tenant.syncOne("roles")).toMatchObject({ kind: "succeeded" });
  });

  it("tells refused credentials", async () => {
    const tenant = await simulatedTenant(0, { secret: "an-old-secret" });
    const result = await tenant.syncOne("roles");
    expect(result).toMatchObject({ kind: "failed", reasonCode: "credentials_rejected" });
    expect(JSON.stringify(result)).not.toContain("an-old-secret");
  });

  it("tells a tenant that is not connected, and a secret that does not open", async () => {
    const tenant = await simulatedTenant();
    await env.DATABASE.prepare("update tenant_connections set sealed_client_secret = 'v1.AAAA' where tenant_id = ?")
      .bind(tenant.tenantId)
      .run();
    expect(await tenant.syncOne("roles")).toMatchObject({ kind: "failed", reasonCode: "connection_unusable" });
    await env.DATABASE.prepare("delete from tenant_connections where tenant_id = ?").bind(tenant.tenantId).run();
    expect(await tenant.syncOne("roles")).toMatchObject({ kind: "failed", reasonCode: "not_connected" });
  });

  it("is no news of the family when the consumer was stopped", async () => {
    const tenant = await simulatedTenant(30);
    tenant.abort();
    expect(await tenant.syncOne("roles")).toMatchObject({ kind: "deferred", reasonCode: "interrupted" });
    expect(await tenant.familyState("roles")).toMatchObject({ lastOutcome: null });
  });

  it("is tried again when storage does not answer, and leaves nothing half-stored", async () => {
    const tenant = await simulatedTenant(30);
    const [task] = await tenant.plan(["apps"]);
    if (!task) throw new Error("no unit");
    const context = tenant.context();
    const failing = { ...context, env: { ...context.env, ARTIFACTS: unavailable() } };
    expect(await inventorySync.execute(task, failing)).toMatchObject({
      kind: "deferred",
      reasonCode: "storage_unavailable",
    });
    expect(await tenant.inventory()).toEqual([]);
    expect((await tenant.execute([task])).get("apps")).toMatchObject({ kind: "succeeded" });
  });
});

/** Stands for R2 in an outage, which the local runtime does not produce. */
function unavailable(): R2Bucket {
  return new Proxy(env.ARTIFACTS, {
    get: () => () => Promise.reject(new Error("put: We encountered an internal error. Please try again. (10001)")),
  });
}
