import { describe, expect, it } from "vitest";
import { meaningRules } from "../../src/graph/policy-meaning.ts";
import type { JsonObject } from "../../src/policies/json-value.ts";
import { diffPolicies } from "../../src/policies/policy-diff.ts";
import { isSamePolicy } from "../../src/policies/policy-normal-form.ts";

const GUID = "ABCDEF01-2345-6789-abcd-ef0123456789";
const NONE = "00000000-0000-0000-0000-000000000000";
const target = (more: JsonObject): JsonObject => ({
  assignments: [{ target: { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: "g", ...more } }],
});

const SAME: [string, string, JsonObject, JsonObject][] = [
  ["no description", "deviceConfiguration", { description: null }, { description: "" }],
  ["a date", "featureUpdates", { start: "2024-05-01T00:00:00Z" }, { start: "2024-05-01T00:00:00.0000000Z" }],
  [
    "a date with an offset",
    "featureUpdates",
    { start: "2024-05-01T00:00:00.5Z" },
    { start: "2024-05-01T02:00:00.50+02:00" },
  ],
  ["no date", "deviceConfiguration", { until: null }, { until: "0001-01-01T00:00:00Z" }],
  ["a time of day", "deviceConfiguration", { at: "08:00:00" }, { at: "08:00:00.0000000" }],
  ["a duration", "appProtection", { period: "PT90M" }, { period: "PT1H30M" }],
  ["a day", "appProtection", { period: "PT24H" }, { period: "P1D" }],
  ["a GUID", "conditionalAccess", { groups: [GUID] }, { groups: [GUID.toLowerCase()] }],
  ["flags", "settingsCatalog", { technologies: "mdm,microsoftSense" }, { technologies: "microsoftSense, mdm" }],
  ["bytes", "powershellScripts", { scriptContent: "YWJj\r\nZA==" }, { scriptContent: "YWJjZA" }],
  ["a type", "compliance", { "@odata.type": "microsoft.graph.x" }, { "@odata.type": "#microsoft.graph.x" }],
  ["the default scope tag", "compliance", { roleScopeTagIds: [] }, { roleScopeTagIds: ["0"] }],
  [
    "no filter",
    "compliance",
    target({ deviceAndAppManagementAssignmentFilterId: null, deviceAndAppManagementAssignmentFilterType: "none" }),
    target({ deviceAndAppManagementAssignmentFilterId: NONE }),
  ],
  ["the system's language", "autopilot", { locale: null }, { locale: "os-default" }],
  ["a language", "notifications", { locale: "de-DE" }, { locale: "de-de" }],
  [
    "a session control that is off",
    "conditionalAccess",
    { sessionControls: { persistentBrowser: { isEnabled: false, mode: null }, disableResilienceDefaults: false } },
    { sessionControls: null },
  ],
  [
    "the reference of a binding",
    "adminTemplates",
    { definitionValues: [{ "definition@odata.bind": "https://x/groupPolicyDefinitions('d')" }] },
    { definitionValues: [{ definition: { id: "d", displayName: "D" } }] },
  ],
  [
    "a hidden value",
    "deviceConfiguration",
    { omaSettings: [{ omaUri: "./a", value: "****" }] },
    { omaSettings: [{ omaUri: "./a", value: "**********", isEncrypted: true, secretReferenceValueId: "s" }] },
  ],
];

const DIFFERENT: [string, string, JsonObject, JsonObject][] = [
  ["a name of the shape of a duration", "compliance", { displayName: "PT24H" }, { displayName: "P1D" }],
  ["a setting's text", "settingsCatalog", { value: "PT24H" }, { value: "P1D" }],
  ["a setting's empty text and none", "settingsCatalog", { value: "" }, { value: null }],
  ["half a second", "featureUpdates", { start: "2024-05-01T00:00:00Z" }, { start: "2024-05-01T00:00:00.5Z" }],
  ["another scope tag", "compliance", { roleScopeTagIds: ["0"] }, { roleScopeTagIds: ["0", "1"] }],
  ["a tag instead of the default one", "compliance", { roleScopeTagIds: [] }, { roleScopeTagIds: ["1"] }],
  ["a language that is chosen", "autopilot", { locale: null }, { locale: "de-DE" }],
  ["another language of a family without a default", "compliance", { locale: null }, { locale: "os-default" }],
  [
    "a session control that is on",
    "conditionalAccess",
    { sessionControls: { persistentBrowser: { isEnabled: true, mode: null } } },
    { sessionControls: null },
  ],
  ["a filter", "compliance", target({}), target({ deviceAndAppManagementAssignmentFilterId: GUID })],
  [
    "the order of search domains",
    "deviceConfiguration",
    { dnsSearchDomains: ["a", "b"] },
    { dnsSearchDomains: ["b", "a"] },
  ],
  ["a property that nobody knows", "compliance", { later: 1 }, { later: 2 }],
];

describe("Spellings of the service", () => {
  it.each(SAME)("are one value: %s", (_what, family, one, other) => {
    const rules = meaningRules(family);
    expect(isSamePolicy(rules, one, other)).toBe(true);
    expect(diffPolicies(rules, one, other)).toEqual([]);
  });

  it.each(DIFFERENT)("are not taken for one where they say different things: %s", (_what, family, one, other) => {
    const rules = meaningRules(family);
    expect(isSamePolicy(rules, one, other)).toBe(false);
    expect(diffPolicies(rules, one, other).length).toBeGreaterThan(0);
  });
});
