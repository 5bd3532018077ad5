/** Tenants that keep a gold standard and follow it, in the Workers runtime. */
import type { z } from "zod";
import { followedPolicyListSchema, followingSchema, standardDetailSchema } from "../../src/contract/standards.ts";
import { baselineTenant, type BaselineTenant } from "../operations/baseline-tenant.ts";
import { assignedTo, setting, settingsCatalogPolicy } from "../operations/simulated-tenant.ts";
import { itemsOf, previewRun } from "../operations/policy-restore/restores.ts";
import { readPlan } from "../../src/database/restore/restore-plans.ts";
import { env } from "../support/environment.ts";
import { problemOf, request } from "../http/demo.ts";

export const GROUP = "11111111-1111-4111-8111-111111111111";

/** A tenant that keeps a standard of three policies, and its first version. */
export async function home(): Promise<{ tenant: BaselineTenant; standardId: string }> {
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

export async function call<T>(
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

export async function followed(tenant: BaselineTenant, from: { tenant: BaselineTenant; standardId: string }) {
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

export async function matches(tenant: BaselineTenant, followingId: string) {
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

export async function deployed(tenant: BaselineTenant, followingId: string) {
  const run = await previewRun(tenant.simulated, { backupSetId: undefined, followingId, assignments: false } as never);
  if (run.last.kind !== "done") throw new Error(JSON.stringify(run.last));
  const plan = await readPlan(env.DATABASE, tenant.key.id, run.planId);
  if (plan === null || plan.planHash === null) throw new Error("no plan");
  return { plan: { ...plan, planHash: plan.planHash }, items: await itemsOf(tenant.simulated, run.planId) };
}

export const findings = async (tenant: BaselineTenant, comparisonId: string) =>
  (await tenant.foundBy(comparisonId)).map(({ kind, name }) => `${kind} ${name}`).toSorted();

/** A tenant that has one of the standard's policies under another name, drifted in one value, and one of its own under a name of the standard's. */
export async function otherTenant(): Promise<BaselineTenant> {
  const tenant = await baselineTenant();
  const { simulated } = tenant;
  await simulated.add("settingsCatalog", settingsCatalogPolicy("Our browser", { description: "Theirs" }), {
    settings: [setting("homepage", "https://intranet.fabrikam.example/start"), setting("popups", "on")],
    assignments: [assignedTo("22222222-2222-4222-8222-222222222222")],
  });
  await simulated.add("settingsCatalog", settingsCatalogPolicy("Disks"), { settings: [setting("wallpaper", "blue")] });
  await simulated.sync();
  return tenant;
}

export async function refused(tenant: BaselineTenant, method: string, path: string, body: unknown): Promise<string[]> {
  const response = await request(`/api/tenants/${tenant.key.slug}${path}`, {
    method,
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  return ((await problemOf(response)).fields ?? []).map((field) => `${field.path} ${field.message}`);
}
