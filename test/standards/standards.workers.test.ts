import { describe, expect, it } from "vitest";
import { z } from "zod";
import { followedPolicyListSchema, followingSchema, standardTenantListSchema } from "../../src/contract/standards.ts";
import { baselineTenant } from "../operations/baseline-tenant.ts";
import { setting, settingsCatalogPolicy } from "../operations/simulated-tenant.ts";
import { previewRun, restored, told, wholeState } from "../operations/policy-restore/restores.ts";
import { env } from "../support/environment.ts";
import { drive } from "../support/drive-phases.ts";
import { request } from "../http/demo.ts";
import { memberStatements } from "../support/tenants.ts";
import { baselineCompare } from "../../src/operations/baseline-compare/baseline-compare.ts";

import { call, deployed, findings, followed, GROUP, home, matches, otherTenant, refused } from "./standards.ts";

describe("A gold standard", () => {
  it("is compared with another tenant, deployed into it, and is clean then; the tenant's own names, assignments and other policies stay", async () => {
    const from = await home();
    const tenant = await otherTenant();
    const { simulated } = tenant;
    const following = await followed(tenant, from);
    expect(await matches(tenant, following.id)).toEqual({ Browser: null, Corporate: null, Disks: null });

    const { end, comparison } = await tenant.compare(following.id);
    expect(end).toMatchObject({ kind: "done", outcome: "succeeded" });
    expect(await matches(tenant, following.id)).toEqual({
      Browser: ["alike", "Our browser"],
      Corporate: ["none", null],
      Disks: ["none", null],
    });
    expect(await findings(tenant, comparison.id)).toEqual([
      "changed Our browser",
      "removed Corporate",
      "removed Disks",
    ]);

    const { plan, items } = await deployed(tenant, following.id);
    expect(told(items)).toEqual([
      "filters Corporate: create",
      "settingsCatalog Browser: update",
      "settingsCatalog Disks: create",
    ]);
    const { results } = await restored(simulated, { plan });
    expect(results.map(({ kind }) => kind)).toEqual(["succeeded", "succeeded", "succeeded"]);

    const state = JSON.stringify([...(await wholeState(simulated)).values()]);
    expect(state).toContain("Our browser");
    expect(state).toContain("22222222-2222-4222-8222-222222222222");
    expect(state).toContain("https://intranet.fabrikam.example/start");
    expect(state).not.toContain(GROUP);
    expect(state).not.toContain("contoso");
    expect(state).toContain("wallpaper");

    await simulated.sync();
    const { comparison: again } = await tenant.compare(following.id);
    expect(again.counts?.total).toEqual({ open: 0, accepted: 0, resolved: 3 });
    expect(await matches(tenant, following.id)).toEqual({
      Browser: ["settings", "Our browser"],
      Corporate: ["settings", "Corporate"],
      Disks: ["settings", "Disks"],
    });
    expect(told((await deployed(tenant, following.id)).items)).toEqual([]);

    const tenants = await call(
      from.tenant,
      "GET",
      `/standards/${from.standardId}/tenants`,
      undefined,
      standardTenantListSchema,
    );
    expect(tenants.items.map((each) => each.tenant.id)).toEqual([tenant.key.id]);
  });

  it("holds for each tenant as the tenant says: values, skipped policies, other values at a place", async () => {
    const from = await home();
    const tenant = await baselineTenant();
    const following = await followed(tenant, from);
    const path = `/followed-standards/${following.id}`;
    const { items } = await call(tenant, "GET", `${path}/policies`, undefined, followedPolicyListSchema);
    const keyOf = (name: string) => items.find((each) => each.name === name)?.key ?? "";
    expect(await refused(tenant, "PATCH", path, { parameters: { intranet: "no domain" } })).toEqual([
      "parameters.intranet must be the name of a domain",
    ]);
    expect(await refused(tenant, "PATCH", path, { parameters: { other: "x" } })).toEqual([
      "parameters.other is no parameter of this version",
    ]);
    const nowhere = { policy: keyOf("Corporate"), pointer: "/rules/0", value: "x" };
    expect(await refused(tenant, "PATCH", path, { overlays: [nowhere] })).toEqual([
      "overlays.0.pointer leads to nothing in the policy: /rules/0",
    ]);
    const rule = { policy: keyOf("Corporate"), pointer: "/rule", value: '(device.manufacturer -eq "Fabrikam")' };
    await call(tenant, "PATCH", path, { overlays: [rule], skipped: [keyOf("Disks")] }, followingSchema);

    const { items: planned, plan } = await deployed(tenant, following.id);
    expect(told(planned)).toEqual(["filters Corporate: create", "settingsCatalog Browser: create"]);
    await restored(tenant.simulated, { plan });
    const state = JSON.stringify([...(await wholeState(tenant.simulated)).values()]);
    expect(state).toContain("Fabrikam");
    expect(state).toContain("intranet.fabrikam.example");
    await tenant.simulated.sync();
    const { comparison } = await tenant.compare(following.id);
    expect(comparison.counts?.total).toEqual({ open: 0, accepted: 0, resolved: 0 });
  });

  it("asks for a value that has no default before anything is compared or prepared", async () => {
    const from = await home();
    const tenant = await baselineTenant();
    const body = { standard: { tenant: from.tenant.key.slug, id: from.standardId } };
    const { id } = await call(tenant, "POST", "/followed-standards", body, followingSchema);
    const run = tenant.run("compare");
    const end = await drive(baselineCompare, run, { baselineId: id }, tenant.context());
    expect(end).toMatchObject({ kind: "failed", code: "parameter_missing" });
    const asked = { followingId: id, assignments: false } as never;
    await expect(previewRun(tenant.simulated, asked)).rejects.toThrow("asks for values");
  });

  it("is given by those alone who may read it at home, and tells of no other tenant", async () => {
    const from = await home();
    const tenant = await baselineTenant();
    const body = { standard: { tenant: from.tenant.key.slug, id: from.standardId } };
    const member = { userId: "user-manager", name: "Manager" };
    await env.DATABASE.batch([
      env.DATABASE.prepare(
        "insert or ignore into users (id, name, email, created_at) values (?1, ?2, 'manager@example.test', 0)",
      ).bind(member.userId, member.name),
      ...memberStatements(tenant.key.id, member.userId, "manager"),
    ]);
    const asManager = (path: string, init: RequestInit = {}) =>
      request(`/api/tenants/${tenant.key.slug}${path}`, { ...init, as: "manager" });
    const post = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    expect((await asManager("/followed-standards", post)).status).toBe(400);
    await env.DATABASE.batch(memberStatements(from.tenant.key.id, member.userId, "readonly"));
    await followed(tenant, from);
    await env.DATABASE.prepare("delete from memberships where tenant_id = ? and user_id = ?")
      .bind(from.tenant.key.id, member.userId)
      .run();
    const shown = z
      .object({ items: z.array(followingSchema) })
      .parse(await (await asManager("/followed-standards")).json());
    expect(shown.items.map(({ standard }) => [standard.name, standard.home])).toEqual([["House standard", null]]);
    expect(JSON.stringify(shown)).not.toContain(from.tenant.key.slug);
  });

  it("takes no policy for missing that may be one of those that could not be read", async () => {
    const from = await home();
    const tenant = await baselineTenant();
    const { simulated } = tenant;
    const broken = await simulated.add("settingsCatalog", settingsCatalogPolicy("Broken"), {
      settings: [setting("x", "1")],
    });
    await simulated.fault({
      family: "settingsCatalog",
      pathContains: `${broken}/settings`,
      permissionMissing: "Some.Read",
    });
    const following = await followed(tenant, from);
    await simulated.sync();
    const { comparison } = await tenant.compare(following.id);
    expect(await findings(tenant, comparison.id)).toEqual(["removed Corporate"]);
    expect(await matches(tenant, following.id)).toEqual({
      Browser: ["unread", null],
      Corporate: ["none", null],
      Disks: ["unread", null],
    });
    expect(told((await deployed(tenant, following.id)).items)).toEqual([
      "filters Corporate: create",
      "settingsCatalog Browser: blocked (target_unreadable)",
      "settingsCatalog Disks: blocked (target_unreadable)",
    ]);
  });

  it("says that several policies fit, and not that one is missing, where nothing tells which is meant", async () => {
    const from = await home();
    const tenant = await baselineTenant();
    const disks = { settings: [setting("bitlocker", "on"), setting("cipher", "xts256")] };
    await tenant.simulated.add("settingsCatalog", settingsCatalogPolicy("Laptops"), disks);
    await tenant.simulated.add("settingsCatalog", settingsCatalogPolicy("Desktops"), disks);
    await tenant.simulated.sync();
    const following = await followed(tenant, from);
    const { comparison } = await tenant.compare(following.id);
    const found = await tenant.foundBy(comparison.id);
    expect(found.map(({ name, kind, rule }) => `${name} ${kind} ${rule}`).toSorted()).toEqual([
      "Browser removed removed",
      "Corporate removed removed",
      "Disks removed several-fit",
    ]);
    const told = found.find(({ name }) => name === "Disks")?.message ?? "";
    expect(told).toContain("Laptops");
    expect(told).toContain("Desktops");
  });

  it("is compared with no more once a tenant has stopped to follow it, and its findings stay", async () => {
    const from = await home();
    const tenant = await baselineTenant();
    const following = await followed(tenant, from);
    await tenant.simulated.sync();
    const { comparison } = await tenant.compare(following.id);
    expect(comparison.counts?.total.open).toBe(3);
    await call(tenant, "POST", `/followed-standards/${following.id}/stop`, {}, z.object({ done: z.literal(true) }));
    expect(await baselineCompare.prepare?.(tenant.key.id, { baselineId: following.id }, env)).toMatchObject({
      kind: "refused",
    });
    expect(await tenant.findings(following.id)).toHaveLength(3);
  });
});
