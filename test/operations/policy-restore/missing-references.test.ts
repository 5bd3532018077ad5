import { describe, expect, it } from "vitest";
import type { ReferenceKind } from "../../../src/contract/restore.ts";
import { FAMILIES, familyOf, type FamilyKey } from "../../../src/graph/families.ts";
import { isAssigned, type ReferencePlace } from "../../../src/graph/families/family.ts";
import { references } from "../../../src/graph/restore/references.ts";
import type { ComparedItem, DecisionBasis } from "../../../src/operations/policy-restore/comparison.ts";
import { decideItems } from "../../../src/operations/policy-restore/decide-items.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../src/policies/json-value.ts";

const GUID = "11111111-1111-4111-8111-111111111111";
const idOf = (kind: ReferenceKind) => (kind === "scopeTag" ? "7" : kind === "authContext" ? "c7" : GUID);

/** What a policy of the family needs beside the reference to be written at all. */
const BASES: Partial<Record<FamilyKey, JsonObject>> = {
  deviceConfiguration: { "@odata.type": "#microsoft.graph.windowsWifiEnterpriseEAPConfiguration" },
  settingsCatalog: { name: "x", platforms: "windows10", technologies: "mdm" },
  compliance: {
    "@odata.type": "#microsoft.graph.windows10CompliancePolicy",
    scheduledActionsForRule: [{ scheduledActionConfigurations: [{ actionType: "notification" }] }],
  },
  complianceLinux: { name: "x", platforms: "linux", technologies: "linuxMdm", settings: [{}] },
  enrollment: { "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration" },
  appConfigDevices: { "@odata.type": "#microsoft.graph.iosMobileAppConfiguration" },
  conditionalAccess: { state: "enabled", conditions: { users: { includeUsers: ["All"] } } },
  authMethods: {
    authenticationMethodConfigurations: [
      { "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration", id: "Fido2" },
    ],
  },
  deviceRegistration: {
    azureADJoin: { isAdminConfigurable: true },
    azureADRegistration: { isAdminConfigurable: true },
  },
  crossTenantPartners: { tenantId: "partner" },
};

/** Places that keep a policy from something; all others only say what it is about. */
const LIMITS = new Set([
  "conditionalAccess conditions.users.excludeGroups.*",
  "conditionalAccess conditions.users.excludeUsers.*",
  "conditionalAccess conditions.users.excludeRoles.*",
  "conditionalAccess conditions.applications.excludeApplications.*",
  "conditionalAccess conditions.clientApplications.excludeServicePrincipals.*",
  "conditionalAccess conditions.locations.includeLocations.*",
  "conditionalAccess conditions.locations.excludeLocations.*",
  "conditionalAccess grantControls.authenticationStrength.id",
  "conditionalAccess grantControls.termsOfUse.*",
  "authMethods authenticationMethodConfigurations.*.excludeTargets.*.id",
  "authMethods authenticationMethodConfigurations.*.featureSettings.displayAppInformationRequiredState.excludeTarget.id",
  "authMethods authenticationMethodConfigurations.*.featureSettings.displayLocationInformationRequiredState.excludeTarget.id",
  "authMethods authenticationMethodConfigurations.*.featureSettings.companionAppAllowedState.excludeTarget.id",
  "authMethods registrationEnforcement.authenticationMethodsRegistrationCampaign.excludeTargets.*.id",
  "authMethods systemCredentialPreferences.excludeTargets.*.id",
  ...["crossTenantDefault", "crossTenantPartners"].flatMap((key) => [
    `${key} b2bCollaborationOutbound.usersAndGroups.targets.*.target`,
    `${key} b2bDirectConnectOutbound.usersAndGroups.targets.*.target`,
    `${key} b2bCollaborationInbound.applications.targets.*.target`,
    `${key} b2bDirectConnectInbound.applications.targets.*.target`,
  ]),
]);

function within(path: readonly string[], kind: ReferenceKind): JsonValue {
  const [member, ...deeper] = path;
  if (member === undefined) return idOf(kind);
  if (member === "*") return [within(deeper, kind)];
  const inner = within(deeper, kind);
  return member === "target" && deeper.length === 0 ? { target: inner, targetType: kind } : { [member]: inner };
}

function merged(one: JsonValue | undefined, other: JsonValue): JsonValue {
  if (Array.isArray(one) && Array.isArray(other)) return other.map((item, index) => merged(one[index], item));
  if (one === undefined || !isJsonObject(one) || !isJsonObject(other)) return other;
  const both = Object.entries(other).map(([name, value]) => [name, merged(one[name], value)] as const);
  return { ...one, ...Object.fromEntries(both) };
}

function objectOf(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : expect.unreachable();
}

const baseOf = (key: FamilyKey): JsonObject => ({ displayName: "x", ...BASES[key] });

/** A policy that names one thing at the place. */
function naming(key: FamilyKey, place: ReferencePlace): JsonObject {
  const own =
    "path" in place
      ? within(place.path, place.kind)
      : { settings: [{ settingInstance: { value: { "@odata.type": place.odataType, [place.member]: GUID } } }] };
  return objectOf(merged(baseOf(key), own));
}

type Row = { at: string; key: FamilyKey; stored: JsonObject; kind: ReferenceKind; limits: boolean };

const OWN: Row[] = FAMILIES.flatMap(({ key, references: places }) =>
  places.map((place): Row => {
    const at = `${key} ${"path" in place ? place.path.join(".") : place.odataType}`;
    return { at, key, stored: naming(key, place), kind: place.kind, limits: LIMITS.has(at) };
  }),
);

const assigned = (target: JsonObject) => ({ displayName: "x", name: "x", assignments: [{ target }] });
const EXCLUDED = { "@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", groupId: GUID };
const INCLUDED = { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: GUID };
const FILTERED = {
  "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget",
  deviceAndAppManagementAssignmentFilterId: GUID,
  deviceAndAppManagementAssignmentFilterType: "exclude",
};

function tagged(key: FamilyKey, stored: JsonObject): Row {
  return { at: `${key} tag`, key, stored, kind: "scopeTag", limits: false };
}

const SHARED: Row[] = [
  ...(["deviceConfiguration", "compliance", "autopilot"] as const).flatMap((key): Row[] => [
    { at: `${key} excluded`, key, stored: { ...baseOf(key), ...assigned(EXCLUDED) }, kind: "group", limits: true },
    { at: `${key} included`, key, stored: { ...baseOf(key), ...assigned(INCLUDED) }, kind: "group", limits: false },
    { at: `${key} filtered`, key, stored: { ...baseOf(key), ...assigned(FILTERED) }, kind: "filter", limits: true },
  ]),
  tagged("deviceConfiguration", { ...baseOf("deviceConfiguration"), roleScopeTagIds: ["7"] }),
  tagged("filters", { displayName: "x", platform: "iOS", rule: "r", roleScopeTags: ["0", "7"] }),
  tagged("w365Provisioning", { displayName: "x", imageId: "i", imageType: "gallery", scopeIds: ["7"] }),
];

const missing = { kind: "missing" } as const;

function decide({ key, stored, kind }: Row, choice: "none" | "leave out") {
  const family = familyOf(key);
  const target = family.single === null ? null : { ...baseOf(key) };
  const item: ComparedItem = {
    item: {
      ordinal: 1,
      itemId: "i",
      family: key,
      graphId: "p",
      name: "x",
      odataType: null,
      contentHash: "c",
      sealedSecrets: null,
      capturedAt: 1,
      runId: "run",
      undoes: null,
      leftHash: null,
    },
    match: target === null ? { kind: "none" } : { kind: "same_id", graphId: "p" },
    target,
    candidates: [],
    namesakes: null,
    targetHash: null,
    stored,
    secrets: {},
    targetSecrets: null,
    restored: null,
    references: references(key, stored),
    nameAtBackup: () => null,
  };
  const basis: DecisionBasis = {
    family,
    options: {
      mode: "update",
      itemIds: null,
      namePrefix: null,
      assignments: true,
      conditionalAccess: "as-is",
      mapping: [],
    },
    graphUrl: "https://graph.test",
    plannedAt: Date.UTC(2026, 10, 28),
    sources: {
      chosen: choice === "none" ? [] : [{ kind, sourceId: idOf(kind), targetId: null }],
      presence: () => missing,
      named: () => [],
      backedUpName: () => null,
      planned: () => null,
    },
  };
  const [decided] = decideItems(basis, [item]);
  return decided ?? expect.unreachable();
}

describe("A reference to what the tenant does not have", () => {
  it("stands at every place that limits a policy", () => {
    expect([...LIMITS].filter((at) => !OWN.some((row) => row.at === at))).toEqual([]);
  });

  it.each([...OWN, ...SHARED].map((row) => [`${row.at} (${row.kind})`, row] as const))(
    "blocks the policy until a person has chosen, and is then nowhere sent: %s",
    (_at, row) => {
      const { key, stored, kind, limits } = row;
      expect(references(key, stored)).toMatchObject([{ kind, id: idOf(kind), narrows: limits }]);
      const undecided = decide(row, "none");
      expect(undecided.decision).toMatchObject({
        action: "blocked",
        reasonCode: limits ? "missing_limit" : "missing_reference",
        missingCount: 1,
      });
      expect(undecided.decision.message).toContain(idOf(kind));
      expect(undecided.detail.writes).toBeNull();

      const decided = decide(row, "leave out");
      const sent = JSON.stringify(decided.detail.steps);
      expect(sent).not.toContain(`"${idOf(kind)}"`);
      expect(sent).not.toContain(`('${idOf(kind)}')`);
      expect(decided.detail.references).toMatchObject([{ state: "left_out" }]);
      // Nothing makes a policy without its template.
      if (kind === "settingsTemplate") expect(decided.decision.reasonCode).toBe("incomplete_document");
      else expect(decided.decision.action).not.toBe("blocked");
      if (limits && decided.decision.action !== "unchanged")
        expect(decided.detail.notes.join()).toMatch(/as you chose/);
    },
  );

  it("limits every assigned family where it is excluded or a filter, and takes its assignment with it", () => {
    for (const { key } of FAMILIES.filter(isAssigned)) {
      const limits = [INCLUDED, EXCLUDED, FILTERED].map((target) =>
        references(key, assigned(target)).map(({ kind, narrows }) => [kind, narrows]),
      );
      expect(limits, key).toEqual([[["group", false]], [["group", true]], [["filter", true]]]);
    }
  });
});
