import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meaningRules } from "../../src/graph/policy-meaning.ts";
import type { JsonObject, JsonValue } from "../../src/policies/json-value.ts";
import { changedAreas, diffPolicies, type PolicyChange } from "../../src/policies/policy-diff.ts";

const GROUP = "#microsoft.graph.groupAssignmentTarget";
const EXCLUSION = "#microsoft.graph.exclusionGroupAssignmentTarget";
const ALL_DEVICES = "#microsoft.graph.allDevicesAssignmentTarget";

/** Changes as lines: kind, path, values. */
function told(changes: readonly PolicyChange[]): string[] {
  return changes.map((change) => {
    const values = [
      ...("before" in change ? [JSON.stringify(change.before)] : []),
      ...("after" in change ? [JSON.stringify(change.after)] : []),
    ];
    return `${change.kind} ${change.pathText}: ${values.join(" -> ")}`;
  });
}

function difference(before: JsonObject, after: JsonObject, family = "deviceConfiguration"): string[] {
  return told(diffPolicies(meaningRules(family), before, after));
}

function choice(id: string, value: string, more: JsonObject = {}): JsonObject {
  return {
    settingInstance: {
      "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
      settingDefinitionId: id,
      choiceSettingValue: { value, children: [] },
    },
    ...more,
  };
}

function assignment(groupId: string, more: JsonObject = {}, type = GROUP): JsonObject {
  return { id: `made-${groupId}`, target: { "@odata.type": type, groupId }, ...more };
}

describe("A difference of properties", () => {
  it("is one change for a changed value, at its place, with both values", () => {
    expect(difference({ camera: { blocked: true, label: "x" } }, { camera: { blocked: false, label: "x" } })).toEqual([
      "changed camera.blocked: true -> false",
    ]);
  });

  it("is one change with its whole value for a property that was added or removed outright", () => {
    const limits = { hours: 3, days: [1, 2] };
    expect(difference({ a: 1 }, { a: 1, limits })).toEqual(['added limits: {"days":[1,2],"hours":3}']);
    expect(difference({ a: 1, limits }, { a: 1 })).toEqual(['removed limits: {"days":[1,2],"hours":3}']);
  });

  it("is one change when a value becomes one of another kind", () => {
    expect(difference({ a: { b: 1 } }, { a: [1] })).toEqual(['changed a: {"b":1} -> [1]']);
    expect(difference({ a: "1" }, { a: 1 })).toEqual(['changed a: "1" -> 1']);
    expect(difference({ a: [{ b: 1 }] }, { a: "x" })).toEqual(['changed a: [{"b":1}] -> "x"']);
  });

  it("F36: is none between null, an empty list, an empty object and absence, at any depth", () => {
    const same: JsonObject[] = [
      { a: 1 },
      { a: 1, tags: null },
      { a: 1, tags: [] },
      { a: 1, tags: {} },
      { a: 1, tags: { inner: [], other: { deeper: null } } },
    ];
    for (const one of same) for (const other of same) expect(difference(one, other)).toEqual([]);
  });

  it("F36: is one between nothing and false or zero, and between nothing and a setting's empty value", () => {
    expect(difference({}, { a: false, b: 0, c: "", value: "" })).toEqual([
      "added a: false",
      "added b: 0",
      'added value: ""',
    ]);
  });

  it("finds members that every object has by itself, and members named like nothing else", () => {
    const before: JsonObject = JSON.parse('{"constructor":1,"__proto__":{"a":1},"to.String":1,"~":1}');
    expect(difference(before, {})).toEqual([
      'removed ["to.String"]: 1',
      'removed ["~"]: 1',
      'removed __proto__: {"a":1}',
      "removed constructor: 1",
    ]);
    expect(difference({ toString: 1 }, {})).toEqual(["removed toString: 1"]);
    const after: JsonObject = JSON.parse('{"__proto__":{"a":2}}');
    expect(difference(JSON.parse('{"__proto__":{"a":1}}'), after)).toEqual(["changed __proto__.a: 1 -> 2"]);
  });
});

describe("What the service keeps by itself", () => {
  const content = { displayName: "p", camera: true };

  it("F36: is no difference, at the policy and deeper", () => {
    const before = { ...content, id: "1", version: 1, createdDateTime: "2020", settings: [{ id: "0", name: "a" }] };
    const after = {
      ...content,
      id: "2",
      version: 9,
      createdDateTime: "2021",
      lastModifiedDateTime: "2022",
      isAssigned: true,
      settingCount: 3,
      supportsScopeTags: true,
      creationSource: "portal",
      priorityMetaData: { priority: 1 },
      settings: [{ id: "7", name: "a", lastModifiedDateTime: "2022" }],
      "@odata.context": "c",
      "settings@odata.count": 1,
      "#microsoft.graph.assign": { target: "t" },
    };
    expect(difference(before, after)).toEqual([]);
  });

  it("is a difference where the same name is content", () => {
    expect(difference({ app: { version: 1, size: 2 } }, { app: { version: 2, size: 3 } }, "apps")).toEqual([
      "changed app.size: 2 -> 3",
      "changed app.version: 1 -> 2",
    ]);
    expect(difference({ "@odata.type": "#a" }, { "@odata.type": "#b" })).toEqual(['changed @odata.type: "#a" -> "#b"']);
  });

  it.each([
    ["apps", { publishingState: "published", uploadState: 1, size: 3, dependentAppCount: 2 }],
    ["remediations", { isGlobalScript: false, highestAvailableVersion: "2" }],
    ["featureUpdates", { deployableContentDisplayName: "Windows 11", endOfSupportDate: "2030" }],
    ["driverUpdates", { deviceReporting: 4, newUpdates: 2, inventorySyncStatus: { state: "ok" } }],
    ["reusableSettings", { referencingConfigurationPolicyCount: 2 }],
    ["deviceConfiguration", { qualityUpdatesPauseStartDate: "2026", featureUpdatesWillBeRolledBack: true }],
    ["compliance", { scheduledActionsForRule: [{ ruleName: "PasswordRequired" }] }],
    ["appProtection", { apps: [{ version: "-13" }], deployedAppCount: 3 }],
    ["settingsCatalog", { templateReference: { templateDisplayName: "Baseline", templateDisplayVersion: "1" } }],
  ])("is known of the family %s", (family, owned) => {
    const emptied = Object.fromEntries(Object.entries(owned).map(([name, value]) => [name, blank(value)]));
    expect(
      diffPolicies(meaningRules(family), { displayName: "p", ...emptied }, { displayName: "p", ...owned }),
    ).toEqual([]);
  });

  function blank(value: JsonValue): JsonValue {
    return Array.isArray(value) ? [{}] : null;
  }

  it("is a difference as soon as it is a value nobody documents: a release that sets more is not the same release", () => {
    expect(difference(content, { ...content, newByService: "on" })).toEqual(['added newByService: "on"']);
  });

  it("includes what a policy only refers to: which one it is counts, its copy does not", () => {
    const strength = (id: string, displayName: string) => ({
      grantControls: { operator: "OR", authenticationStrength: { id, displayName, allowedCombinations: ["fido2"] } },
    });
    expect(difference(strength("1", "MFA"), strength("1", "MFA, reworded"), "conditionalAccess")).toEqual([]);
    expect(difference(strength("1", "MFA"), strength("2", "MFA"), "conditionalAccess")).toEqual([
      'changed grantControls.authenticationStrength.id: "1" -> "2"',
    ]);
  });
});

describe("Lists", () => {
  it("of plain values are sets: order and repetition are nothing, each value in or out is a change", () => {
    const users = (...excludeGroups: string[]) => ({ conditions: { users: { excludeGroups } } });
    expect(difference(users("a", "b", "c"), users("c", "a", "b", "a"), "conditionalAccess")).toEqual([]);
    expect(difference(users("a", "b"), users("b", "new"), "conditionalAccess")).toEqual([
      'removed conditions.users.excludeGroups[a]: "a"',
      'added conditions.users.excludeGroups[new]: "new"',
    ]);
  });

  it("name a setting of the catalog by its definition, wherever it stands", () => {
    const before = { settings: [choice("a", "a_0", { id: "0" }), choice("b", "b_0", { id: "1" })] };
    const after = {
      settings: [choice("new", "n", { id: "0" }), choice("b", "b_1", { id: "1" }), choice("a", "a_0", { id: "2" })],
    };
    expect(difference(before, after, "settingsCatalog")).toEqual([
      'changed settings[b].settingInstance.choiceSettingValue.value: "b_0" -> "b_1"',
      `added settings[new]: ${JSON.stringify({
        settingInstance: {
          "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
          choiceSettingValue: { value: "n" },
          settingDefinitionId: "new",
        },
      })}`,
    ]);
  });

  it("name the children of a setting by their definitions", () => {
    const parent = (value: string) => ({
      settings: [
        {
          settingInstance: {
            settingDefinitionId: "p",
            choiceSettingValue: {
              value: "p_1",
              children: [{ settingDefinitionId: "c", simpleSettingValue: { value } }, { settingDefinitionId: "d" }],
            },
          },
        },
      ],
    });
    expect(difference(parent("1"), parent("2"), "settingsCatalog")).toEqual([
      'changed settings[p].settingInstance.choiceSettingValue.children[c].simpleSettingValue.value: "1" -> "2"',
    ]);
  });

  it("name OMA settings by their URI and take an encrypted value's reference for the service's", () => {
    const oma = (value: string, secretReferenceValueId: string) => ({
      omaSettings: [
        { omaUri: "./B", value: "same" },
        { omaUri: "./A", value, isEncrypted: true, secretReferenceValueId },
      ],
    });
    expect(difference(oma("****", "1"), oma("****", "2"))).toEqual([]);
    expect(difference(oma("x", "1"), oma("y", "2"))).toEqual(['changed omaSettings[./A].value: "x" -> "y"']);
  });

  it("name administrative templates by their definition, in words", () => {
    const template = (enabled: boolean, id: string) => ({
      definitionValues: [
        { id, enabled, definition: { id: "def-1", displayName: "Configure updates", explainText: id } },
        { id: `${id}-2`, enabled: true, definition: { id: "def-2", displayName: "Other" } },
      ],
    });
    const changes = diffPolicies(meaningRules("adminTemplates"), template(true, "x"), template(false, "y"));
    expect(told(changes)).toEqual(["changed definitionValues[Configure updates].enabled: true -> false"]);
    expect(changes[0]?.path[1]).toEqual({ kind: "element", key: "def-1", number: 1, label: "Configure updates" });
  });

  it("of things without a name are paired by what they have in common", () => {
    const rule = (name: string, port: string, profile: string) => ({
      children: [
        { settingDefinitionId: "rule_name", simpleSettingValue: { value: name } },
        { settingDefinitionId: "rule_port", simpleSettingValue: { value: port } },
        { settingDefinitionId: "rule_profile", simpleSettingValue: { value: profile } },
      ],
    });
    const rules = (...groupSettingCollectionValue: JsonValue[]) => ({ groupSettingCollectionValue });
    const before = rules(rule("web", "80", "domain"), rule("mail", "25", "domain"), rule("dns", "53", "domain"));
    const after = rules(rule("dns", "5353", "domain"), rule("web", "80", "domain"), rule("mail", "465", "domain"));
    expect(difference(before, after, "settingsCatalog")).toEqual([
      'changed groupSettingCollectionValue[#1].children[rule_port].simpleSettingValue.value: "53" -> "5353"',
      'changed groupSettingCollectionValue[#2].children[rule_port].simpleSettingValue.value: "25" -> "465"',
    ]);
    // The first in order is not the most alike.
    const renamed = rules(rule("zeta", "80", "domain"), rule("mail", "465", "domain"));
    const named = rules(rule("alpha", "80", "domain"), rule("mail", "25", "domain"));
    expect(difference(named, renamed, "settingsCatalog")).toEqual([
      'changed groupSettingCollectionValue[#1].children[rule_name].simpleSettingValue.value: "alpha" -> "zeta"',
      'changed groupSettingCollectionValue[#2].children[rule_port].simpleSettingValue.value: "25" -> "465"',
    ]);
  });

  it("may have several of one name", () => {
    const actions = (...hours: number[]) => ({
      scheduledActionsForRule: [
        {
          scheduledActionConfigurations: hours.map((gracePeriodHours) => ({
            actionType: "notification",
            gracePeriodHours,
          })),
        },
      ],
    });
    expect(difference(actions(0, 24, 72), actions(72, 0, 48), "compliance")).toEqual([
      "changed scheduledActionsForRule[#1].scheduledActionConfigurations[notification #2].gracePeriodHours: 24 -> 48",
    ]);
    expect(difference(actions(0, 24), actions(24), "compliance")).toEqual([
      'removed scheduledActionsForRule[#1].scheduledActionConfigurations[notification]: {"actionType":"notification","gracePeriodHours":0}',
    ]);
  });

  it("count by their order only where a device acts upon it", () => {
    const pages = (...names: string[]) => ({
      homeScreenPages: names.map((displayName) => ({ displayName, icons: [] })),
    });
    expect(difference(pages("a", "b", "c"), pages("c", "a", "b"))).toEqual([
      'moved homeScreenPages: ["a","b","c"] -> ["c","a","b"]',
    ]);
    expect(difference(pages("a", "b"), pages("a", "new", "b"))).toEqual([
      'added homeScreenPages[new]: {"displayName":"new"}',
    ]);
    const ciphers = (id: string, ...values: string[]) => ({
      settings: [
        {
          settingInstance: {
            settingDefinitionId: id,
            simpleSettingCollectionValue: values.map((value) => ({ value })),
          },
        },
      ],
    });
    const id = "device_vendor_msft_policy_config_cryptography_tlsciphersuites";
    expect(difference(ciphers(id, "A", "B"), ciphers(id, "B", "A"), "settingsCatalog")).toEqual([
      `moved settings[${id}].settingInstance.simpleSettingCollectionValue: ["A","B"] -> ["B","A"]`,
    ]);
    expect(difference(ciphers("paths", "A", "B"), ciphers("paths", "B", "A"), "settingsCatalog")).toEqual([]);
  });

  it("that are lines of a text keep repeated lines and tell long ones apart", () => {
    const long = "x".repeat(300);
    const lines = (...values: string[]) => ({
      definitionValues: [{ definition: { id: "d" }, presentationValues: [{ presentation: { id: "p" }, values }] }],
    });
    expect(difference(lines("a", "a"), lines("a"), "adminTemplates")).toEqual([
      'removed definitionValues[d].presentationValues[p].values[a #2]: "a"',
    ]);
    expect(
      diffPolicies(meaningRules("adminTemplates"), lines(`${long}1`, `${long}2`), lines(`${long}2`, `${long}1`)),
    ).toMatchObject([{ kind: "moved" }]);
  });
});

describe("Assignments and names", () => {
  it("F37: are told by target, whatever their order and ids", () => {
    const before = { assignments: [assignment("a"), assignment("b"), { target: { "@odata.type": ALL_DEVICES } }] };
    const after = {
      assignments: [{ target: { "@odata.type": ALL_DEVICES } }, assignment("b"), { ...assignment("a"), id: "9" }],
    };
    expect(diffPolicies(meaningRules("settingsCatalog"), before, after)).toEqual([]);
  });

  it("are a change each, apart from the content", () => {
    const before = { name: "p", assignments: [assignment("a"), assignment("b", { intent: "available" })] };
    const after = {
      name: "p",
      assignments: [
        assignment("b", { intent: "required" }),
        { id: "x", target: { "@odata.type": ALL_DEVICES } },
        assignment("c"),
      ],
    };
    const changes = diffPolicies(meaningRules("settingsCatalog"), before, after);
    expect(changes.map(({ area, kind, pathText }) => [area, kind, pathText])).toEqual([
      ["assignments", "removed", "assignments[a]"],
      ["assignments", "added", "assignments[allDevicesAssignmentTarget]"],
      ["assignments", "changed", "assignments[b].intent"],
      ["assignments", "added", "assignments[c]"],
    ]);
    expect(changedAreas(changes)).toEqual({ name: false, content: false, assignments: true });
  });

  it("are a change each, also the first and the last", () => {
    const two = { assignments: [assignment("a"), assignment("b")] };
    expect(diffPolicies(meaningRules("compliance"), {}, two).map(({ pathText }) => pathText)).toEqual([
      "assignments[a]",
      "assignments[b]",
    ]);
    expect(diffPolicies(meaningRules("compliance"), two, { assignments: null }).map(({ kind }) => kind)).toEqual([
      "removed",
      "removed",
    ]);
  });

  it("tell a group that is now excluded as a change of its one assignment", () => {
    expect(difference({ assignments: [assignment("a")] }, { assignments: [assignment("a", {}, EXCLUSION)] })).toEqual([
      `changed assignments[a].target.@odata.type: "${GROUP}" -> "${EXCLUSION}"`,
    ]);
  });

  it("tell a renamed policy by the name that its family has", () => {
    expect(diffPolicies(meaningRules("settingsCatalog"), { name: "a" }, { name: "b" })).toMatchObject([
      { area: "name", kind: "changed" },
    ]);
    expect(
      diffPolicies(meaningRules("compliance"), { displayName: "a", name: "x" }, { displayName: "b", name: "y" }),
    ).toMatchObject([
      { area: "name", pathText: "displayName" },
      { area: "content", pathText: "name" },
    ]);
    expect(changedAreas([])).toEqual({ name: false, content: false, assignments: false });
  });

  it("of a role are its role assignments", () => {
    const role = (members: string[]) => ({ roleAssignments: [{ id: "1", displayName: "Helpdesk", members }] });
    expect(diffPolicies(meaningRules("roles"), role(["a"]), role(["a", "b"]))).toMatchObject([
      { area: "assignments", kind: "added", pathText: "roleAssignments[Helpdesk].members[b]" },
    ]);
  });
});

/** Documents of few names and values, so that things are often equal, alike and of the same name. */
const documents: fc.Arbitrary<JsonObject> = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue>(null, true, false, 0, 1, "", "a", "b"),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.dictionary(
    fc.constantFrom(
      "id",
      "name",
      "value",
      "assignments",
      "settings",
      "target",
      "groupId",
      "icons",
      "pages",
      "x",
      "y",
      "createdDateTime",
      "@odata.type",
      "apps@odata.type",
      "__proto__",
      "definition",
    ),
    tie("value"),
    { maxKeys: 5 },
  ),
})).object;
const families = fc.constantFrom("deviceConfiguration", "settingsCatalog", "roles", "unknown");

describe("For any two documents", () => {
  it("the same document has no difference from itself", () => {
    fc.assert(
      fc.property(documents, families, (document, family) => {
        expect(diffPolicies(meaningRules(family), document, structuredClone(document))).toEqual([]);
      }),
    );
  });

  it("the differences are as many in both directions, with added for removed", () => {
    const mirrored = { added: "removed", removed: "added", changed: "changed", moved: "moved" } as const;
    fc.assert(
      fc.property(documents, documents, families, (one, other, family) => {
        const forth = diffPolicies(meaningRules(family), one, other).map(({ kind, area }) => `${area} ${kind}`);
        const back = diffPolicies(meaningRules(family), other, one).map(
          ({ kind, area }) => `${area} ${mirrored[kind]}`,
        );
        expect(back.toSorted()).toEqual(forth.toSorted());
      }),
      { numRuns: 2_000 },
    );
  });

  it("no two differences are at the same place", () => {
    fc.assert(
      fc.property(documents, documents, families, (one, other, family) => {
        const places = diffPolicies(meaningRules(family), one, other).map(({ path, kind }) =>
          JSON.stringify([path, kind === "moved"]),
        );
        expect(new Set(places).size).toBe(places.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it("nothing that JSON can hold is too much", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (one, other) => {
          const changes = diffPolicies(
            meaningRules("apps"),
            JSON.parse(JSON.stringify(one)),
            JSON.parse(JSON.stringify(other)),
          );
          expect(Array.isArray(changes)).toBe(true);
        },
      ),
    );
  });
});
