import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  followedPolicyListSchema,
  followingSchema,
  standardDetailSchema,
  standardTenantListSchema,
} from "../../src/contract/standards.ts";
import { baselineTenant, type BaselineTenant } from "../operations/baseline-tenant.ts";
import { assignedTo, setting, settingsCatalogPolicy } from "../operations/simulated-tenant.ts";
import { itemsOf, previewRun, restored, told, wholeState } from "../operations/policy-restore/restores.ts";
import { readPlan } from "../../src/database/restore/restore-plans.ts";
import { env } from "../support/environment.ts";
import { request } from "../http/demo.ts";

const GROUP = "11111111-1111-4111-8111-111111111111";

/** A tenant that keeps a standard of three policies, and its first version. */
async function home(): Promise<{ tenant: BaselineTenant; standardId: string }> {
  const tenant = await baselineTenant();
  const { simulated } = tenant;
  await simulated.add("settingsCatalog", settingsCatalogPolicy("Browser", { description: "Ours" }), {
    settings: [setting("homepage", "https://intranet.contoso.example/start"), setting("popups", "off")],
    assignments: [assignedTo(GROUP)],
  });
  await simulated.add("settingsCatalog", settingsCatalogPolicy("Disks"), {
    settings: [setting("bitlocker", "on"), setting("cipher", "xts256")],
  });
  await simulated.add("filters", {
    displayName: "Corporate",
    platform: "windows10AndLater",
    rule: '(device.deviceOwnership -eq "Corporate")',
  });
  await simulated.sync();
  const { baseline } = await tenant.capture("Gold", ["settingsCatalog", "filters"]);
  const { id: standardId } = await call(tenant, "POST", "/standards", { name: "House standard" }, standardDetailSchema);
  await call(
    tenant,
    "POST",
    `/standards/${standardId}/versions`,
    {
      source: { kind: "baseline", id: baseline.id },
      parameters: [{ key: "intranet", label: "Intranet", type: "domain", text: "intranet.contoso.example" }],
    },
    standardDetailSchema,
  );
  return { tenant, standardId };
}

async function call<T>(
  tenant: BaselineTenant,
  method: string,
  path: string,
  body: unknown,
  schema: z.ZodType<T>,
): Promise<T> {
  const response = await request(`/api/tenants/${tenant.key.slug}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return schema.parse(JSON.parse(text));
}

async function followed(tenant: BaselineTenant, from: { tenant: BaselineTenant; standardId: string }) {
  return call(
    tenant,
    "POST",
    "/followed-standards",
    {
      standard: { tenant: from.tenant.key.slug, id: from.standardId },
      parameters: { intranet: "intranet.fabrikam.example" },
    },
    followingSchema,
  );
}

async function matches(tenant: BaselineTenant, followingId: string) {
  const { items } = await call(
    tenant,
    "GET",
    `/followed-standards/${followingId}/policies`,
    undefined,
    followedPolicyListSchema,
  );
  return Object.fromEntries(
    items.map(({ name, match }) => [name, match === null ? null : [match.kind, match.policy?.name ?? null]]),
  );
}

async function deployed(tenant: BaselineTenant, followingId: string) {
  const run = await previewRun(tenant.simulated, { backupSetId: undefined, followingId, assignments: false } as never);
  if (run.last.kind !== "done") throw new Error(JSON.stringify(run.last));
  const plan = await readPlan(env.DATABASE, tenant.key.id, run.planId);
  if (plan === null || plan.planHash === null) throw new Error("no plan");
  return { plan: { ...plan, planHash: plan.planHash }, items: await itemsOf(tenant.simulated, run.planId) };
}

const findings = async (tenant: BaselineTenant, comparisonId: string) =>
  (await tenant.foundBy(comparisonId)).map(({ kind, name }) => `${kind} ${name}`).toSorted();

describe("A gold standard", () => {
  it("is compared with another tenant, deployed into it, and is clean then; the tenant's own names, assignments and other policies stay", async () => {
    const from = await home();
    const tenant = await baselineTenant();
    const { simulated } = tenant;
    // The same under another name, drifted in one value, and one that the standard does not know.
    await simulated.add("settingsCatalog", settingsCatalogPolicy("Our browser", { description: "Theirs" }), {
      settings: [setting("homepage", "https://intranet.fabrikam.example/start"), setting("popups", "on")],
      assignments: [assignedTo("22222222-2222-4222-8222-222222222222")],
    });
    await simulated.add("settingsCatalog", settingsCatalogPolicy("Disks"), {
      settings: [setting("wallpaper", "blue")],
    });
    await simulated.sync();
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
});
