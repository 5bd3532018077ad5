import { beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { policyListSchema } from "../../src/contract/inventory.ts";
import {
  readablePolicySchema,
  settingSearchSchema,
  versionComparisonSchema,
} from "../../src/contract/readable-policy.ts";
import { POLICIES_PER_STEP } from "../../src/http/reading/search-settings.ts";
import {
  assignedTo,
  setting,
  settingsCatalogPolicy,
  simulatedTenant,
  type SimulatedTenant,
} from "../operations/simulated-tenant.ts";
import { env } from "../support/environment.ts";
import { request, seedDemoData } from "./demo.ts";

const FAMILIES = ["settingsCatalog", "filters", "scopeTags"];
let tenant: SimulatedTenant;
let edge = "";

const base = () => `/api/tenants/${tenant.name}/inventory`;
async function get<T>(schema: z.ZodType<T>, path: string): Promise<T> {
  const response = await request(base() + path);
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return schema.parse(await response.json());
}

beforeAll(async () => {
  await seedDemoData();
  tenant = await simulatedTenant();
  const filter = await tenant.add("filters", { displayName: "Corporate", platform: "iOS", rule: "(true)" });
  const id = await tenant.add("settingsCatalog", settingsCatalogPolicy("Edge"), {
    settings: [setting("browser_homepage", "https://intranet.example")],
    assignments: [
      { ...assignedTo("g"), target: { ...filtered("g", filter) } },
      { target: { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" } },
    ],
  });
  await tenant.sync(FAMILIES);
  await tenant.edit("settingsCatalog", id, {}, { settings: [setting("browser_homepage", "https://else.example")] });
  await tenant.sync(FAMILIES);
  const { items } = await get(policyListSchema, "/policies?query=Edge");
  edge = items[0]?.id ?? "";
});

function filtered(groupId: string, filterId: string) {
  return {
    "@odata.type": "#microsoft.graph.groupAssignmentTarget",
    groupId,
    deviceAndAppManagementAssignmentFilterId: filterId,
    deviceAndAppManagementAssignmentFilterType: "include",
  };
}

describe("A policy for people", () => {
  it("is told as labels and values, with the filter's name and the id of a group that nothing names", async () => {
    const readable = await get(readablePolicySchema, `/policies/${edge}/readable`);
    expect(readable.rows).toContainEqual({
      depth: 0,
      label: "browser_homepage",
      labelIsName: true,
      name: "browser_homepage",
      state: "value",
      value: "https://else.example",
      stored: null,
      omitted: 0,
    });
    expect(readable.assignments).toHaveLength(2);
    expect(readable.assignments).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          target: "group",
          group: { id: "g", name: null },
          filter: { id: expect.any(String), name: "Corporate", mode: "include" },
        }),
        expect.objectContaining({ target: "allDevices", group: null, filter: null }),
      ]),
    );
    const first = await get(readablePolicySchema, `/policies/${edge}/readable?version=1`);
    expect(JSON.stringify(first.rows)).toContain("https://intranet.example");
  });

  it("has its newest version compared with the one before, and says which version is not kept", async () => {
    const newest = await get(versionComparisonSchema, `/policies/${edge}/diff`);
    expect(newest).toMatchObject({
      before: { versionNumber: 1 },
      after: { versionNumber: 2 },
      changes: [
        { kind: "changed", before: { json: "https://intranet.example" }, after: { json: "https://else.example" } },
      ],
    });
    const back = await get(versionComparisonSchema, `/policies/${edge}/diff?before=2&after=1`);
    expect(back.changes).toMatchObject([{ before: { json: "https://else.example" } }]);
    const gone = await get(versionComparisonSchema, `/policies/${edge}/diff?before=7`);
    expect(gone).toMatchObject({ beforeNumber: 7, before: null, after: { versionNumber: 2 }, changes: null });
    expect((await request(`${base()}/policies/${edge}/readable?version=7`)).status).toBe(404);
  });
});

describe("A search over the settings of a tenant", () => {
  it("looks at every policy once, in steps that tell how far it has come", async () => {
    const many = await simulatedTenant();
    const count = POLICIES_PER_STEP + 5;
    for (let at = 0; at < count; at += 1) {
      await many.add("settingsCatalog", settingsCatalogPolicy(`Policy ${at}`), {
        settings: [setting(at % 10 === 0 ? "vpn_server" : "other_setting", `value ${at}`)],
      });
    }
    await many.sync(["settingsCatalog"]);
    const address = `/api/tenants/${many.name}/inventory/settings?query=VPN_server`;
    const first = settingSearchSchema.parse(await (await request(address)).json());
    expect(first).toMatchObject({ looked: POLICIES_PER_STEP, policies: count, unreadable: [] });
    const rest = settingSearchSchema.parse(await (await request(`${address}&cursor=${first.nextCursor}`)).json());
    expect(rest).toMatchObject({ looked: count, policies: count, nextCursor: null });
    const names = [...first.items, ...rest.items].map(({ policy }) => policy.name).toSorted();
    expect(names).toEqual(["Policy 0", "Policy 10", "Policy 20", "Policy 30", "Policy 40"]);
  });

  it("finds values as well, and names the policies whose document cannot be read instead of leaving them out", async () => {
    const found = await get(settingSearchSchema, "/settings?query=ELSE.example");
    expect(found.items).toMatchObject([{ policy: { id: edge, name: "Edge" }, matchCount: 1 }]);
    await env.DATABASE.prepare(`update policies set content_hash = ?2 where tenant_id = ?1 and name = 'Edge'`)
      .bind(tenant.tenantId, "0".repeat(64))
      .run();
    const broken = await get(settingSearchSchema, "/settings?query=else.example");
    expect(broken).toMatchObject({ items: [], unreadable: [{ id: edge, name: "Edge" }] });
  });
});
