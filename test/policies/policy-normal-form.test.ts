import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { declaredTypes } from "../../scripts/declared-types.ts";
import { meaningRules } from "../../src/graph/policy-meaning.ts";
import { comparableText } from "../../src/policies/canonical-json.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/policies/json-value.ts";
import { DECLARED_TYPES } from "../../src/policies/declared-types.ts";
import { diffPolicies } from "../../src/policies/policy-diff.ts";
import { normalForm, normalText } from "../../src/policies/policy-normal-form.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { generatedRelease } from "../support/generated-release.ts";
import { sized } from "../support/thoroughness.ts";
import { readRelease } from "../support/older-release.ts";
import { HAS_REALDATA, REALDATA_FOLDER } from "../support/realdata.ts";

/** Few names and values, so that documents are often the same. */
const documents: fc.Arbitrary<JsonObject> = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<JsonValue>(null, 0, "a"),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(fc.constantFrom("id", "name", "icons", "x", "version"), tie("value"), { maxKeys: 3 }),
})).object;

function inAnotherOrder(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inAnotherOrder).toReversed();
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]): [string, JsonValue] => [name, inAnotherOrder(member)])
      .toReversed(),
  );
}

describe("The normal form", () => {
  it("takes the type of a nested object for nothing where the property is declared to have it, and for something where it says which of several", () => {
    // As an exported policy has it; Graph tells none of these types.
    const nested = {
      "@odata.type": "#microsoft.graph.conditionalAccessPolicy",
      displayName: "CA005",
      conditions: {
        "@odata.type": "#microsoft.graph.conditionalAccessConditionSet",
        clientAppTypes: ["mobileAppsAndDesktopClients"],
        users: {
          "@odata.type": "#microsoft.graph.conditionalAccessUsers",
          includeGuestsOrExternalUsers: {
            guestOrExternalUserTypes: "b2bCollaborationGuest",
            externalTenants: {
              "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
              members: ["11111111-1111-4111-8111-111111111111"],
            },
          },
        },
        devices: {
          "@odata.type": "#microsoft.graph.conditionalAccessDevices",
          deviceFilter: { "@odata.type": "#microsoft.graph.conditionalAccessFilter", mode: "exclude", rule: "(true)" },
        },
      },
      grantControls: {
        "@odata.type": "#microsoft.graph.conditionalAccessGrantControls",
        operator: "OR",
        builtInControls: ["compliantDevice"],
      },
      sessionControls: {
        applicationEnforcedRestrictions: {
          "@odata.type": "#microsoft.graph.applicationEnforcedRestrictionsSessionControl",
          isEnabled: true,
        },
      },
    };
    const rules = meaningRules("conditionalAccess");
    const form = JSON.stringify(normalForm(rules, nested));
    expect([...form.matchAll(/"@odata.type":"([^"]+)"/g)].map(([, type]) => type)).toEqual([
      "#microsoft.graph.conditionalAccessPolicy",
      "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
    ]);
    const everyTenant = JSON.parse(JSON.stringify(nested).replace("EnumeratedExternalTenants", "AllExternalTenants"));
    expect(diffPolicies(rules, nested, everyTenant)).toHaveLength(1);

    const catalog = meaningRules("settingsCatalog");
    const instance = (settings: string, value: string): JsonObject => ({
      name: "A",
      settings: [
        {
          ...(settings === "" ? {} : { "@odata.type": settings }),
          settingInstance: {
            "@odata.type": "#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance",
            settingDefinitionId: "s",
            simpleSettingValue: { "@odata.type": value, value: "1" },
          },
        },
      ],
      assignments: [{ target: { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" } }],
    });
    const text = "#microsoft.graph.deviceManagementConfigurationStringSettingValue";
    const same = instance("#microsoft.graph.deviceManagementConfigurationSetting", text);
    expect(normalText(catalog, same)).toBe(normalText(catalog, instance("", text)));
    const number = "#microsoft.graph.deviceManagementConfigurationIntegerSettingValue";
    expect(diffPolicies(catalog, same, instance("", number))).toHaveLength(1);
    const users = JSON.stringify(same).replace("allDevices", "allLicensedUsers");
    expect(diffPolicies(catalog, same, JSON.parse(users)).length).toBeGreaterThan(0);
  });

  it("knows the declared types that Microsoft publishes", () => {
    expect(DECLARED_TYPES.trim().split("\n"), "run node scripts/make-declared-types.ts").toEqual(declaredTypes());
  });

  it("keeps what a policy says and nothing else", () => {
    expect(
      normalForm(meaningRules("settingsCatalog"), {
        "@odata.type": "#t",
        id: "1",
        name: "p",
        version: 3,
        description: "",
        roleScopeTagIds: ["1", "0", "1"],
        settings: [
          { id: "1", settingInstance: { settingDefinitionId: "b", "value@odata.type": "#Int", children: [] } },
          { id: "0", settingInstance: { settingDefinitionId: "a" } },
        ],
        references: [{ id: "only-an-id" }],
        templateReference: { templateId: "", templateDisplayName: "x" },
      }),
    ).toEqual({
      "@odata.type": "#t",
      name: "p",
      roleScopeTagIds: ["0", "1"],
      settings: [{ settingInstance: { settingDefinitionId: "a" } }, { settingInstance: { settingDefinitionId: "b" } }],
      references: [{ id: "only-an-id" }],
    });
  });

  it("is its own normal form", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const form = normalForm(meaningRules("deviceConfiguration"), document);
        expect(normalForm(meaningRules("deviceConfiguration"), form)).toEqual(form);
      }),
    );
  });

  it("is equal exactly when no difference is found", () => {
    fc.assert(
      fc.property(documents, documents, (one, other) => {
        const same =
          normalText(meaningRules("deviceConfiguration"), one) ===
          normalText(meaningRules("deviceConfiguration"), other);
        expect(diffPolicies(meaningRules("deviceConfiguration"), one, other).length === 0).toBe(same);
      }),
      { numRuns: 3_000 },
    );
  });

  it("F37: does not depend on the order of sets", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const turned = inAnotherOrder(document);
        if (!isJsonObject(turned)) throw new Error("an object turned is an object");
        // No family of this name has ordered lists.
        expect(normalText(meaningRules("compliance"), turned)).toBe(normalText(meaningRules("compliance"), document));
      }),
    );
  });

  it("takes for the same all that the comparison of versions takes for the same", () => {
    const differing = (policies: { document: JsonObject; family: string }[]) =>
      policies.filter(({ document, family }) => {
        const noisy: JsonObject = {
          ...document,
          version: 99,
          lastModifiedDateTime: "2030-01-01T00:00:00Z",
          later: null,
        };
        return (
          comparableText(noisy) === comparableText(document) &&
          normalText(meaningRules(family), noisy) !== normalText(meaningRules(family), document)
        );
      });
    expect(differing(generatedRelease("versions", 120))).toEqual([]);
  });
});

/** A place of a document, by names and positions. */
type Pointer = (string | number)[];
interface Leaf {
  pointer: Pointer;
  value: JsonValue;
}

function leavesIn(value: JsonValue, pointer: Pointer = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((item, at) => leavesIn(item, [...pointer, at]));
  if (isJsonObject(value)) return Object.entries(value).flatMap(([name, item]) => leavesIn(item, [...pointer, name]));
  return [{ pointer, value }];
}

function withLeaf(value: JsonValue, [step, ...rest]: Pointer, leaf: JsonValue): JsonValue {
  if (step === undefined) return leaf;
  if (Array.isArray(value)) return value.map((item, at) => (at === step ? withLeaf(item, rest, leaf) : item));
  if (!isJsonObject(value)) throw new Error("the pointer leads nowhere");
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, name === step ? withLeaf(item, rest, leaf) : item]),
  );
}

/** What names its element in these lists (list-elements.ts): a change of it is one thing gone and another come. */
const NAMING = new Set(
  "settingDefinitionId omaUri actionType appConfigKey bundleId packageId windowsAppId locale language Language SettingName cidrAddress returnCode appId key name displayName value permission objectIdentifier groupId id definition@odata.bind".split(
    " ",
  ),
);

/** Decide whether what stands beside them says anything: a control that is off, a group of apps that the service fills. */
const DECIDING = new Set(["isEnabled", "appGroupType", "deviceAndAppManagementAssignmentFilterId"]);

function other(value: JsonValue): JsonValue {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  return `${typeof value === "string" ? value : ""} edited`;
}

/** Edits each leaf of the normal form of each policy by itself; of leaves at one place of a family, in whichever list, the first `alike`. */
function editEveryLeaf(policies: { family: string; document: JsonObject }[], alike = Infinity): number {
  const met = new Map<string, number>();
  let edits = 0;
  for (const { family, document } of policies) {
    const form = normalForm(meaningRules(family), document);
    for (const { pointer, value } of leavesIn(form)) {
      const place = `${family} ${pointer.map((step) => (typeof step === "number" ? "" : step)).join("/")} ${typeof value}`;
      const before = met.get(place) ?? 0;
      if (before >= alike) continue;
      met.set(place, before + 1);
      const edited = withLeaf(form, pointer, other(value));
      if (!isJsonObject(edited)) throw new Error("a policy is an object");
      const changes = diffPolicies(meaningRules(family), document, edited);
      const names = pointer.filter((step) => typeof step === "string");
      const where = `${family} ${pointer.join("/")}`;
      edits += 1;
      if (DECIDING.has(String(names.at(-1)))) {
        expect(changes.length, where).toBeGreaterThan(0);
        continue;
      }
      if (typeof pointer.at(-1) === "number") {
        expect(changes.map(({ kind }) => kind).toSorted(), where).toEqual(["added", "removed"]);
      } else if (changes.length === 2 && pointer.some((step) => typeof step === "number")) {
        // The element became another one, which only what names it can do.
        expect(NAMING, where).toContain(names.at(-1) === "@odata.type" ? "id" : names.at(-1));
        expect(changes.map(({ kind }) => kind).toSorted(), where).toEqual(["added", "removed"]);
      } else {
        expect(changes, where).toMatchObject([{ kind: "changed", before: value, after: other(value) }]);
        const path = changes[0]?.path.flatMap((step) => (step.kind === "property" ? [step.name] : []));
        expect(path, where).toEqual(names);
      }
    }
  }
  return edits;
}

describe("Any single edit of a policy", () => {
  it.runIf(HAS_REALDATA)("is found as one change at its place, in policies of real tenants", async () => {
    expect(editEveryLeaf(await readRelease(REALDATA_FOLDER))).toBeGreaterThan(1_500);
  });

  it("is found as one change at its place, in generated policies of every family", () => {
    const policies = generatedRelease("leaves", sized(120, 60));
    expect(new Set(policies.map(({ family }) => family))).toEqual(new Set(FAMILY_KEYS));
    expect(editEveryLeaf(policies, sized(3, Infinity))).toBeGreaterThan(sized(1_000, 1_500));
  });
});
