import { beforeAll, describe, expect, inject, it } from "vitest";
import { FAMILY_KEYS, type FamilyKey } from "../../../src/graph/families.ts";
import type { PolicyDocument } from "../../../src/graph/calls/family-reader.ts";
import { planRestore } from "../../../src/graph/restore/plan.ts";
import { witnessed } from "../../support/schema-proxy/witnessed.ts";
import { objectOf, restoreBench, type RestoreBench } from "./simulated-restore.ts";

let bench: RestoreBench;
beforeAll(async () => {
  bench = await restoreBench(280, undefined, inject("schemaProxyUrl"));
});

type Parts = Record<string, object[]>;
interface Edit {
  doc?: object;
  /** From the parts as they are to those that somebody made of them in the portal. */
  parts?: (parts: Parts) => Parts;
  /** The steps that undo it. */
  undoneBy: string[];
}

const described = (undoneBy = ["update"]): Edit => ({ doc: { description: "Changed in the portal" }, undoneBy });
const ASSIGNED_TO_ALL = {
  target: { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" },
  intent: "available",
};
const reassigned = (edit: Edit): Edit => ({
  ...edit,
  parts: () => ({
    assignments: [
      { id: "x", ...ASSIGNED_TO_ALL },
      { id: "y", target: { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: crypto.randomUUID() } },
    ],
  }),
  undoneBy: [...edit.undoneBy, "assign"],
});

const EDITS: Record<FamilyKey, Edit> = {
  deviceConfiguration: reassigned(described()),
  settingsCatalog: {
    doc: { description: "Changed" },
    parts: ({ settings = [] }) => ({ settings: settings.slice(1).toReversed() }),
    undoneBy: ["update"],
  },
  compliance: {
    doc: { description: "Changed" },
    parts: () => ({
      scheduledActionsForRule: [
        {
          id: "r",
          ruleName: null,
          scheduledActionConfigurations: [{ id: "a", actionType: "block", gracePeriodHours: 999 }],
        },
      ],
    }),
    undoneBy: ["update", "scheduled actions"],
  },
  complianceLinux: {
    doc: { description: "Changed" },
    parts: () => ({
      settings: [],
      scheduledActionsForRule: [
        { id: "r", ruleName: null, scheduledActionConfigurations: [{ id: "a", actionType: "block" }] },
      ],
    }),
    undoneBy: ["update", "scheduled actions"],
  },
  adminTemplates: {
    parts: ({ definitionValues = [] }) => ({
      definitionValues: definitionValues
        .slice(1)
        .map((value) => ({ ...value, enabled: objectOf(value)["enabled"] !== true })),
    }),
    undoneBy: ["definition values"],
  },
  powershellScripts: reassigned({ doc: { scriptContent: btoa("exit 1") }, undoneBy: ["update"] }),
  shellScripts: reassigned({ doc: { scriptContent: btoa("exit 1") }, undoneBy: ["update"] }),
  customAttributes: reassigned({ doc: { scriptContent: btoa("exit 1") }, undoneBy: ["update"] }),
  remediations: reassigned({ doc: { detectionScriptContent: btoa("exit 1") }, undoneBy: ["update"] }),
  complianceScripts: { doc: { detectionScriptContent: btoa("exit 1") }, undoneBy: ["update"] },
  autopilot: {
    parts: () => ({
      assignments: [
        { id: "x", ...ASSIGNED_TO_ALL, intent: undefined },
        {
          id: "z",
          target: {
            "@odata.type": "#microsoft.graph.groupAssignmentTarget",
            groupId: "00000000-1111-4111-8111-111111111111",
          },
        },
      ],
    }),
    undoneBy: [],
  },
  enrollment: { doc: { priority: 77, description: "Changed" }, undoneBy: ["update", "priority"] },
  apps: reassigned(described()),
  appProtection: { doc: { description: "Changed" }, parts: () => ({ apps: [] }), undoneBy: ["update", "target apps"] },
  appConfigApps: { doc: { customSettings: [] }, parts: () => ({ apps: [] }), undoneBy: ["update", "target apps"] },
  appConfigDevices: reassigned(described()),
  conditionalAccess: {
    doc: { sessionControls: { persistentBrowser: { mode: "always", isEnabled: true } }, grantControls: null },
    undoneBy: ["update"],
  },
  namedLocations: { doc: { displayName: "Renamed" }, undoneBy: ["update"] },
  authStrengths: {
    doc: { description: "Changed", allowedCombinations: ["sms"] },
    undoneBy: ["update", "combinations"],
  },
  termsOfUse: { doc: { isViewingBeforeAcceptanceRequired: false }, undoneBy: ["update"] },
  scopeTags: reassigned(described()),
  filters: { doc: { rule: '(device.model -eq "x")' }, undoneBy: ["update"] },
  roles: { doc: { rolePermissions: [], permissions: [] }, undoneBy: ["update"] },
  notifications: {
    doc: { brandingOptions: "none" },
    parts: ({ localizedNotificationMessages: [first = {}] = [] }) => ({
      localizedNotificationMessages: [
        { ...first, subject: "Changed" },
        { id: "new", locale: "pl-PL", subject: "x", messageTemplate: "y", isDefault: false },
      ],
    }),
    undoneBy: ["update"],
  },
  reusableSettings: { doc: { displayName: "Renamed" }, undoneBy: ["update"] },
  featureUpdates: reassigned({ doc: { featureUpdateVersion: "Windows 11, version 26H2" }, undoneBy: ["update"] }),
  qualityUpdates: reassigned({ doc: { expeditedUpdateSettings: { daysUntilForcedReboot: 9 } }, undoneBy: ["update"] }),
  driverUpdates: reassigned({ doc: { deploymentDeferralInDays: 29 }, undoneBy: ["update"] }),
  intents: {
    doc: { description: "Changed" },
    parts: ({ settings: [first = {}] = [] }) => ({
      settings: [
        { ...first, value: false, valueJson: "false" },
        {
          "@odata.type": "#microsoft.graph.deviceManagementStringSettingInstance",
          id: "new",
          definitionId: "deviceConfiguration--new",
          value: "x",
          valueJson: '"x"',
        },
      ],
    }),
    undoneBy: ["update", "settings"],
  },
  qualityUpdatePolicies: reassigned({ doc: { approvalSettings: [] }, undoneBy: ["update"] }),
  deviceCategories: described(),
  appCategories: { doc: { displayName: "Renamed" }, undoneBy: ["update"] },
  terms: { doc: { bodyText: "Changed" }, undoneBy: ["update"] },
  appleUserEnrollment: {
    doc: { defaultEnrollmentType: "device", priority: 55 },
    undoneBy: ["update", "priority"],
  },
  bios: reassigned({ doc: { configurationFileContent: btoa("[cctk]") }, undoneBy: ["update"] }),
  branding: {
    doc: { showLogo: false, landingPageCustomizedImage: { type: "image/png", value: "eQ==" } },
    undoneBy: ["update", "landing page image"],
  },
  w365Provisioning: { doc: { gracePeriodInHours: 9 }, undoneBy: ["update"] },
  w365UserSettings: { doc: { resetEnabled: false }, undoneBy: ["update"] },
  complianceSettings: { doc: { deviceComplianceCheckinThresholdDays: 77 }, undoneBy: ["update"] },
  authMethods: {
    doc: { reportSuspiciousActivitySettings: { state: "disabled" } },
    // Security keys are off, another group may use text messages, and a method of another company has come.
    parts: ({ authenticationMethodConfigurations: [fido = {}, authenticator = {}, sms = {}, pass = {}] = [] }) => ({
      authenticationMethodConfigurations: [
        { ...fido, state: "disabled" },
        authenticator,
        { ...sms, includeTargets: [{ targetType: "group", id: crypto.randomUUID(), isUsableForSignIn: false }] },
        pass,
        {
          "@odata.type": "#microsoft.graph.externalAuthenticationMethodConfiguration",
          id: "theirs",
          displayName: "Theirs",
        },
      ],
    }),
    undoneBy: ["update", "method Fido2", "method Sms", "no method theirs"],
  },
  groups: { doc: { membershipRule: "(device.model -eq 1)", displayName: "Renamed" }, undoneBy: ["update"] },
  authContexts: { doc: { displayName: "Renamed" }, undoneBy: ["update"] },
  authorizationPolicy: { doc: { allowInvitesFrom: "none", allowedToUseSSPR: false }, undoneBy: ["update"] },
  securityDefaults: { doc: { isEnabled: true }, undoneBy: ["update"] },
  deviceRegistration: { doc: { userDeviceQuota: 3 }, undoneBy: ["update"] },
  adminConsent: { doc: { reviewers: [] }, undoneBy: ["update"] },
  crossTenantDefault: {
    doc: {
      automaticUserConsentSettings: { inboundAllowed: true, outboundAllowed: true },
      invitationRedemptionIdentityProviderConfiguration: {
        "@odata.type": "#microsoft.graph.defaultInvitationRedemptionIdentityProviderConfiguration",
        primaryIdentityProviderPrecedenceOrder: [
          "azureActiveDirectory",
          "externalFederation",
          "socialIdentityProviders",
        ],
        fallbackIdentityProvider: "emailOneTimePasscode",
      },
    },
    undoneBy: ["update"],
  },
  crossTenantPartners: {
    doc: {
      inboundTrust: { isMfaAccepted: null },
      identitySynchronization: { userSyncInbound: { isSyncAllowed: false } },
    },
    undoneBy: ["update", "identity synchronization"],
  },
};

/** The first that an update can bring back and whose content the edit can change. */
async function restorableOne(key: FamilyKey): Promise<PolicyDocument> {
  const policies = (await bench.readFamily(key)).toReversed();
  const fits = policies.find(({ document }) => {
    const plan = planRestore(key, document, bench.options({ mode: { kind: "update", target: document } }));
    return plan.kind === "unchanged" && JSON.stringify(document).length > 100;
  });
  if (!fits) throw new Error(`none of ${key} can be restored`);
  return fits;
}

describe("A policy that was changed in the tenant", () => {
  it.each(FAMILY_KEYS)(
    "is brought back to what is stored, by the steps that it needs and no others: %s",
    async (key) => {
      const edit = EDITS[key];
      const { graphId, document } = await restorableOne(key);
      const truth = async () => sorted([await bench.nameOf(key, graphId), await bench.truthOf(key, graphId)]);
      const before = await truth();
      const { parts } = await bench.control.policy(bench.tenant, key, graphId);
      await bench.control.editPolicy(bench.tenant, key, graphId, edit.doc ?? {}, edit.parts?.(parts) ?? {});
      expect(await truth()).not.toEqual(before);
      const others = (await bench.ids(key)).length;

      const task = await bench.updateTask(key, graphId, document);
      const outcome = await bench.perform(task);
      expect(outcome, JSON.stringify(outcome)).toMatchObject({ kind: "restored", graphId });
      const steps = task.plan.steps.map(({ name }) => name);
      expect(steps.filter((name) => !/^(no )?(assignment|message) /.test(name))).toEqual(edit.undoneBy);
      expect(outcome.requests.map(({ step }) => step)).toEqual(steps);
      expect(await truth()).toEqual(before);
      expect((await bench.ids(key)).length).toBe(others);

      const again = planRestore(
        key,
        document,
        bench.options({ mode: { kind: "update", target: await bench.read(key, graphId) } }),
      );
      expect(again.kind).toBe("unchanged");
    },
  );

  it("is left alone where nothing differs, whatever the order in which Graph lists things", async () => {
    for (const { key, policies } of await bench.readAll()) {
      for (const { document } of policies) {
        const shuffled = { ...document };
        for (const name of [
          "assignments",
          "settings",
          "definitionValues",
          "apps",
          "localizedNotificationMessages",
          "roleScopeTagIds",
        ]) {
          const list = shuffled[name];
          if (Array.isArray(list)) shuffled[name] = list.toReversed();
        }
        const plan = planRestore(key, document, bench.options({ mode: { kind: "update", target: shuffled } }));
        expect(["unchanged", "blocked"]).toContain(plan.kind);
      }
    }
  });
});

/** The order of entries that were made anew is Graph's own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(sorted).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

describe("Every request of these", () => {
  it("was what Microsoft's types allow", async () => {
    const { requests, refusals } = await witnessed(inject("schemaProxyUrl"), bench.tenant);
    expect(refusals).toEqual([]);
    expect(requests).toBeGreaterThan(500);
  });
});
