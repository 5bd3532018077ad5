/**
 * Real kills while a gold standard is prepared for a tenant, deployed into it and taken back: the product as a user starts it, and SIGKILL at times that nobody chooses. Each
 * policy is made and changed once, the counts are exact, a comparison is clean afterwards, and after the undo the tenant is as before.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { baselineComparisonDetailSchema } from "../../src/contract/baselines.ts";
import { followingSchema, standardDetailSchema } from "../../src/contract/standards.ts";
import { addTenants } from "../support/add-tenants.ts";
import { type Product, productHome, type ProductHome } from "../support/product.ts";
import { restoreClient } from "../support/restore-client.ts";
import { controlOf } from "../support/simulator-server.ts";
import { IN_WHOLE, sized } from "../support/thoroughness.ts";

const HOME = "standard-home";
const TENANT = "standard-tenant";
const FAMILY = "settingsCatalog";
const POLICIES = IN_WHOLE ? sized(24, 120) : 12;
/** Kills of the deployment; in the whole form its preparation and its undo are killed as well. */
const KILLS = IN_WHOLE ? sized(2, 10) : 1;
/** Of three policies the tenant has one as the standard has it, one with another value, and lacks one. */
const COUNTS = { unchanged: POLICIES / 3, updated: POLICIES / 3, created: POLICIES / 3 };

let home: ProductHome;
let product: Product;

beforeAll(async () => {
  home = await productHome();
  await addTenants(
    home.stateDirectory,
    [HOME, TENANT].map((slug) => ({ slug, name: slug })),
  );
  product = await home.start();
});
afterAll(async () => {
  await product?.stop();
  home?.remove();
});

const api = (tenant: string) => restoreClient(product.url, tenant);
const control = () => controlOf(product.simulatorUrl);

async function send<T extends z.ZodType>(tenant: string, path: string, schema: T, body?: object): Promise<z.infer<T>> {
  const response = await fetch(`${product.url}/api/tenants/${tenant}${path}`, {
    ...(body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" } }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return schema.parse(await response.json());
}

const settings = (number: number, value: string) =>
  Array.from({ length: 4 }, (_, at) => ({
    settingInstance: {
      "@odata.type": "#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance",
      settingDefinitionId: `policy_${number}_setting_${at}`,
      simpleSettingValue: {
        "@odata.type": "#microsoft.graph.deviceManagementConfigurationStringSettingValue",
        value: at === 0 ? value : "1",
      },
    },
  }));
const put = (tenant: string, name: string, number: number, value: string) =>
  control().addPolicy(
    tenant,
    FAMILY,
    { name, platforms: "windows10", technologies: "mdm", description: "" },
    { settings: settings(number, value) },
  );

const entrySchema = z.array(
  z.object({ settingInstance: z.object({ settingDefinitionId: z.string(), simpleSettingValue: z.unknown() }) }),
);
/** What the tenant's policies are called and set, by their ids. */
async function state(): Promise<Map<string, unknown>> {
  const listed = await control().policies(TENANT, FAMILY);
  const told = await Promise.all(
    listed.map(async ({ id, name }) => {
      const { parts } = await control().policy(TENANT, FAMILY, id);
      return [id, [name, entrySchema.parse(parts["settings"])]] as const;
    }),
  );
  return new Map(told.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Kills the runtime, within a second, while a run is under way; says how far it was. */
async function killed(runId: string, atLeast: number): Promise<number> {
  const seen = await api(TENANT).underWay(runId, atLeast, 20);
  await sleep(Math.random() * 300);
  await home.killRuntimes();
  return seen;
}

async function compared(baselineId: string): Promise<z.infer<typeof baselineComparisonDetailSchema>> {
  await api(TENANT).finished("inventory.sync", { families: [FAMILY] });
  const { result } = await api(TENANT).finished("baseline.compare", { baselineId });
  return send(TENANT, `/baseline-comparisons/${result?.id}`, baselineComparisonDetailSchema);
}

describe("hard kills of a standard’s deployment", () => {
  it("make and change each policy once, and the undo leaves the tenant as it was", { timeout: 1_800_000 }, async () => {
    for (const slug of [HOME, TENANT]) await control().createTenant(slug, { policies: 0 });
    for (let number = 0; number < POLICIES; number += 1) await put(HOME, `Standard ${number}`, number, "gold");
    for (let number = 0; number < POLICIES; number += 1)
      if (number % 3 > 0) await put(TENANT, `Ours ${number}`, number, number % 3 === 1 ? "gold" : "drifted");
    const before = await state();
    await api(HOME).finished("inventory.sync", { families: [FAMILY] });
    const captured = await api(HOME).finished("baseline.capture", { name: "Gold", families: [FAMILY] });
    const { id } = await send(HOME, "/standards", standardDetailSchema, { name: "Gold" });
    const source = { kind: "baseline", id: captured.result?.id };
    await send(HOME, `/standards/${id}/versions`, standardDetailSchema, { source });
    const standard = { tenant: HOME, id };
    const { id: followingId } = await send(TENANT, "/followed-standards", followingSchema, { standard });

    const previewing = (
      await api(TENANT).start("policy.restore-preview", { followingId, mode: "update", assignments: false })
    ).run;
    if (IN_WHOLE) {
      await sleep(Math.random() * 500);
      await home.killRuntimes();
    }
    await api(TENANT).completed(previewing.id);
    // The same plan again: nothing is left of what was cut off.
    const { plan } = await api(TENANT).preview({ followingId, mode: "update", assignments: false });
    expect(plan.actionCounts).toMatchObject({
      create: COUNTS.created,
      update: COUNTS.updated,
      unchanged: COUNTS.unchanged,
      blocked: 0,
      ambiguous: 0,
    });

    const { run } = await api(TENANT).start("policy.restore", api(TENANT).approved(plan));
    const seen: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1)
      seen.push(await killed(run.id, Math.floor((kill * POLICIES) / (KILLS + 1)) + 1));
    const ended = await api(TENANT).completed(run.id, 600_000);
    expect(Math.min(...seen)).toBeLessThan(POLICIES);
    expect(ended, product.output()).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { total: POLICIES, processed: POLICIES, succeeded: POLICIES, failed: 0, ...COUNTS },
    });
    expect(await api(TENANT).proof(run.id)).toMatchObject({ drift: false, projectionPending: false });
    const after = await state();
    expect(after.size).toBe(before.size + COUNTS.created);
    expect((await compared(followingId)).counts).toMatchObject({
      total: { open: 0, accepted: 0 },
      policies: { matching: POLICIES, different: 0, unknown: 0 },
    });

    const undo = await api(TENANT).undoPreview(run.id);
    expect(undo.plan.actionCounts).toMatchObject({ delete: COUNTS.created, update: COUNTS.updated, blocked: 0 });
    const undoing = (await api(TENANT).start("policy.restore", api(TENANT).approved(undo.plan))).run;
    if (IN_WHOLE) await killed(undoing.id, 1);
    expect(await api(TENANT).completed(undoing.id, 600_000)).toMatchObject({
      outcome: "succeeded",
      summaryCounts: { failed: 0, deleted: COUNTS.created, updated: COUNTS.updated },
    });
    expect(await state()).toEqual(before);
  });
});
