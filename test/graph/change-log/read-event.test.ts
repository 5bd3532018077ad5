import { describe, expect, it } from "vitest";
import { changedProperties } from "../../../src/graph/change-log/changed-properties.ts";
import { eventsPath, logOf, typeDemanded } from "../../../src/graph/change-log/logs.ts";
import { readEvent } from "../../../src/graph/change-log/read-event.ts";
import { familyByKey, type FamilyKey } from "../../../src/graph/families.ts";

const GUID = "6d3f0b4e-1c55-4c0a-9a5e-0b1f6c7d8e9f";

/** In the shape that Microsoft's documentation prints. */
function intuneEvent(over: object = {}, resource: object = {}): object {
  return {
    id: "event-1",
    displayName: "Patch DeviceEnrollmentConfiguration",
    activityDateTime: "2024-08-09T18:29:00.7023255Z",
    activityType: "Patch DeviceEnrollmentConfiguration",
    activityOperationType: "Patch",
    activityResult: "Success",
    actor: {
      auditActorType: "ItPro",
      applicationId: "portal",
      applicationDisplayName: "Microsoft Intune portal extension",
      userPrincipalName: "anna@contoso.test",
      servicePrincipalName: null,
      userId: "user-1",
    },
    resources: [
      {
        displayName: "Test restriction",
        auditResourceType: "DeviceEnrollmentLimitConfiguration",
        resourceId: GUID.toUpperCase(),
        modifiedProperties: [{ displayName: "Limit", oldValue: "3", newValue: "5" }],
        ...resource,
      },
    ],
    ...over,
  };
}

describe("an event of Intune's log", () => {
  it("tells who, when, with which application, and the old and new value", () => {
    expect(readEvent("intune", intuneEvent())).toEqual([
      {
        log: "intune",
        eventId: "event-1",
        resourceId: GUID,
        resourceType: "DeviceEnrollmentLimitConfiguration",
        at: Date.parse("2024-08-09T18:29:00.702Z"),
        actorKind: "user",
        actorId: "user-1",
        actorName: "anna@contoso.test",
        applicationId: "portal",
        applicationName: "Microsoft Intune portal extension",
        activity: "Patch DeviceEnrollmentConfiguration",
        operation: "update",
        properties: [{ name: "Limit", oldValue: "3", newValue: "5" }],
        propertiesCut: false,
      },
    ]);
  });

  it("is of the application when no person is named, and of nobody known when neither is", () => {
    const actor = { applicationId: "app", applicationDisplayName: "Robot", userPrincipalName: null, userId: null };
    expect(readEvent("intune", intuneEvent({ actor }))).toMatchObject([
      { actorKind: "application", actorId: "app", actorName: "Robot", applicationId: "app" },
    ]);
    expect(readEvent("intune", intuneEvent({ actor: null }))).toMatchObject([{ actorKind: "unknown", actorName: "" }]);
  });

  it("knows an enrollment configuration by its whole id", () => {
    const modifiedProperties = [{ displayName: "Id", oldValue: null, newValue: `${GUID}_Limit` }];
    expect(readEvent("intune", intuneEvent({}, { modifiedProperties }))[0]?.resourceId).toBe(`${GUID}_limit`);
  });

  it.each([
    ["a reading", { activityOperationType: "Get" }],
    ["an attempt that failed", { activityResult: "Failure" }],
    ["no resource", { resources: [] }],
    ["a resource without id", { resources: [{ resourceId: "" }] }],
    ["no time", { activityDateTime: "yesterday" }],
    ["no id", { id: null }],
  ])("tells no change: %s", (_name, over) => {
    expect(readEvent("intune", intuneEvent(over))).toEqual([]);
  });
});

describe("an event of Entra's log", () => {
  const event = (over: object = {}) => ({
    id: "event-2",
    category: "Policy",
    activityDateTime: "2026-05-12T10:14:00Z",
    activityDisplayName: "Update conditional access policy",
    operationType: "Update",
    result: "success",
    initiatedBy: { app: null, user: { id: "u", displayName: "Anna Admin", userPrincipalName: "anna@contoso.test" } },
    targetResources: [
      {
        id: GUID,
        type: "Policy",
        modifiedProperties: [
          {
            displayName: "ConditionalAccessPolicy",
            oldValue: JSON.stringify({ state: "enabled", conditions: { users: { includeUsers: ["All"] } }, id: GUID }),
            newValue: JSON.stringify({
              state: "disabled",
              conditions: { users: { includeUsers: ["None"] } },
              id: GUID,
            }),
          },
        ],
      },
    ],
    ...over,
  });

  it("lists the members that differ of the policy it tells as one JSON", () => {
    expect(readEvent("directory", event())).toMatchObject([
      {
        resourceId: GUID,
        actorKind: "user",
        actorName: "Anna Admin",
        applicationName: null,
        activity: "Update conditional access policy",
        properties: [
          { name: "state", oldValue: "enabled", newValue: "disabled" },
          { name: "conditions.users.includeUsers", oldValue: '["All"]', newValue: '["None"]' },
        ],
      },
    ]);
  });

  it("knows applications, removals and failures", () => {
    const app = { appId: "app", displayName: "Robot", servicePrincipalId: "sp" };
    expect(readEvent("directory", event({ initiatedBy: { app, user: null }, operationType: "Delete" }))).toMatchObject([
      { actorKind: "application", applicationId: "app", operation: "delete" },
    ]);
    expect(readEvent("directory", event({ result: "failure" }))).toEqual([]);
  });
});

describe("changed properties", () => {
  it("hide what is named like a credential, at any level", () => {
    const told = [
      { displayName: "PreSharedKey", oldValue: null, newValue: "hunter2" },
      { displayName: "Settings", oldValue: '{"vpn":{"sharedSecret":"a"}}', newValue: '{"vpn":{"sharedSecret":"b"}}' },
    ];
    const { properties } = changedProperties(told);
    expect(JSON.stringify(properties)).not.toMatch(/hunter2|"a"|"b"/);
    expect(properties.map(({ newValue }) => newValue)).toEqual(["(hidden)", "(hidden)"]);
  });

  it("are bounded in number and length, and say so", () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ displayName: `P${index}`, oldValue: "a", newValue: "b" }));
    expect(changedProperties(many)).toMatchObject({ cut: true });
    expect(changedProperties(many).properties).toHaveLength(30);
    const long = changedProperties([{ displayName: "P", oldValue: null, newValue: "x".repeat(10_000) }]);
    expect(long.cut).toBe(true);
    expect(long.properties[0]?.newValue?.length).toBe(501);
  });
});

describe("where changes are told", () => {
  it.each<[FamilyKey, string]>([
    ["settingsCatalog", "intune"],
    ["apps", "intune"],
    ["conditionalAccess", "directory"],
    ["authStrengths", "directory"],
    ["termsOfUse", "directory"],
  ])("the log of %s is %s", (key, log) => {
    expect(logOf(familyByKey(key) ?? { path: "" })).toBe(log);
  });

  it("asks for the type where an id is not unique", () => {
    const scopeTags = familyByKey("scopeTags") ?? { path: "" };
    expect(typeDemanded(scopeTags, "1")).toBe("rolescopetag");
    expect(typeDemanded(scopeTags, GUID)).toBeNull();
  });

  it("asks Entra for policies alone", () => {
    expect(decodeURIComponent(eventsPath("directory", 0, 1_000))).toBe(
      "/auditLogs/directoryAudits?$filter=activityDateTime ge 1970-01-01T00:00:00.000Z and activityDateTime le 1970-01-01T00:00:01.000Z and (category eq 'Policy' or activityDisplayName eq 'Add group' or activityDisplayName eq 'Update group' or activityDisplayName eq 'Delete group')",
    );
  });
});
