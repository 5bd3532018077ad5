import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/policies/json-value.ts";
import { planRestore } from "../../../src/graph/restore/plan.ts";
import { UNCERTAIN_MS } from "../../../src/graph/calls/restore/perform.ts";
import { nextLookSeconds } from "../../../src/graph/restore/approval-times.ts";
import { Crash, MemoryJournal } from "./memory-journal.ts";
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

const WAITS = { kind: "deferred", reason: "waiting_for_approval" };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("Multi Admin Approval", () => {
  const parkedFilter = async () => {
    await bench.control.configure(bench.tenant, { approvalFamilies: ["filters"] });
    const task = { plan: bench.plan("filters", FILTER), journal: new MemoryJournal() };
    expect(await bench.perform(task)).toMatchObject(WAITS);
    const [request] = await bench.control.approvals(bench.tenant);
    return { task, code: request?.id ?? "" };
  };

  it("makes each write wait under a code, asked for once, and goes on when it is approved", async () => {
    await bench.control.configure(bench.tenant, { approvalFamilies: ["notifications"] });
    const task = {
      plan: bench.plan("notifications", TEMPLATE),
      journal: new MemoryJournal(),
      justification: "Réstore\nit",
    };
    for (let step = 1; step <= 2; step += 1) {
      expect(await bench.perform(task)).toMatchObject({ ...WAITS, retryAfterSeconds: 30 });
      const asked = await bench.control.approvals(bench.tenant);
      const waiting = asked.filter(({ status }) => status === "needsApproval");
      expect(waiting).toMatchObject([{ requestJustification: "R?store?it" }]);
      const id = waiting[0]?.id ?? "";
      expect(task.journal.attempts.at(-1)?.outcome).toMatchObject({ kind: "parked", code: id });
      // Looked at before it is approved: no second request, and no reading but that of the request.
      const requests = async () => (await bench.control.counters(bench.tenant)).totals.requests;
      const before = await requests();
      expect(await bench.perform(task)).toMatchObject(WAITS);
      expect((await requests()) - before).toBe(1);
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

  it.each([
    ["reject", "approval_denied"],
    ["cancel", "approval_canceled"],
    ["expire", "approval_expired"],
  ] as const)(
    "that comes to '%s' ends the restore, says so however often it is performed, and is asked anew in a retry",
    async (decision, reason) => {
      const { task, code } = await parkedFilter();
      await bench.control.decideApproval(bench.tenant, code, decision);
      for (const time of ["first", "second"])
        expect(await bench.perform(task), time).toMatchObject({ failure: { code: reason, approvalCode: code } });
      expect(await bench.control.approvals(bench.tenant)).toHaveLength(1);
      task.journal.nextRun();
      expect(await bench.perform(task)).toMatchObject(WAITS);
      expect(await bench.control.approvals(bench.tenant)).toHaveLength(2);
      expect(await bench.ids("filters")).toEqual([]);
    },
  );

  it("is looked at for three days and an hour, whatever Graph says of it then", async () => {
    const { task, code } = await parkedFilter();
    task.journal.age(3 * DAY_MS);
    expect(await bench.perform(task)).toMatchObject({ ...WAITS, retryAfterSeconds: 900 });
    // Not even an answer: waited for like the decision.
    await bench.control.planFault(bench.tenant, { family: "operationApprovalRequests", status: 503 });
    expect(await bench.perform(task)).toMatchObject(WAITS);
    task.journal.age(HOUR_MS);
    expect(await bench.perform(task)).toMatchObject({ failure: { code: "approval_expired", approvalCode: code } });
  });

  it("takes about 360 looks in all", () => {
    let looks = 0;
    for (let ageMs = 0; ; looks += 1) {
      const seconds = nextLookSeconds(ageMs);
      if (seconds === null) break;
      expect(seconds).toBeLessThanOrEqual(900);
      ageMs += seconds * 1_000;
    }
    expect(looks).toBeGreaterThan(300);
    expect(looks).toBeLessThan(400);
  });

  it("that the application cannot see fails the restore with the code, and a retry sends the write with it", async () => {
    await bench.control.planFault(bench.tenant, {
      family: "operationApprovalRequests",
      permissionMissing: "DeviceManagementConfiguration.Read.All",
    });
    await bench.control.configure(bench.tenant, { approvalFamilies: ["filters"] });
    const task = { plan: bench.plan("filters", FILTER), journal: new MemoryJournal() };
    for (const time of ["first", "second"])
      expect(await bench.perform(task), time).toMatchObject({ failure: { code: "approval_required" } });
    const asked = await bench.control.approvals(bench.tenant);
    expect(asked).toHaveLength(1);
    await bench.control.decideApproval(bench.tenant, asked[0]?.id ?? "", "approve");
    task.journal.nextRun();
    expect(await bench.perform(task)).toMatchObject({ kind: "restored" });
    expect(await bench.ids("filters")).toHaveLength(1);
  });

  it.each(["approve", "reject"] as const)(
    "writes nothing twice when the restore crashes around any write to its journal (%s)",
    async (decision) => {
      for (let write = 0; write < 7; write += 1) {
        for (const when of ["before", "after"] as const) {
          bench = await restoreBench(0);
          await bench.control.configure(bench.tenant, { approvalFamilies: ["filters"] });
          const task = { plan: bench.plan("filters", FILTER), journal: new MemoryJournal() };
          task.journal.crashAt = { write, when };
          let ended = "";
          for (let turn = 0; turn < 12 && ended === ""; turn += 1) {
            const outcome = await bench.perform(task).catch((error: unknown) => {
              if (!(error instanceof Crash)) throw error;
              return null;
            });
            if (outcome?.kind === "restored") ended = "restored";
            else if (outcome?.kind === "failed") ended = outcome.failure.code;
            else if (outcome?.kind === "deferred" && outcome.reason === "uncertain") task.journal.age(UNCERTAIN_MS);
            for (const { id, status } of await bench.control.approvals(bench.tenant))
              if (status === "needsApproval") await bench.control.decideApproval(bench.tenant, id, decision);
          }
          const where = `${when} write ${write}`;
          expect(ended, where).toBe(decision === "approve" ? "restored" : "approval_denied");
          expect(await bench.ids("filters"), where).toHaveLength(decision === "approve" ? 1 : 0);
        }
      }
    },
    120_000,
  );

  it("whose answer to the approved write is lost does not make two", async () => {
    const { task, code } = await parkedFilter();
    await bench.control.decideApproval(bench.tenant, code, "approve");
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
    ["filters", FILTER, "DeviceManagementConfiguration.ReadWrite.All", []],
    [
      "namedLocations",
      { "@odata.type": "#microsoft.graph.countryNamedLocation", displayName: "x", countriesAndRegions: ["AT"] },
      "Policy.ReadWrite.ConditionalAccess",
      [],
    ],
    [
      "scopeTags",
      { displayName: "x" },
      "DeviceManagementRBAC.ReadWrite.All",
      // Microsoft takes it as well.
      ["DeviceManagementConfiguration.ReadWrite.All"],
    ],
    [
      "conditionalAccess",
      { displayName: "x", state: "disabled", conditions: { users: { includeUsers: ["All"] } } },
      "Application.Read.All",
      [],
    ],
  ] as const)("for want of a permission names the one to grant: %s", async (key, document, permission, equals) => {
    await bench.control.removePermissions(bench.tenant, permission, ...equals);
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
