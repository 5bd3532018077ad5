import { describe, expect, it } from "vitest";
import { familyOf, type FamilyKey } from "../../../src/graph/families.ts";
import { references } from "../../../src/graph/restore/references.ts";
import type { ComparedItem, DecisionBasis } from "../../../src/operations/policy-restore/comparison.ts";
import {
  blockedItem,
  decideItems,
  dependsOnTargetSecrets,
} from "../../../src/operations/policy-restore/decide-items.ts";
import type { ReferenceSources } from "../../../src/operations/policy-restore/decide-references.ts";
import type { JsonObject } from "../../../src/policies/json-value.ts";

const GROUP = "11111111-1111-4111-8111-111111111111";
const LOCATION = "22222222-2222-4222-8222-222222222222";

const NOTHING_KNOWN: ReferenceSources = {
  chosen: [],
  presence: () => ({ kind: "unchecked" }),
  named: () => [],
  backedUpName: () => null,
  planned: () => null,
};

function basis(key: FamilyKey, more: Partial<DecisionBasis> = {}): DecisionBasis {
  return {
    family: familyOf(key),
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
    sources: NOTHING_KNOWN,
    ...more,
  };
}

const copying = (key: FamilyKey): DecisionBasis => {
  const { options, ...rest } = basis(key);
  return { ...rest, options: { ...options, mode: "create", namePrefix: "Copy of " } };
};

function item(key: FamilyKey, stored: JsonObject | null, more: Partial<ComparedItem> = {}): ComparedItem {
  return {
    item: {
      ordinal: 7,
      itemId: "item-7",
      family: key,
      graphId: "p",
      name: "Backed up",
      odataType: null,
      contentHash: "content",
      sealedSecrets: null,
      capturedAt: 1,
      runId: "run",
      undoes: null,
      leftHash: null,
    },
    match: { kind: "none" },
    target: null,
    candidates: [],
    namesakes: null,
    targetHash: null,
    stored,
    secrets: {},
    targetSecrets: null,
    restored: null,
    references: stored === null ? [] : references(key, stored),
    nameAtBackup: () => null,
    ...more,
  };
}

const there = (target: JsonObject, more: Partial<ComparedItem> = {}): Partial<ComparedItem> => ({
  match: { kind: "same_id", graphId: "p" },
  target,
  targetHash: "hash of the target",
  ...more,
});

function decideOne(setting: DecisionBasis, compared: ComparedItem) {
  const [decided, ...more] = decideItems(setting, [compared]);
  if (!decided || more.length > 0) throw new Error("one item has one decision");
  return decided;
}

const FILTER = { displayName: "Laptops", platform: "windows10AndLater", rule: "(device.model -eq 'x')" };

describe("The decision about an item", () => {
  it("is a creation where the tenant does not have the policy, under its own name or a prefix", () => {
    const { decision, detail } = decideOne(basis("filters"), item("filters", FILTER, { namesakes: ["other"] }));
    expect(decision).toEqual({
      ordinal: 7,
      needsOrdinal: null,
      action: "create",
      targetId: null,
      targetName: null,
      targetHash: null,
      reasonCode: null,
      message: null,
      changeCount: 0,
      missingCount: 0,
    });
    expect(detail).toMatchObject({ itemId: "item-7", contentHash: "content", namesakes: ["other"], changes: [] });
    expect(detail.steps).toEqual([
      { label: "create", method: "POST", path: "/beta/deviceManagement/assignmentFilters", body: FILTER },
    ]);
    expect(decideOne(copying("filters"), item("filters", FILTER)).detail.writes?.name).toBe("Copy of Laptops");
  });

  it("is an update of exactly what differs, with the target that was compared", () => {
    const target = { id: "p", ...FILTER, displayName: "Notebooks" };
    const { decision, detail } = decideOne(basis("filters"), item("filters", FILTER, there(target)));
    expect(decision).toMatchObject({
      action: "update",
      targetId: "p",
      targetName: "Notebooks",
      targetHash: "hash of the target",
      changeCount: 1,
    });
    expect(detail.changes.map(({ pathText }) => pathText)).toEqual(["displayName"]);
    expect(detail.namesakes).toBeNull();
  });

  it("is that nothing is to be done where the target is as the backup", () => {
    const { decision, detail } = decideOne(basis("filters"), item("filters", FILTER, there({ id: "p", ...FILTER })));
    expect(decision).toMatchObject({ action: "unchanged", targetId: "p", targetHash: "hash of the target" });
    expect(detail.writes).toBeNull();
  });

  it("is blocked where the backup cannot be read, whatever the tenant has", () => {
    for (const more of [{}, there({ id: "p", ...FILTER })]) {
      const { decision, detail } = decideOne(basis("filters"), item("filters", null, more));
      expect(decision).toMatchObject({ action: "blocked", reasonCode: "backup_unreadable", targetId: null });
      expect(detail.writes).toBeNull();
    }
  });

  it.each([
    ["several", /several policies of this name/],
    ["shared", /another item's as well/],
  ] as const)("is left to a person where the target is ambiguous: %s", (cause, message) => {
    const candidate = { graphId: "c", name: "Laptops", odataType: null, lastModifiedAt: "2026-01-01", createdAt: 5 };
    const match = { kind: "ambiguous", cause, candidates: ["c"] } as const;
    const { decision, detail } = decideOne(
      basis("filters"),
      item("filters", FILTER, { match, candidates: [candidate] }),
    );
    expect(decision).toMatchObject({ action: "ambiguous", reasonCode: "ambiguous", targetId: null });
    expect(decision.message).toMatch(message);
    expect(detail.candidates).toEqual([
      { graphId: "c", name: "Laptops", odataType: null, lastModifiedAt: "2026-01-01" },
    ]);
  });

  it("is blocked where Graph has another type of policy by the id, and where the family's rule says so", () => {
    const other = item("filters", FILTER, { match: { kind: "other_type", graphId: "p" } });
    expect(decideOne(basis("filters"), other).decision).toMatchObject({
      action: "blocked",
      reasonCode: "different_type",
    });
    const builtIn = item("roles", { displayName: "Help desk", isBuiltIn: true });
    expect(decideOne(basis("roles"), builtIn).decision).toMatchObject({ action: "blocked", reasonCode: "built_in" });
  });

  it("is blocked where a group has chosen members by now: a second one would be assigned to nothing", () => {
    const group = {
      displayName: "Laptops",
      groupTypes: ["DynamicMembership"],
      membershipRule: "(device.model -eq 1)",
      mailNickname: "laptops",
    };
    const still = { ...NOTHING_KNOWN, presence: () => ({ kind: "found", name: "Laptops" }) as const };
    const asked = item("groups", group);
    expect(decideOne(basis("groups", { sources: still }), asked).decision).toMatchObject({
      action: "blocked",
      reasonCode: "different_type",
    });
    expect(decideOne({ ...copying("groups"), sources: still }, asked).decision.action).toBe("create");
    const gone = { ...NOTHING_KNOWN, presence: () => ({ kind: "missing" }) as const };
    const made = decideOne(basis("groups", { sources: gone }), asked);
    expect(made.decision.action).toBe("create");
    expect(made.detail.notes.join()).toMatch(/Microsoft Entra computes the members/);
  });

  it("stands for each item in the order given", () => {
    const items = [3, 1, 2].map((ordinal) => {
      const one = item("filters", FILTER);
      return { ...one, item: { ...one.item, ordinal } };
    });
    expect(decideItems(basis("filters"), items).map(({ decision }) => decision.ordinal)).toEqual([3, 1, 2]);
  });
});

describe("References of an item", () => {
  const policy = {
    displayName: "Require MFA",
    state: "disabled",
    conditions: { users: { includeGroups: [GROUP] }, locations: { includeLocations: [LOCATION] } },
    grantControls: { operator: "OR", builtInControls: ["mfa"] },
  };

  it("block it where they are missing, and count nothing where nothing is written", () => {
    const sources: ReferenceSources = { ...NOTHING_KNOWN, presence: () => ({ kind: "missing" }) };
    const policy = {
      displayName: "Require MFA",
      state: "disabled",
      conditions: { users: { includeGroups: [GROUP] } },
      grantControls: { operator: "OR", termsOfUse: [LOCATION] },
    };
    const created = decideOne(basis("conditionalAccess", { sources }), item("conditionalAccess", policy));
    expect(created.decision).toMatchObject({ action: "blocked", missingCount: 2 });
    expect(created.detail.references).toMatchObject([{ state: "missing" }, { state: "missing" }]);
    const same = decideOne(
      basis("conditionalAccess", { sources }),
      item("conditionalAccess", policy, there({ id: "p", ...policy })),
    );
    expect(same.decision).toMatchObject({ action: "unchanged", missingCount: 0 });
    expect(same.detail.references).toHaveLength(2);
  });

  it("are named as they were called when the item was taken, before any other name", () => {
    const sources: ReferenceSources = {
      ...NOTHING_KNOWN,
      presence: (kind) => (kind === "group" ? { kind: "missing" } : { kind: "found", name: "Renamed since" }),
      backedUpName: (kind) => (kind === "namedLocation" ? "At another time" : null),
    };
    const nameAtBackup = (kind: string, id: string) => (kind === "group" && id === GROUP ? "Sales laptops" : null);
    const { decision, detail } = decideOne(
      basis("conditionalAccess", { sources }),
      item("conditionalAccess", policy, { nameAtBackup }),
    );
    expect(decision.missingCount).toBe(1);
    expect(detail.references.map(({ state, sourceName, targetName }) => [state, sourceName, targetName])).toEqual([
      ["missing", "Sales laptops", null],
      ["found", "At another time", "Renamed since"],
    ]);
  });

  it("become what the same plan makes of them", () => {
    const sources: ReferenceSources = {
      ...NOTHING_KNOWN,
      planned: (kind) =>
        kind === "namedLocation" ? { ordinal: 2, action: "create", targetId: null, targetName: null } : null,
      presence: (kind) => (kind === "group" ? { kind: "found", name: "Everyone" } : { kind: "missing" }),
    };
    const { decision, detail } = decideOne(basis("conditionalAccess", { sources }), item("conditionalAccess", policy));
    expect(decision.missingCount).toBe(0);
    expect(detail.references.map(({ kind, state, plannedOrdinal }) => [kind, state, plannedOrdinal])).toEqual([
      ["group", "found", null],
      ["namedLocation", "planned", 2],
    ]);
    expect(JSON.stringify(detail.steps)).toContain("{id of item 2}");
  });
});

describe("An item with encrypted values", () => {
  const setting = (reference: string) => ({
    "@odata.type": "#microsoft.graph.omaSettingString",
    displayName: "Key",
    omaUri: "./Vendor/Key",
    value: "****",
    isEncrypted: true,
    secretReferenceValueId: reference,
  });
  const policy = (reference: string, description = "") => ({
    "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
    displayName: "Custom",
    description,
    omaSettings: [setting(reference)],
  });
  const compared = (more: Partial<ComparedItem>) =>
    item("deviceConfiguration", policy("old"), {
      ...there({ id: "p", ...policy("new") }),
      secrets: { old: "plain" },
      ...more,
    });
  const OMA_BASIS = basis("deviceConfiguration");

  it("depends on the target's values only where all else is equal", () => {
    expect(dependsOnTargetSecrets(OMA_BASIS, compared({}))).toBe(true);
    expect(dependsOnTargetSecrets(OMA_BASIS, compared({ target: { id: "p", ...policy("new", "other") } }))).toBe(false);
    expect(dependsOnTargetSecrets(OMA_BASIS, compared({ secrets: {} }))).toBe(false);
    expect(dependsOnTargetSecrets(OMA_BASIS, compared({ target: null, match: { kind: "none" } }))).toBe(false);
    expect(dependsOnTargetSecrets(OMA_BASIS, compared({ stored: null }))).toBe(false);
  });

  it("is unchanged where the target's value is the same", () => {
    expect(decideOne(OMA_BASIS, compared({ targetSecrets: { new: "plain" } })).decision.action).toBe("unchanged");
  });

  it.each([{ new: "another" }, {}, "gone" as const])("is written where it is another: %j", (targetSecrets) => {
    const { decision, detail } = decideOne(OMA_BASIS, compared({ targetSecrets }));
    expect(decision).toMatchObject({ action: "update", targetId: "p", changeCount: 1 });
    expect(detail.notes).toEqual(["An encrypted value in the tenant is another than in the backup."]);
    expect(detail.changes).toEqual([]);
    expect(JSON.stringify(detail)).not.toMatch(/"plain"|"another"/);
  });
});

describe("An item of a family that cannot be compared", () => {
  it("is blocked for the family's reason, without references", () => {
    const { decision, detail } = blockedItem(item("filters", FILTER).item, {
      code: "permission_missing",
      message: "x",
    });
    expect(decision).toMatchObject({ ordinal: 7, action: "blocked", reasonCode: "permission_missing", message: "x" });
    expect(detail).toMatchObject({ itemId: "item-7", writes: null, references: [] });
  });
});

describe("What limits a policy and is missing in the tenant", () => {
  const target = (type: string, more: JsonObject) => ({
    target: { "@odata.type": `#microsoft.graph.${type}`, ...more },
  });
  const ALL = target("allDevicesAssignmentTarget", {});
  const assigned = (...assignments: JsonObject[]): JsonObject => ({
    "@odata.type": "#microsoft.graph.iosGeneralDeviceConfiguration",
    displayName: "x",
    assignments,
  });
  const conditions = (more: JsonObject): JsonObject => ({
    displayName: "x",
    state: "enabled",
    conditions: { users: { includeUsers: ["All"] }, ...more },
  });
  const CASES: [string, FamilyKey, JsonObject, "group" | "filter" | "namedLocation", string][] = [
    [
      "an excluded group",
      "deviceConfiguration",
      assigned(ALL, target("exclusionGroupAssignmentTarget", { groupId: GROUP })),
      "group",
      GROUP,
    ],
    [
      "a filter",
      "deviceConfiguration",
      assigned(
        target("allDevicesAssignmentTarget", {
          deviceAndAppManagementAssignmentFilterId: GROUP,
          deviceAndAppManagementAssignmentFilterType: "include",
        }),
      ),
      "filter",
      GROUP,
    ],
    [
      "a group that conditional access excludes",
      "conditionalAccess",
      conditions({ users: { includeUsers: ["All"], excludeGroups: [GROUP] } }),
      "group",
      GROUP,
    ],
    [
      "a location of conditional access",
      "conditionalAccess",
      conditions({ locations: { includeLocations: [LOCATION] } }),
      "namedLocation",
      LOCATION,
    ],
  ];
  const missing = { ...NOTHING_KNOWN, presence: () => ({ kind: "missing" }) as const };

  it.each(CASES)("blocks it until a person has chosen, and the choice is told: %s", (_what, key, stored, kind, id) => {
    const undecided = decideOne(basis(key, { sources: missing }), item(key, stored));
    expect(undecided.decision).toMatchObject({ action: "blocked", reasonCode: "missing_limit", missingCount: 1 });
    expect(undecided.decision.message).toContain(id);
    expect(undecided.detail.writes).toBeNull();
    const chosen = [{ kind, sourceId: id, targetId: null }];
    const decided = decideOne(basis(key, { sources: { ...missing, chosen } }), item(key, stored));
    expect(decided.decision.action).toBe("create");
    expect(JSON.stringify(decided.detail.writes?.steps)).not.toContain(id);
    expect(decided.detail.notes.join()).toMatch(/as you chose/);
  });

  it("is written with what a person has chosen for it, when the tenant has that", () => {
    const other = "33333333-3333-4333-8333-333333333333";
    const [[, key, stored, kind, id]] = [CASES[0] ?? expect.unreachable()];
    const chosen = [{ kind, sourceId: id, targetId: other }];
    const known = { presence: () => ({ kind: "found", name: "Another" }) as const };
    const decided = decideOne(basis(key, { sources: { ...missing, ...known, chosen } }), item(key, stored));
    expect(decided.decision.action).toBe("create");
    expect(JSON.stringify(decided.detail.writes?.steps.at(-1)?.body)).toContain(other);
    // One that the tenant does not have is no better than the old one.
    const gone = decideOne(basis(key, { sources: { ...missing, chosen } }), item(key, stored));
    expect(gone.decision).toMatchObject({ action: "blocked", reasonCode: "missing_limit" });
  });

  it("does not block what writes it nowhere, and a group that is merely included is no limit", () => {
    const [, key, stored] = CASES[0] ?? expect.unreachable();
    const unassigned = basis(key, { sources: missing });
    const without = { ...unassigned, options: { ...unassigned.options, assignments: false } };
    expect(decideOne(without, item(key, stored)).decision.action).toBe("create");
    const included = assigned(target("groupAssignmentTarget", { groupId: GROUP }));
    expect(decideOne(unassigned, item(key, included)).decision).toMatchObject({
      action: "blocked",
      reasonCode: "missing_reference",
      missingCount: 1,
    });
  });
});

describe("A scope tag", () => {
  const stored: JsonObject = {
    "@odata.type": "#microsoft.graph.iosGeneralDeviceConfiguration",
    displayName: "x",
    roleScopeTagIds: ["1"],
  };
  const tenantHas = (name: string): ReferenceSources => ({
    ...NOTHING_KNOWN,
    presence: () => ({ kind: "found", name }),
    backedUpName: () => "Berlin",
    named: (_kind, wanted) => (wanted === "Berlin" ? ["7"] : []),
  });
  const tagsOf = (sources: ReferenceSources) =>
    decideOne(basis("deviceConfiguration", { sources }), item("deviceConfiguration", stored)).detail;

  it("is the tenant's of that number only if it has the name, too: else the one of the name is meant", () => {
    expect(tagsOf(tenantHas("Berlin")).references).toMatchObject([{ state: "found", targetId: "1" }]);
    const other = tagsOf(tenantHas("Paris"));
    expect(other.references).toMatchObject([{ state: "mapped", targetId: "7", chosenBy: "rule" }]);
    expect(other.writes?.wanted["roleScopeTagIds"]).toEqual(["7"]);
    expect(tagsOf({ ...tenantHas("Paris"), named: () => [] }).references).toMatchObject([{ state: "missing" }]);
  });
});
