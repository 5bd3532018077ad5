import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/policies/json-value.ts";
import { planRestore } from "../../../src/graph/restore/plan.ts";
import { MemoryJournal } from "./memory-journal.ts";
import { objectOf, restoreBench, type RestoreBench } from "./simulated-restore.ts";

let bench: RestoreBench;
beforeEach(async () => {
  bench = await restoreBench(0);
});

const FILTER = { displayName: "Four eyes", platform: "iOS", rule: '(device.model -eq "x")', description: "" };
const TEMPLATE: JsonObject = {
  displayName: "Not compliant",
  brandingOptions: "none",
  localizedNotificationMessages: [{ locale: "en-us", subject: "s", messageTemplate: "m", isDefault: true }],
};

describe("Multi Admin Approval", () => {
  it("parks each write under a code, once, and applies it when it is approved", async () => {
    await bench.control.configure(bench.tenant, { approvalFamilies: ["notifications"] });
    const task = {
      plan: bench.plan("notifications", TEMPLATE),
      journal: new MemoryJournal(),
      justification: "Réstore\nit",
    };
    for (let step = 1; step <= 2; step += 1) {
      const parked = await bench.perform(task);
      expect(parked).toMatchObject({
        kind: "failed",
        failure: { code: "approval_required", justification: "R?store?it" },
      });
      const asked = await bench.control.approvals(bench.tenant);
      const waiting = asked.filter(({ status }) => status === "needsApproval");
      expect(waiting).toMatchObject([{ requestJustification: "R?store?it" }]);
      const id = waiting[0]?.id ?? "";
      expect(parked).toMatchObject({ failure: { approvalCode: id } });
      // Asked again before it is approved: the same code, no second request.
      expect(await bench.perform(task)).toMatchObject({ failure: { code: "approval_required", approvalCode: id } });
      expect(await bench.control.approvals(bench.tenant)).toHaveLength(step);
      await bench.control.decideApproval(bench.tenant, id, "approve");
    }
    expect(await bench.perform(task)).toMatchObject({ kind: "restored" });
    expect(await bench.ids("notifications")).toHaveLength(1);
    expect((await bench.control.approvals(bench.tenant)).map(({ status }) => status)).toEqual([
      "completed",
      "completed",
    ]);
  });

  it("that is denied fails the restore, and a retry asks anew", async () => {
    await bench.control.configure(bench.tenant, { approvalFamilies: ["*"] });
    const task = { plan: bench.plan("filters", FILTER), journal: new MemoryJournal() };
    await bench.perform(task);
    const [first] = await bench.control.approvals(bench.tenant);
    await bench.control.decideApproval(bench.tenant, first?.id ?? "", "reject");
    expect(await bench.perform(task)).toMatchObject({ failure: { code: "approval_denied", approvalCode: first?.id } });
    expect(await bench.perform(task)).toMatchObject({ failure: { code: "approval_required" } });
    expect(await bench.control.approvals(bench.tenant)).toHaveLength(2);
  });

  it("whose answer to the approved write is lost does not make two", async () => {
    await bench.control.configure(bench.tenant, { approvalFamilies: ["filters"] });
    const task = { plan: bench.plan("filters", FILTER), journal: new MemoryJournal() };
    await bench.perform(task);
    const [request] = await bench.control.approvals(bench.tenant);
    await bench.control.decideApproval(bench.tenant, request?.id ?? "", "approve");
    await bench.control.planFault(bench.tenant, {
      family: "filters",
      method: "POST",
      status: 504,
      afterApply: true,
      count: 1,
    });
    expect(await bench.perform(task)).toMatchObject({ kind: "restored" });
    expect(await bench.ids("filters")).toHaveLength(1);
  });
});

describe("Writes that are limited", () => {
  it("are waited for, and all are made", async () => {
    await bench.control.throttle(bench.tenant, {
      buckets: { "intune:write": { burst: 1, perSecond: 4, retryAfter: "fractional" } },
    });
    bench.sleepsReally = true;
    const values = ["de-at", "en-us", "ja-jp"].map((locale) => ({
      locale,
      subject: "s",
      messageTemplate: "m",
      isDefault: false,
    }));
    const task = { plan: bench.plan("notifications", { ...TEMPLATE, localizedNotificationMessages: values }) };
    expect(await bench.perform(task)).toMatchObject({ kind: "restored" });
    expect((await bench.control.counters(bench.tenant)).totals.throttled).toBeGreaterThan(0);
    expect(bench.slept.length).toBeGreaterThan(0);
  });

  it("beyond the budget defer the restore by what Graph says, and are certain not to have been applied", async () => {
    await bench.control.planFault(bench.tenant, {
      family: "filters",
      method: "POST",
      status: 429,
      retryAfter: "40",
      count: 1,
    });
    const task = { plan: bench.plan("filters", FILTER), journal: new MemoryJournal() };
    const outcome = await bench.perform(task);
    expect(outcome).toMatchObject({ kind: "deferred", reason: "throttled" });
    expect(outcome.kind === "deferred" ? outcome.retryAfterSeconds : null).toBeGreaterThanOrEqual(40);
    // No uncertainty to wait for.
    expect(await bench.perform(task)).toMatchObject({ kind: "restored" });
    expect(await bench.ids("filters")).toHaveLength(1);
  });
});

describe("A write that Graph refuses", () => {
  it.each([
    ["filters", FILTER, "DeviceManagementConfiguration.ReadWrite.All"],
    [
      "namedLocations",
      { "@odata.type": "#microsoft.graph.countryNamedLocation", displayName: "x", countriesAndRegions: ["AT"] },
      "Policy.ReadWrite.ConditionalAccess",
    ],
    ["scopeTags", { displayName: "x" }, "DeviceManagementRBAC.ReadWrite.All"],
    [
      "conditionalAccess",
      { displayName: "x", state: "disabled", conditions: { users: { includeUsers: ["All"] } } },
      "Application.Read.All",
    ],
  ] as const)("for want of a permission names the one to grant: %s", async (key, document, permission) => {
    await bench.control.removePermissions(bench.tenant, permission);
    const outcome = await bench.perform({ plan: bench.plan(key, objectOf(document)) });
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "permission_missing", permission } });
    expect(outcome.requests).toEqual([
      { step: "create", method: "POST", path: expect.any(String), requestId: expect.any(String) },
    ]);
  });

  it("says in Graph's words why, and what was sent when", async () => {
    const policy = {
      displayName: "Nowhere",
      state: "disabled",
      conditions: {
        applications: {},
        users: {},
        locations: { includeLocations: ["11111111-1111-4111-8111-111111111111"] },
      },
    };
    const outcome = await bench.perform({ plan: bench.plan("conditionalAccess", policy) });
    expect(outcome).toMatchObject({
      kind: "failed",
      failure: {
        code: "graph_rejected",
        status: 400,
        graphCode: "BadRequest",
        step: "create",
        graphMessage: expect.stringContaining("NamedLocation"),
      },
      graphId: null,
    });
  });
});

describe("Encrypted values", () => {
  const SECRET = "<WLANProfile>hunter2</WLANProfile>";
  const CUSTOM = {
    "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
    displayName: "Wi-Fi",
    omaSettings: [
      {
        "@odata.type": "#microsoft.graph.omaSettingString",
        displayName: "Key",
        omaUri: "./Vendor/WLan",
        value: SECRET,
      },
      { "@odata.type": "#microsoft.graph.omaSettingInteger", displayName: "n", omaUri: "./Vendor/N", value: 4 },
    ],
  };

  it("block a restore without their plain text, and stand in no plan and no report with it", async () => {
    const id = await bench.control.addPolicy(bench.tenant, "deviceConfiguration", CUSTOM);
    const document = await bench.read("deviceConfiguration", id);
    expect(planRestore("deviceConfiguration", document, bench.options())).toMatchObject({
      kind: "blocked",
      code: "encrypted_value",
    });

    const { omaValues, filling } = await bench.secretsOf("deviceConfiguration", {
      graphId: id,
      document,
      requestId: null,
    });
    const plan = bench.plan("deviceConfiguration", document, { omaValues });
    expect(JSON.stringify(plan)).not.toContain("hunter2");
    const journal = new MemoryJournal();
    const outcome = await bench.perform({ plan, filling, journal });
    expect(outcome).toMatchObject({ kind: "restored" });
    expect(JSON.stringify([outcome, journal.attempts])).not.toContain("hunter2");
    const { parts } = await bench.control.policy(bench.tenant, "deviceConfiguration", outcome.graphId ?? "");
    expect(parts["secrets"]).toMatchObject([{ value: SECRET }]);

    const gone = { omaValue: async () => null, restoredId: async () => null };
    expect(await bench.perform({ plan, filling: gone })).toMatchObject({ failure: { code: "encrypted_value" } });
  });

  it.each(["omaSettingStringXml", "omaSettingBase64"])(
    "of XML and binary settings are sent in base64: %s",
    async (kind) => {
      const text = "<Grüße>hunter2</Grüße>";
      const value = Buffer.from(text).toString("base64");
      const [first] = CUSTOM.omaSettings;
      const custom = { ...CUSTOM, omaSettings: [{ ...first, "@odata.type": `#microsoft.graph.${kind}`, value }] };
      const id = await bench.control.addPolicy(bench.tenant, "deviceConfiguration", custom);
      const document = await bench.read("deviceConfiguration", id);
      const policy = { graphId: id, document, requestId: null };
      const { omaValues, filling } = await bench.secretsOf("deviceConfiguration", policy);
      const outcome = await bench.perform({
        plan: bench.plan("deviceConfiguration", document, { omaValues }),
        filling,
      });
      expect(outcome).toMatchObject({ kind: "restored" });
      const { parts } = await bench.control.policy(bench.tenant, "deviceConfiguration", outcome.graphId ?? "");
      expect(parts["secrets"]).toMatchObject([{ value: text }]);
    },
  );

  it("that read back differently are a mismatch that does not show them", async () => {
    const id = await bench.control.addPolicy(bench.tenant, "deviceConfiguration", CUSTOM);
    const document = await bench.read("deviceConfiguration", id);
    const { omaValues, filling } = await bench.secretsOf("deviceConfiguration", {
      graphId: id,
      document,
      requestId: null,
    });
    const plan = bench.plan("deviceConfiguration", document, {
      omaValues,
      mode: { kind: "create", namePrefix: "Copy " },
    });
    const journal = new MemoryJournal();
    journal.afterWrite = async () => {
      for (const copy of (await bench.ids("deviceConfiguration")).filter((one) => one !== id)) {
        const { parts } = await bench.control.policy(bench.tenant, "deviceConfiguration", copy);
        const secrets = (parts["secrets"] ?? []).map((secret) => ({ ...secret, value: "other" }));
        await bench.control.editPolicy(bench.tenant, "deviceConfiguration", copy, {}, { secrets });
      }
    };
    const outcome = await bench.perform({ plan, filling, journal });
    expect(outcome).toMatchObject({
      failure: {
        code: "readback_mismatch",
        differences: [{ path: "omaSettings[./Vendor/WLan].value", expected: "(not shown)" }],
      },
    });
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  });
});

describe("A reference to what the same plan restores", () => {
  it("is the id that it got, wherever it stands", async () => {
    const filter = await bench.perform({ plan: bench.plan("filters", FILTER) });
    const document = objectOf({
      "@odata.type": "#microsoft.graph.iosGeneralDeviceConfiguration",
      displayName: "Camera",
      cameraBlocked: true,
      assignments: [
        {
          id: "a",
          target: {
            "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget",
            deviceAndAppManagementAssignmentFilterId: "old",
            deviceAndAppManagementAssignmentFilterType: "include",
          },
        },
      ],
    });
    const plan = bench.plan("deviceConfiguration", document, {
      mapping: { filter: { old: { restoredItem: "item-7" } } },
    });
    const filling = {
      omaValue: async () => null,
      restoredId: async (item: string) => (item === "item-7" ? filter.graphId : null),
    };
    const outcome = await bench.perform({ plan, filling });
    expect(outcome).toMatchObject({ kind: "restored" });
    const { parts } = await bench.control.policy(bench.tenant, "deviceConfiguration", outcome.graphId ?? "");
    expect(parts["assignments"]).toMatchObject([
      { target: { deviceAndAppManagementAssignmentFilterId: filter.graphId } },
    ]);
    expect(await bench.perform({ plan })).toMatchObject({ failure: { code: "dependency_missing" } });
  });
});
