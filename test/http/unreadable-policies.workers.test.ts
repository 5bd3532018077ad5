/** F35: what people say over HTTP of a policy that Graph lists and cannot tell, and what becomes of it when its time is over. */
import { beforeAll, describe, expect, it } from "vitest";
import { unreadablePolicyListSchema, unreadablePolicySchema } from "../../src/contract/inventory.ts";
import {
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../operations/simulated-tenant.ts";
import { post, problemOf, request, seedDemoData } from "./demo.ts";
import { env } from "../support/environment.ts";

const FAMILY = "settingsCatalog";
const DAY_MS = 86_400_000;

beforeAll(seedDemoData);

/** One policy that was read and broke since, as a sync has found. */
async function broken(): Promise<{ tenant: SimulatedTenant; address: string; id: string }> {
  const tenant = await simulatedTenant();
  const graphId = await tenant.add(FAMILY, settingsCatalogPolicy("Broken"), { settings: [setting("a", "1")] });
  await tenant.add(FAMILY, settingsCatalogPolicy("Sound"), { settings: [setting("a", "1")] });
  await tenant.sync([FAMILY]);
  await tenant.fault({ family: FAMILY, pathContains: `${graphId}/settings`, status: 404, code: "ResourceNotFound" });
  await tenant.execute((await tenant.plan([FAMILY])).map((task) => ({ ...task, deferrals: 1 })));
  const address = `/api/tenants/${tenant.name}/inventory/unreadable-policies`;
  const [listed] = await listedAt(address);
  return { tenant, address, id: listed?.id ?? "" };
}

async function listedAt(address: string) {
  return unreadablePolicyListSchema.parse(await (await request(address)).json()).items;
}

const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

describe("A policy that cannot be read", () => {
  it("F35: fails its family again when its acknowledgment has ended, which stays to be seen until it is taken back", async () => {
    const { tenant, address, id } = await broken();
    expect(await listedAt(address)).toMatchObject([{ name: "Broken", acknowledgment: null }]);
    const until = inDays(1);
    const answer = await post(`${address}/${id}/acknowledge`, { reason: "Case 4711", until });
    expect(unreadablePolicySchema.parse(await answer.json())).toMatchObject({
      name: "Broken",
      acknowledgment: { reason: "Case 4711", until },
    });
    expect(await tenant.syncOne(FAMILY)).toMatchObject({ kind: "succeeded" });

    const ended = Date.now() - 1;
    await env.DATABASE.prepare("update unreadable_policies set acknowledged_until = ?2 where tenant_id = ?1")
      .bind(tenant.tenantId, ended)
      .run();
    expect(await tenant.syncOne(FAMILY)).toMatchObject({
      kind: "failed",
      reasonCode: "partly_read",
      message: expect.stringContaining("“Broken”"),
    });
    expect(await listedAt(address)).toMatchObject([
      { name: "Broken", acknowledgment: { reason: "Case 4711", until: new Date(ended).toISOString() } },
    ]);
    const withdrawn = await request(`${address}/${id}/withdraw`, { method: "POST" });
    expect(await withdrawn.json()).toMatchObject({ name: "Broken", acknowledgment: null });
  });

  it("is acknowledged for a time to come alone, and within the longest", async () => {
    const { address, id } = await broken();
    for (const until of [inDays(-1), inDays(1_000)]) {
      const refused = await post(`${address}/${id}/acknowledge`, { reason: "Case 4711", until });
      expect(await problemOf(refused)).toMatchObject({ status: 400, fields: [{ path: "until" }] });
    }
    const none = await post(`${address}/none/acknowledge`, { reason: "Case 4711", until: inDays(1) });
    expect(none.status).toBe(404);
    expect(await listedAt(address)).toMatchObject([{ acknowledgment: null }]);
  });
});
