/**
 * Ten public bug reports of other tools and some siblings, each with the input of its case and the value that is right. A case has its report's
 * number and the name of its script; the simulator and a few planted answers play what Graph is reported to do.
 */
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/policies/json-value.ts";
import { BaselineTenant, told } from "../operations/baseline-tenant.ts";
import {
  type Asked,
  backedUp,
  counted,
  detailOf,
  previewed,
  remove,
  restored,
  resultsOf,
  told as toldItems,
} from "../operations/policy-restore/restores.ts";
import { simulatedTenant, type SimulatedTenant } from "../operations/simulated-tenant.ts";

const LIMIT_MS = 60_000;
const NO_REASON =
  '{"_version":3,"Message":"An error has occurred - Operation ID (for customer support): 0 - Activity ID: x"}';
const ALL_DEVICES = { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" };

const wholeSchema = z.object({
  doc: z.record(z.string(), z.json()),
  parts: z.record(z.string(), z.array(z.json())),
});
const listedSchema = z.object({ items: z.array(z.object({ id: z.string(), name: z.string().nullable() })) });

afterEach(() => {
  vi.unstubAllGlobals();
});

async function there(tenant: SimulatedTenant, family: string): Promise<{ id: string; name: string | null }[]> {
  return listedSchema.parse(await tenant.control("GET", `/policies?family=${family}`)).items;
}

async function whole(tenant: SimulatedTenant, family: string, id: string): Promise<z.infer<typeof wholeSchema>> {
  return wholeSchema.parse(await tenant.control("GET", `/policies/${family}/${id}`));
}

/** A preview and, of its plan, a restore: what is told before, and what came of it. */
async function restoring(tenant: SimulatedTenant, asked: Asked) {
  const preview = await previewed(tenant, asked);
  const run = await restored(tenant, preview);
  return { items: preview.items, counts: counted(run.results), results: await resultsOf(tenant, run.runId) };
}

function conditionalAccess(name: string, more: object = {}): object {
  return {
    displayName: name,
    state: "enabled",
    conditions: {
      clientAppTypes: ["all"],
      applications: { includeApplications: ["All"], excludeApplications: [] },
      users: { includeUsers: ["All"], excludeUsers: [], includeGroups: [], excludeGroups: [] },
      agentIdRiskLevels: null,
    },
    grantControls: { operator: "OR", builtInControls: ["mfa"] },
    sessionControls: null,
    ...more,
  };
}

function general(name: string, more: object = {}): object {
  const type = "#microsoft.graph.windows10GeneralConfiguration";
  return {
    "@odata.type": type,
    displayName: name,
    description: "x",
    roleScopeTagIds: ["0"],
    passwordRequired: true,
    ...more,
  };
}

/** Between product and Graph: each answer is told as `spell` has it. */
function spelledBy(spell: (value: JsonObject) => void): void {
  const plain = globalThis.fetch;
  const each = (value: JsonValue): void => {
    if (Array.isArray(value)) for (const item of value) each(item);
    if (!isJsonObject(value)) return;
    spell(value);
    for (const member of Object.values(value)) each(member);
  };
  vi.stubGlobal("fetch", async (...request: Parameters<typeof fetch>) => {
    const response = await plain(...request);
    const isTold = /\/(beta|v1\.0)\//.test(String(request[0] instanceof Request ? request[0].url : request[0]));
    if (!isTold || response.headers.get("content-type")?.includes("json") !== true) return response;
    const document = z.json().parse(await response.json());
    each(document);
    const { status, headers } = response;
    return new Response(JSON.stringify(document), { status, headers });
  });
}

describe("Public bug reports", { timeout: LIMIT_MS }, () => {
  it("B01 (v1-compliance): what only the beta tells of a compliance policy is kept, compared and restored", async () => {
    // The proxy tells in v1.0 what v1.0's types have.
    const tenant = await simulatedTenant(0, { graphUrl: inject("schemaProxyUrl") });
    const baselines = new BaselineTenant(tenant);
    const on = { activeFirewallRequired: true, defenderEnabled: true, rtpEnabled: true, tpmRequired: true };
    const id = await tenant.add(
      "compliance",
      {
        "@odata.type": "#microsoft.graph.windows10CompliancePolicy",
        displayName: "Windows - baseline compliance",
        description: null,
        roleScopeTagIds: ["0"],
        passwordRequired: true,
        bitLockerEnabled: true,
        ...on,
        deviceThreatProtectionEnabled: true,
        deviceThreatProtectionRequiredSecurityLevel: "medium",
        deviceCompliancePolicyScript: null,
      },
      {
        assignments: [],
        scheduledActionsForRule: [
          {
            ruleName: "PasswordRequired",
            scheduledActionConfigurations: [
              { actionType: "block", gracePeriodHours: 0, notificationTemplateId: "", notificationMessageCCList: [] },
            ],
          },
        ],
      },
    );
    const backupSetId = await backedUp(tenant, ["compliance"]);
    const baselineId = (await baselines.capture("Gold", ["compliance"])).baseline.id;
    const off = Object.fromEntries(Object.keys(on).map((name) => [name, false]));
    await tenant.edit("compliance", id, { ...(await whole(tenant, "compliance", id)).doc, ...off });
    await tenant.sync(["compliance"]);
    const { comparison } = await baselines.compare(baselineId);
    expect(told(await baselines.foundBy(comparison.id))).toEqual([
      "high changed compliance/Windows - baseline compliance",
    ]);
    expect(toldItems((await previewed(tenant, { backupSetId })).items)).toEqual([
      "compliance Windows - baseline compliance: update",
    ]);
    await remove(tenant, "compliance", id);
    expect((await restoring(tenant, { backupSetId })).counts).toMatchObject({ created: 1, failed: 0 });
    const [made] = await there(tenant, "compliance");
    expect((await whole(tenant, "compliance", made?.id ?? "")).doc).toMatchObject({
      ...on,
      deviceThreatProtectionRequiredSecurityLevel: "medium",
      roleScopeTagIds: ["0"],
    });
  });

  it("B02 (ca-v1-preview): a policy that gets a preview condition stays known, and none is made beside it", async () => {
    const tenant = await simulatedTenant();
    const baselines = new BaselineTenant(tenant);
    const id = await tenant.add("conditionalAccess", conditionalAccess("CA001 MFA for all"));
    const backupSetId = await backedUp(tenant, ["conditionalAccess"]);
    const baselineId = (await baselines.capture("Gold", ["conditionalAccess"])).baseline.id;
    const { doc } = await whole(tenant, "conditionalAccess", id);
    const { conditions } = z.object({ conditions: z.record(z.string(), z.json()) }).parse(doc);
    await tenant.edit("conditionalAccess", id, { ...doc, conditions: { ...conditions, agentIdRiskLevels: "high" } });
    // v1.0 has lost it, as Graph's has.
    const place = "identity/conditionalAccess/policies";
    const token = await fetch(`${inject("simulatorUrl")}/${tenant.name}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: "client",
        client_secret: "simulator-secret",
        scope: `${inject("simulatorUrl")}/.default`,
      }),
    });
    const { access_token } = z.object({ access_token: z.string() }).parse(await token.json());
    const listed = await fetch(`${inject("simulatorUrl")}/v1.0/${place}`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(await listed.json()).toMatchObject({ value: [] });

    await tenant.sync(["conditionalAccess"]);
    expect((await tenant.inventory()).map(({ graphId }) => graphId)).toEqual([id]);
    const { comparison } = await baselines.compare(baselineId);
    expect((await baselines.foundBy(comparison.id)).map(({ kind }) => kind)).toEqual(["changed"]);
    const { items, counts } = await restoring(tenant, { backupSetId, conditionalAccess: "as-is" });
    expect(toldItems(items)).toEqual(["conditionalAccess CA001 MFA for all: update"]);
    expect(counts).toMatchObject({ created: 0, updated: 1, failed: 0 });
    expect(await there(tenant, "conditionalAccess")).toEqual([{ id, name: "CA001 MFA for all" }]);
  });

  it("B04 (readback-forms): Graph's own spelling of what it was sent is no failure and no difference", async () => {
    const tenant = await simulatedTenant();
    await tenant.add("autopilot", {
      "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile",
      displayName: "AP",
      description: "x",
      locale: null,
      roleScopeTagIds: ["0"],
    });
    await tenant.add("deviceConfiguration", general("DC", { description: null }));
    await tenant.add("deviceConfiguration", general("DC tags", { roleScopeTagIds: [] }));
    await tenant.add(
      "conditionalAccess",
      conditionalAccess("CA", {
        sessionControls: { persistentBrowser: { isEnabled: false, mode: null }, signInFrequency: null },
      }),
    );
    const start = "2124-05-01T00:00:00Z";
    await tenant.add("featureUpdates", {
      displayName: "FU",
      description: "x",
      featureUpdateVersion: "Windows 11, version 23H2",
      roleScopeTagIds: ["0"],
      rolloutSettings: { offerStartDateTimeInUTC: start, offerEndDateTimeInUTC: null, offerIntervalInDays: null },
    });
    const families = ["autopilot", "deviceConfiguration", "conditionalAccess", "featureUpdates"];
    const backupSetId = await backedUp(tenant, families);
    for (const family of families) for (const { id } of await there(tenant, family)) await remove(tenant, family, id);
    spelledBy((value) => {
      if (value["locale"] === null) value["locale"] = "os-default";
      if (value["description"] === null) value["description"] = "";
      if (Array.isArray(value["roleScopeTagIds"]) && value["roleScopeTagIds"].length === 0)
        value["roleScopeTagIds"] = ["0"];
      const controls = value["sessionControls"] ?? null;
      const browser = isJsonObject(controls) ? (controls["persistentBrowser"] ?? null) : null;
      if (isJsonObject(browser) && browser["isEnabled"] === false) value["sessionControls"] = null;
      if (value["offerStartDateTimeInUTC"] === start)
        value["offerStartDateTimeInUTC"] = start.replace("Z", ".0000000Z");
    });
    const asked = { backupSetId, conditionalAccess: "as-is" } as const;
    const { counts, results } = await restoring(tenant, asked);
    expect(
      results.map(({ name, reason }) => `${name} ${reason?.code ?? ""}`).filter((one) => !one.endsWith(" ")),
    ).toEqual([]);
    expect(counts).toMatchObject({ created: 5, failed: 0 });
    expect(toldItems((await previewed(tenant, asked)).items)).toEqual([]);
  });

  it.each([
    [
      "400",
      {
        status: 400,
        code: "BadRequest",
        message:
          '{"_version":3,"Message":"Request not applicable to target tenant. - Operation ID (for customer support): 0"}',
      },
      "Request not applicable to target tenant.",
    ],
    [
      "401",
      { status: 401, code: "UnknownError", message: '{"ErrorCode":"Unauthorized","Message":"An error has occurred"}' },
      "An error has occurred",
    ],
    [
      "403",
      { status: 403, code: "Forbidden", message: '{"ErrorCode":"Forbidden","Message":"An error has occurred"}' },
      "An error has occurred",
    ],
  ])(
    "B05 (unlicensed-tenant): a %s of a tenant without Intune says so, with Graph's sentence",
    async (_status, fault, sentence) => {
      const tenant = await simulatedTenant();
      await tenant.fault({ family: "deviceConfiguration", ...fault });
      const result = await tenant.syncOne("deviceConfiguration");
      expect(result).toMatchObject({ kind: "failed", reasonCode: "intune_not_licensed" });
      expect(result).toMatchObject({ message: expect.stringContaining("has no Intune licence") });
      expect(result).toMatchObject({ message: expect.stringContaining(sentence) });
    },
  );

  it("B06 (feature-update-past): the preview says that a rollout has begun, and nothing is sent", async () => {
    const tenant = await simulatedTenant();
    const id = await tenant.add("featureUpdates", {
      displayName: "FU",
      description: "x",
      featureUpdateVersion: "Windows 11, version 23H2",
      roleScopeTagIds: ["0"],
      rolloutSettings: {
        offerStartDateTimeInUTC: "2024-05-01T00:00:00Z",
        offerEndDateTimeInUTC: "2024-06-01T00:00:00Z",
        offerIntervalInDays: 7,
      },
    });
    const backupSetId = await backedUp(tenant, ["featureUpdates"]);
    await remove(tenant, "featureUpdates", id);
    await tenant.fault({
      family: "featureUpdates",
      method: "POST",
      status: 400,
      code: "BadRequest",
      message: NO_REASON,
    });
    const { items, counts } = await restoring(tenant, { backupSetId });
    expect(toldItems(items)).toEqual(["featureUpdates FU: blocked (date_past)"]);
    expect(items[0]?.reason?.message).toContain("began on 2024-05-01");
    expect(counts).toMatchObject({ created: 0, skipped: 1, failed: 0 });
  });

  it("B07 (autopilot-prefix): the default prefix of copies is one that Autopilot takes", async () => {
    const { tenant, backupSetId } = await kiosk();
    const { items, counts } = await restoring(tenant, { backupSetId, mode: "create", assignments: false });
    expect(toldItems(items)).toEqual(["autopilot Kiosk: create"]);
    expect(counts).toMatchObject({ created: 1, failed: 0 });
    expect((await there(tenant, "autopilot")).map(({ name }) => name ?? "").toSorted()).toEqual([
      "Kiosk",
      "Restored Kiosk",
    ]);
    // One that Autopilot refuses is said before anything is sent.
    const refused = await previewed(tenant, {
      backupSetId,
      mode: "create",
      assignments: false,
      namePrefix: "Restored - ",
    });
    expect(toldItems(refused.items)).toEqual(["autopilot Kiosk: blocked (name_refused)"]);
  });

  it("B07, its sibling: the preview says that one profile alone may have all devices", async () => {
    const { tenant, backupSetId } = await kiosk();
    const { plan } = await previewed(tenant, { backupSetId, mode: "create" });
    expect((await detailOf(tenant, plan.id, 0)).notes).toContain(
      "It is assigned to all devices, which Intune takes of one Autopilot profile alone.",
    );
  });

  async function kiosk() {
    const tenant = await simulatedTenant();
    await tenant.add(
      "autopilot",
      {
        "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile",
        displayName: "Kiosk",
        description: "x",
        locale: "os-default",
        roleScopeTagIds: ["0"],
      },
      { assignments: [{ id: "1", target: ALL_DEVICES }] },
    );
    return { tenant, backupSetId: await backedUp(tenant, ["autopilot"]) };
  }

  it("B08 (broken-admx-definition): one template that cannot be read hides nothing of the others", async () => {
    const tenant = await simulatedTenant(120);
    const backupSetId = await backedUp(tenant, ["adminTemplates"]);
    const [broken, ...others] = await there(tenant, "adminTemplates");
    const changed = others.at(-1)?.id ?? "";
    expect(others.length).toBeGreaterThan(0);
    await tenant.fault({ family: "adminTemplates", pathContains: `${broken?.id}/definitionValues`, status: 404 });
    const { doc } = await whole(tenant, "adminTemplates", changed);
    await tenant.edit("adminTemplates", changed, { ...doc, description: "changed by an admin" });
    expect(await tenant.syncOne("adminTemplates")).toMatchObject({ kind: "deferred" });
    const tasks = await tenant.plan(["adminTemplates"]);
    const synced = await tenant.execute(tasks.map((task) => ({ ...task, deferrals: 1 })));
    const result = synced.get("adminTemplates");
    expect(result).toMatchObject({ kind: "failed", reasonCode: "partly_read" });
    expect(result).toMatchObject({ message: expect.stringContaining(`“${broken?.name}”`) });
    // Both are known, and the other's change was seen.
    expect((await tenant.inventory()).map(({ graphId }) => graphId).toSorted()).toEqual(
      [broken?.id ?? "", ...others.map(({ id }) => id)].toSorted(),
    );
    const { items } = await previewed(tenant, { backupSetId });
    expect(items.filter(({ graphId }) => graphId === broken?.id)).toMatchObject([{ action: "blocked" }]);
    expect(items.filter(({ graphId }) => graphId === changed)).toMatchObject([{ action: "update" }]);
    expect(items.filter(({ action }) => action === "blocked")).toHaveLength(1);
  });

  it("B12 (deleted-group-name): a group that is gone keeps the name that it had at the backup", async () => {
    const tenant = await simulatedTenant();
    const group = "11111111-1111-4111-8111-111111111111";
    await tenant.control("POST", "/things", { kind: "groups", doc: { id: group, displayName: "Sales devices" } });
    const target = { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: group };
    const id = await tenant.add("deviceConfiguration", general("P"), { assignments: [{ id: "1", target }] });
    const backupSetId = await backedUp(tenant, ["deviceConfiguration"]);
    const told = async () => {
      const { plan } = await previewed(tenant, { backupSetId });
      const { references } = await detailOf(tenant, plan.id, 0);
      return references.flatMap(({ kind, state, sourceName }) => (kind === "group" ? [`${state} ${sourceName}`] : []));
    };
    expect(await told()).toEqual(["found Sales devices"]);
    await remove(tenant, "deviceConfiguration", id);
    await tenant.control("DELETE", `/things/groups/${group}`);
    expect(await told()).toEqual(["missing Sales devices"]);
  });

  it("B13 (app-assignments): an app that is still there gets back its assignments and properties", async () => {
    const tenant = await simulatedTenant();
    const id = await tenant.add(
      "apps",
      {
        "@odata.type": "#microsoft.graph.win32LobApp",
        displayName: "7-Zip",
        publisher: "x",
        description: "d",
        fileName: "a.intunewin",
        installCommandLine: "i",
        uninstallCommandLine: "u",
        roleScopeTagIds: ["0"],
        publishingState: "published",
      },
      {
        assignments: [
          {
            id: "1",
            intent: "required",
            target: ALL_DEVICES,
            settings: { "@odata.type": "#microsoft.graph.win32LobAppAssignmentSettings", notifications: "hideAll" },
          },
        ],
      },
    );
    const backupSetId = await backedUp(tenant, ["apps"]);
    const { doc, parts } = await whole(tenant, "apps", id);
    await tenant.edit("apps", id, { ...doc, installCommandLine: "evil" }, { ...parts, assignments: [] });
    const { items, counts } = await restoring(tenant, { backupSetId });
    expect(toldItems(items)).toEqual(["apps 7-Zip: update"]);
    expect(counts).toMatchObject({ updated: 1, failed: 0 });
    expect(await whole(tenant, "apps", id)).toMatchObject({
      doc: { installCommandLine: "i" },
      parts: { assignments: [{ intent: "required", target: ALL_DEVICES, settings: { notifications: "hideAll" } }] },
    });
  });

  it.each([
    ["three readings that do not find what was just made", { method: "GET" }],
    ["one assign that does not find it", { method: "POST", pathContains: "/assign", count: 1 }],
    ["three assigns that do not find it", { method: "POST", pathContains: "/assign", count: 3 }],
  ])("B15 (eventual-consistency): %s are waited for", async (_what, fault) => {
    const tenant = await simulatedTenant();
    const made = await tenant.add("conditionalAccess", conditionalAccess("CA001"));
    const configured = await tenant.add("deviceConfiguration", general("DC"), {
      assignments: [{ id: "1", target: ALL_DEVICES }],
    });
    const backupSetId = await backedUp(tenant, ["conditionalAccess", "deviceConfiguration"]);
    await remove(tenant, "conditionalAccess", made);
    await remove(tenant, "deviceConfiguration", configured);
    const preview = await previewed(tenant, { backupSetId, conditionalAccess: "as-is" });
    if (fault.method === "GET") await tenant.control("PATCH", "?", { lateAnswers: 3 });
    else await tenant.fault({ family: "deviceConfiguration", status: 404, code: "ResourceNotFound", ...fault });
    const run = await restored(tenant, preview);
    expect(counted(run.results)).toMatchObject({ created: 2, failed: 0 });
    const [configuration, ...more] = await there(tenant, "deviceConfiguration");
    expect(more).toEqual([]);
    const { parts } = await whole(tenant, "deviceConfiguration", configuration?.id ?? "");
    expect(parts["assignments"]).toMatchObject([{ target: ALL_DEVICES }]);
    expect(await there(tenant, "conditionalAccess")).toHaveLength(1);
  });
});
