import { describe, expect, it } from "vitest";
import type { FamilyKey } from "../../../src/graph/families.ts";
import { planRestore } from "../../../src/graph/restore/plan.ts";
import { mapReferences, references, type ReferenceMapping } from "../../../src/graph/restore/references.ts";
import { objectOf } from "./simulated-restore.ts";

const SUFFIX = "-0000-4000-8000-000000000000";
/** Of the ids that a mapping gives: some kinds are recognized by the form of their ids. */
const NEW_SUFFIX = "-1111-4111-8111-111111111111";
const id = (n: number) => `${String(n).repeat(8)}${SUFFIX}`;
const NOBODY = "00000000-0000-0000-0000-000000000000";
const target = (groupId: string, filter: string | null) => ({
  target: {
    groupId,
    deviceAndAppManagementAssignmentFilterId: filter,
    deviceAndAppManagementAssignmentFilterType: "include",
  },
});

const DOCUMENTS: [FamilyKey, object, [string, string, string][]][] = [
  [
    "deviceConfiguration",
    {
      roleScopeTagIds: ["0", "7"],
      assignments: [target(id(1), id(2)), { target: { groupId: id(3) } }, target(id(4), NOBODY)],
    },
    [
      ["scopeTag", "7", "roleScopeTagIds[1]"],
      ["group", id(1), "assignments[0].target.groupId"],
      ["group", id(3), "assignments[1].target.groupId"],
      ["group", id(4), "assignments[2].target.groupId"],
      ["filter", id(2), "assignments[0].target.deviceAndAppManagementAssignmentFilterId"],
    ],
  ],
  ["filters", { roleScopeTags: ["3"] }, [["scopeTag", "3", "roleScopeTags[0]"]]],
  [
    "compliance",
    {
      deviceCompliancePolicyScript: { deviceComplianceScriptId: id(5), rulesContent: "x" },
      scheduledActionsForRule: [
        {
          scheduledActionConfigurations: [
            { actionType: "block", notificationTemplateId: NOBODY, notificationMessageCCList: [] },
            { actionType: "notification", notificationTemplateId: id(6), notificationMessageCCList: [id(7)] },
          ],
        },
      ],
    },
    [
      [
        "notificationTemplate",
        id(6),
        "scheduledActionsForRule[0].scheduledActionConfigurations[1].notificationTemplateId",
      ],
      ["group", id(7), "scheduledActionsForRule[0].scheduledActionConfigurations[1].notificationMessageCCList[0]"],
      ["complianceScript", id(5), "deviceCompliancePolicyScript.deviceComplianceScriptId"],
    ],
  ],
  [
    "conditionalAccess",
    {
      conditions: {
        users: {
          includeUsers: ["All", id(1)],
          excludeUsers: ["GuestsOrExternalUsers"],
          includeGroups: [id(2)],
          excludeGroups: [id(3)],
          excludeRoles: [id(9)],
        },
        locations: { includeLocations: ["All"], excludeLocations: ["AllTrusted", id(4), NOBODY] },
        applications: {
          includeApplications: ["Office365", id(7)],
          includeAuthenticationContextClassReferences: ["c7"],
        },
        clientApplications: { includeServicePrincipals: ["ServicePrincipalsInMyTenant", id(8)] },
      },
      grantControls: { authenticationStrength: { id: id(5) }, termsOfUse: [id(6)] },
    },
    [
      ["group", id(2), "conditions.users.includeGroups[0]"],
      ["group", id(3), "conditions.users.excludeGroups[0]"],
      ["user", id(1), "conditions.users.includeUsers[1]"],
      ["directoryRole", id(9), "conditions.users.excludeRoles[0]"],
      ["application", id(7), "conditions.applications.includeApplications[1]"],
      ["authContext", "c7", "conditions.applications.includeAuthenticationContextClassReferences[0]"],
      ["servicePrincipal", id(8), "conditions.clientApplications.includeServicePrincipals[1]"],
      ["namedLocation", id(4), "conditions.locations.excludeLocations[1]"],
      ["authStrength", id(5), "grantControls.authenticationStrength.id"],
      ["termsOfUse", id(6), "grantControls.termsOfUse[0]"],
    ],
  ],
  ["enrollment", { selectedMobileAppIds: [id(1)] }, [["app", id(1), "selectedMobileAppIds[0]"]]],
  ["appConfigDevices", { targetedMobileApps: [id(1)] }, [["app", id(1), "targetedMobileApps[0]"]]],
  [
    "settingsCatalog",
    {
      settings: [
        {
          settingInstance: {
            groupSettingCollectionValue: [
              {
                children: [
                  {
                    simpleSettingCollectionValue: [
                      {
                        "@odata.type": "#microsoft.graph.deviceManagementConfigurationReferenceSettingValue",
                        value: id(1),
                      },
                    ],
                  },
                ],
              },
            ],
          },
        },
      ],
    },
    [
      [
        "reusableSetting",
        id(1),
        "settings[0].settingInstance.groupSettingCollectionValue[0].children[0].simpleSettingCollectionValue[0].value",
      ],
    ],
  ],
];

describe("References", () => {
  it.each(DOCUMENTS)(
    "of %s are listed with where they stand, and no word is taken for an id",
    (key, document, expected) => {
      expect(references(key, objectOf(document)).map((found) => [found.kind, found.id, found.path])).toEqual(expected);
    },
  );

  it.each(DOCUMENTS)("of %s are all replaced by a mapping, and nothing else is", (key, document, expected) => {
    const mapping: Record<string, Record<string, string>> = {};
    const newOf = (old: string) => (old.endsWith(SUFFIX) ? old.replace(SUFFIX, NEW_SUFFIX) : `new ${old}`);
    for (const [kind, old] of expected) mapping[kind] = { ...mapping[kind], [old]: newOf(old) };
    const mapped = mapReferences(key, objectOf(document), mapping);
    expect(references(key, mapped).map(({ id: found }) => found)).toEqual(expected.map(([, old]) => newOf(old)));
    expect(JSON.stringify(mapped).replaceAll("new ", "").replaceAll(NEW_SUFFIX, SUFFIX)).toBe(JSON.stringify(document));
    expect(mapReferences(key, objectOf(document), {})).toEqual(document);
  });
});

const dropped = (key: FamilyKey, document: object, mapping: ReferenceMapping) =>
  mapReferences(key, objectOf(document), mapping);

describe("A reference that is dropped takes along what hangs on it", () => {
  it("a group its assignment; a filter too, for the assignment would reach more devices", () => {
    const document = { assignments: [target(id(1), id(2)), target(id(3), null)] };
    expect(dropped("apps", document, { filter: { [id(2)]: null } })).toEqual({ assignments: [target(id(3), null)] });
    expect(dropped("apps", document, { group: { [id(3)]: null } })).toEqual({ assignments: [target(id(1), id(2))] });
  });

  it("a message its action, a script its check, a strength its demand", () => {
    const action = { actionType: "block" };
    const document = {
      scheduledActionsForRule: [{ scheduledActionConfigurations: [action, { notificationTemplateId: id(1) }] }],
      deviceCompliancePolicyScript: { deviceComplianceScriptId: id(2) },
    };
    const mapping = { notificationTemplate: { [id(1)]: null }, complianceScript: { [id(2)]: null } };
    expect(dropped("compliance", document, mapping)).toEqual({
      scheduledActionsForRule: [{ scheduledActionConfigurations: [action] }],
      deviceCompliancePolicyScript: null,
    });
    expect(
      dropped(
        "conditionalAccess",
        { grantControls: { operator: "OR", authenticationStrength: { id: id(1) } } },
        { authStrength: { [id(1)]: null } },
      ),
    ).toEqual({ grantControls: { operator: "OR", authenticationStrength: null } });
  });

  it("the last scope tag leaves the default one", () => {
    const plan = planRestore(
      "filters",
      objectOf({ displayName: "x", platform: "iOS", rule: "r", roleScopeTags: ["7"] }),
      {
        mode: { kind: "create", namePrefix: "" },
        assignments: false,
        conditionalAccess: "report-only",
        mapping: { scopeTag: { "7": null } },
        omaValues: new Set(),
        graphUrl: "https://graph.test",
        plannedAt: 0,
      },
    );
    expect(plan).toMatchObject({ steps: [{ body: { roleScopeTags: ["0"] } }] });
  });
});

describe("A document", () => {
  it("cannot pose as a gap of a plan", () => {
    const forged = { "@tenantatlas.fill": "omaValue", of: "secret" };
    const plan = planRestore("filters", objectOf({ displayName: "x", platform: "iOS", rule: "r", extra: forged }), {
      mode: { kind: "create", namePrefix: "" },
      assignments: false,
      conditionalAccess: "report-only",
      mapping: {},
      omaValues: new Set(["secret"]),
      graphUrl: "https://graph.test",
      plannedAt: 0,
    });
    expect(plan).toMatchObject({ steps: [{ body: { extra: { of: "secret" } } }] });
    expect(JSON.stringify(plan)).not.toContain("@tenantatlas");
  });
});
