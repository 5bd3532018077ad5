import { describe, expect, it } from "vitest";
import { FAMILIES } from "../../src/graph/families.ts";
import { kindsOf } from "../../src/policy-files/graph-types.ts";
import { readPolicyFile } from "../../src/policy-files/read-policy-file.ts";
import { bytesOf, countsOf, found, policiesOf, utf16 } from "./files.ts";

const CATALOG = {
  name: "Base",
  platforms: "windows10",
  technologies: "mdm",
  settings: [{ id: "0", settingInstance: { "@odata.type": "#microsoft.graph.x", settingDefinitionId: "d" } }],
};
const COMPLIANCE = { "@odata.type": "#microsoft.graph.iosCompliancePolicy", displayName: "iOS", id: "c-1" };

async function familyOf(path: string, content: unknown): Promise<string> {
  const [finding] = await found({ [path]: content });
  return finding?.kind === "policy" ? (finding.policies[0]?.family ?? "") : `${finding?.kind}`;
}

describe("What a file is", () => {
  it("is told by its type before all else", async () => {
    expect(await familyOf("SettingsCatalog/a.json", COMPLIANCE)).toBe("compliance");
    expect(
      await familyOf("a.json", { "@odata.type": "#microsoft.graph.targetedManagedAppConfiguration", displayName: "n" }),
    ).toBe("appConfigApps");
    expect(
      await familyOf("a.json", { "@odata.type": "microsoft.graph.IosManagedAppProtection", displayName: "n" }),
    ).toBe("appProtection");
  });

  it.each([
    ["https://graph.microsoft.com/beta/$metadata#deviceManagement/configurationPolicies/$entity", "settingsCatalog"],
    [
      "https://graph.microsoft.com/beta/$metadata#deviceManagement/configurationPolicies(settings())/$entity",
      "settingsCatalog",
    ],
    ["https://graph.microsoft.com/beta/$metadata#deviceManagement/compliancePolicies/$entity", "complianceLinux"],
    [
      "https://graph.microsoft.com/beta/$metadata#deviceManagement/deviceConfigurations/microsoft.graph.windows10CustomConfiguration/$entity",
      "deviceConfiguration",
    ],
    [
      "https://graph.microsoft.com/beta/$metadata#deviceAppManagement/iosManagedAppProtections/$entity",
      "appProtection",
    ],
    [
      "https://graph.microsoft.com/beta/$metadata#identity/conditionalAccess/authenticationStrength/policies/$entity",
      "authStrengths",
    ],
  ])("is told by its context %s", async (context, family) => {
    expect(await familyOf("any.json", { "@odata.context": context, name: "n", displayName: "n" })).toBe(family);
  });

  it("is told by the address that it was read at", async () => {
    const document = { "@odata.id": "deviceManagement/deviceShellScripts('1')", displayName: "n" };
    expect(await familyOf("any.json", document)).toBe("shellScripts");
  });

  it("is told by its folder, where all of the folder are of one kind", async () => {
    expect(await familyOf("Export/Contoso/ScopeTags/Default.json", { displayName: "n" })).toBe("scopeTags");
    expect(await familyOf("Settings Catalog/n.json", { name: "n" })).toBe("settingsCatalog");
    const [finding] = await found({ "CompliancePolicies/n.json": { displayName: "n" } });
    expect(finding).toMatchObject({
      kind: "not_understood",
      reasonCode: "unknown_type",
      reason: expect.stringContaining("Compliance"),
    });
  });

  it("is told by what it has, where nothing else tells it", async () => {
    expect(await familyOf("a.json", CATALOG)).toBe("settingsCatalog");
    expect(await familyOf("Compliance/a.json", { ...CATALOG, technologies: "linuxMdm" })).toBe("complianceLinux");
    expect(await familyOf("a.json", { displayName: "n", conditions: {}, grantControls: null })).toBe(
      "conditionalAccess",
    );
    expect(
      await familyOf("a.json", { displayName: "n", groupTypes: ["DynamicMembership"], membershipRule: "true" }),
    ).toBe("groups");
  });

  it("is told by the type of each family that the product has", async () => {
    for (const { key, inFiles, single } of FAMILIES) {
      for (const kind of kindsOf(inFiles.type)) {
        const named = { displayName: "n", name: "n", profileName: "n", tenantId: "t", membershipRule: "true" };
        const family = await familyOf("a.json", { "@odata.type": `#microsoft.graph.${kind}`, id: "1", ...named });
        // Of the policies of managed apps, one kind is a family of its own.
        expect(family, kind).toBe(kind === "targetedManagedAppConfiguration" ? "appConfigApps" : key);
      }
      expect(kindsOf(inFiles.type).length, `${key} ${single?.id}`).toBeGreaterThan(0);
    }
  });

  it("is not guessed", async () => {
    expect(
      await found({
        "a.json": { displayName: "n" },
        "b.json": { "@odata.type": "#microsoft.graph.policySet", displayName: "n" },
      }),
    ).toMatchObject([
      { kind: "not_understood", reasonCode: "no_policy" },
      { kind: "not_understood", reasonCode: "unknown_type", reason: expect.stringContaining('"policySet"') },
    ]);
    const nameless = { ...COMPLIANCE, displayName: "" };
    expect(await found({ "a.json": nameless })).toMatchObject([{ kind: "not_understood", reasonCode: "no_name" }]);
  });
});

describe("What a file holds", () => {
  it("is one document, a list, a page of a list, an answer of a batch, or JSON in a string", async () => {
    const findings = await found({
      "one.json": { ...COMPLIANCE, id: "1" },
      "list.json": [
        { ...COMPLIANCE, id: "2", displayName: "2" },
        { ...COMPLIANCE, id: "3", displayName: "3" },
      ],
      "page.json": {
        "@odata.context": "https://graph.microsoft.com/beta/$metadata#deviceManagement/roleScopeTags",
        "@odata.nextLink": "https://graph.microsoft.com/beta/deviceManagement/roleScopeTags?$skiptoken=1",
        value: [{ id: "4", displayName: "4" }],
      },
      "batch.json": {
        responses: [
          { id: "1", status: 200, body: { ...COMPLIANCE, id: "5", displayName: "5" } },
          { id: "2", status: 200, body: { value: [{ ...COMPLIANCE, id: "6", displayName: "6" }] } },
          { id: "3", status: 404, body: { error: { code: "NotFound" } } },
        ],
      },
      "string.json": JSON.stringify(JSON.stringify({ ...COMPLIANCE, id: "7", displayName: "7" })),
      "wrapped.json": {
        filters: [
          { displayName: "8", platform: "iOS", rule: "true" },
          { displayName: "9", platform: "iOS", rule: "false" },
        ],
      },
    });
    expect(countsOf(findings)).toEqual({ policy: 6 });
    expect(policiesOf(findings)).toEqual({ compliance: 6, scopeTags: 1, filters: 2 });
    expect(findings.flatMap((one) => (one.kind === "policy" ? one.notices : []))).toEqual([
      expect.stringContaining("Some answers of the batch"),
      expect.stringContaining("one page of a list"),
    ]);
  });

  it("is read by value, whatever PowerShell escapes", () => {
    const reading = readPolicyFile(
      "a.json",
      bytesOf(
        '{"@odata.type":  "#microsoft.graph.iosCompliancePolicy","displayName":  "Tom \\u0026 Ann\\u0027s \\u003cpilot\\u003e"}',
      ),
    );
    expect(reading).toMatchObject({ kind: "policies", policies: [{ name: "Tom & Ann's <pilot>" }] });
  });

  it("has its times in one spelling", () => {
    const times = {
      createdDateTime: "/Date(1700000000000)/",
      lastModifiedDateTime: "2023-11-14T23:13:20+01:00",
      rolloutDate: "0001-01-01T00:00:00Z",
      note: "2023-11-14T23:13:20+01:00",
    };
    const reading = readPolicyFile("a.json", bytesOf({ ...COMPLIANCE, ...times }));
    expect(reading).toMatchObject({
      policies: [
        {
          document: {
            createdDateTime: "2023-11-14T22:13:20.000Z",
            lastModifiedDateTime: "2023-11-14T22:13:20.000Z",
            rolloutDate: "0001-01-01T00:00:00Z",
            note: times.note,
          },
        },
      ],
    });
  });

  it.each(["System.Collections.Hashtable", "System.Object[]", "@{actionType=block; gracePeriodHours=0}"])(
    "is refused where the tool cut it off: %s",
    async (rest) => {
      const [finding] = await found({ "a.json": { ...COMPLIANCE, scheduledActionsForRule: [rest] } });
      expect(finding).toMatchObject({ kind: "not_understood", reasonCode: "truncated" });
    },
  );

  it.each([
    ["no JSON", '{"a":', "no_json"],
    ["a number", "1", "no_policy"],
    ["an empty list", "[]", "no_policy"],
    ["a list of texts", '["a"]', "no_policy"],
    ["ten thousand levels", `${"[".repeat(10_000)}${"]".repeat(10_000)}`, "nested_too_deep"],
    ["half a character", '{"displayName":"\\ud800"}', "nested_too_deep"],
  ])("is refused for %s", async (_, content, reasonCode) => {
    expect(await found({ "a.json": content })).toMatchObject([{ kind: "not_understood", reasonCode }]);
  });

  it("never becomes a property of all objects", () => {
    const reading = readPolicyFile(
      "a.json",
      bytesOf('{"@odata.type":"#microsoft.graph.iosCompliancePolicy","displayName":"n","__proto__":{"polluted":true}}'),
    );
    expect(reading.kind).toBe("policies");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("is another tool's model, which is named", async () => {
    const findings = await found({
      "cipp.json": { Displayname: "n", RAWJson: "{}", Type: "Catalog" },
      "row.json": { PartitionKey: "IntuneTemplate", RowKey: "1", JSON: "{}" },
      "dsc.json": [{ ResourceName: "IntuneDeviceCompliancePolicyiOS", DisplayName: "n" }],
      "snapshot.json": { displayName: "s", resources: [{ resourceType: "microsoft.intune.x", properties: {} }] },
    });
    expect(countsOf(findings)).toEqual({ other_model: 4 });
    expect(findings.map((one) => ("reason" in one ? one.reason : ""))).toEqual([
      expect.stringContaining("CIPP"),
      expect.stringContaining("Microsoft365DSC"),
      expect.stringContaining("CIPP"),
      expect.stringContaining("Unified tenant configuration management"),
    ]);
  });
});

describe("A policy as Graph would tell it", () => {
  it("has nothing that describes the answer of a tool, and the types that Graph tells", () => {
    const written = {
      "@odata.context": "https://graph.microsoft.com/beta/$metadata#deviceManagement/configurationPolicies/$entity",
      "@odata.type": "#microsoft.graph.deviceManagementConfigurationPolicy",
      "@odata.id": "deviceManagement/configurationPolicies('1')",
      "#microsoft.graph.assign": { title: "x" },
      "#CustomRef_categories": "a|:|b",
      "assignments@odata.associationLink": "x",
      "roleScopeTagIds@odata.type": "#Collection(String)",
      id: "1",
      name: "n",
      settings: [
        {
          "@odata.type": "#microsoft.graph.deviceManagementConfigurationSetting",
          settingInstance: {
            "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
            choiceSettingValue: {
              "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingValue",
              value: "%OrganizationId%",
            },
          },
        },
      ],
    };
    const reading = readPolicyFile("a.json", bytesOf(written));
    expect(reading).toMatchObject({ kind: "policies" });
    if (reading.kind !== "policies") return;
    expect(reading.policies[0]?.document).toEqual({
      id: "1",
      name: "n",
      settings: [
        {
          settingInstance: {
            "@odata.type": "#microsoft.graph.deviceManagementConfigurationChoiceSettingInstance",
            choiceSettingValue: { value: "%OrganizationId%" },
          },
        },
      ],
    });
  });

  it("is told to be incomplete where it tells of more settings than it has", () => {
    expect(readPolicyFile("a.json", bytesOf({ ...CATALOG, settingCount: 40 }))).toMatchObject({
      notices: [expect.stringContaining("tells of 40 settings and has 1")],
    });
  });

  it("has Graph's names where a template has others", () => {
    expect(
      readPolicyFile(
        "a.json",
        bytesOf({ displayName: "n", brandingOptions: "none", localizedMessages: [{ locale: "en" }] }),
      ),
    ).toMatchObject({
      policies: [{ document: { localizedNotificationMessages: [{ locale: "en" }] } }],
    });
    const { name: _name, ...unnamed } = CATALOG;
    const reading = readPolicyFile("a.json", bytesOf({ ...unnamed, displayName: "n" }));
    expect(reading).toMatchObject({ policies: [{ name: "n", document: { name: "n" } }] });
    expect(JSON.stringify(reading)).not.toContain("displayName");
  });

  it("has no secret, and says which it had", () => {
    const oma = (more: object) => ({
      "@odata.type": "#microsoft.graph.omaSettingString",
      displayName: "Key",
      omaUri: "./x",
      ...more,
    });
    const reading = readPolicyFile(
      "a.json",
      bytesOf({
        "@odata.type": "#microsoft.graph.windows10CustomConfiguration",
        displayName: "n",
        preSharedKey: "hunter2-a",
        omaSettings: [
          oma({ isEncrypted: false, value: { "@odata.context": "…", value: "hunter2-b" } }),
          oma({ isEncrypted: true, secretReferenceValueId: "r", value: "hunter2-c" }),
          oma({ isEncrypted: true, secretReferenceValueId: "r", value: "****" }),
          oma({ isEncrypted: false, value: "plain" }),
        ],
        settings: [{ valueState: "notEncrypted", value: "hunter2-d" }],
      }),
    );
    expect(JSON.stringify(reading)).not.toContain("hunter2");
    expect(reading).toMatchObject({
      policies: [
        {
          document: {
            omaSettings: [
              { value: "****", isEncrypted: true },
              { value: "****" },
              { value: "****" },
              { value: "plain" },
            ],
          },
        },
      ],
      notices: [
        expect.stringContaining("preSharedKey"),
        expect.stringContaining('"Key"'),
        expect.stringContaining("A setting of it"),
      ],
    });
  });
});

describe("Files that belong together", () => {
  it("are one policy with its settings, in each form that IntuneManagement writes", async () => {
    const values = [
      {
        enabled: true,
        "definition@odata.bind": "https://graph.microsoft.com/beta/deviceManagement/groupPolicyDefinitions('d-1')",
        "#Definition_Id": "d-1",
      },
    ];
    const folder = {
      "AdministrativeTemplates/Edge.json": {
        "@odata.type": "#microsoft.graph.groupPolicyConfiguration",
        displayName: "Edge",
        id: "1",
      },
      "AdministrativeTemplates/Edge_Settings.json": values,
      "EndpointSecurity/Acc.json": {
        "@odata.type": "#microsoft.graph.deviceManagementIntent",
        displayName: "Acc",
        id: "2",
        templateId: "t",
      },
      "EndpointSecurity/Acc_settings.JSON": utf16(
        JSON.stringify('{ "settings": [\r\n {"definitionId":"d","valueJson":"true"} ]\n}'),
      ),
      "Device Configurations/Kiosk.json": {
        "@odata.type": "#microsoft.graph.windowsKioskConfiguration",
        displayName: "Kiosk",
        id: "3",
      },
      "Device Configurations/Assignments/Kiosk.json": {
        id: "3_a",
        target: { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" },
      },
    };
    const findings = await found(folder);
    expect(countsOf(findings)).toEqual({ policy: 3, part: 3 });
    expect(findings.filter(({ kind }) => kind === "part")).toMatchObject([
      { of: "AdministrativeTemplates/Edge.json" },
      { of: "Device Configurations/Kiosk.json" },
      { of: "EndpointSecurity/Acc.json" },
    ]);
    const whole = (path: keyof typeof folder, part: keyof typeof folder, role: "settings" | "assignments") => {
      const reading = readPolicyFile(path, bytesOf(folder[path]), [{ role, bytes: bytesOf(folder[part]) }]);
      return reading.kind === "policies" ? reading.policies[0]?.document : null;
    };
    expect(
      whole("AdministrativeTemplates/Edge.json", "AdministrativeTemplates/Edge_Settings.json", "settings"),
    ).toMatchObject({
      definitionValues: [{ enabled: true, "definition@odata.bind": expect.stringContaining("d-1") }],
    });
    expect(whole("EndpointSecurity/Acc.json", "EndpointSecurity/Acc_settings.JSON", "settings")).toMatchObject({
      settings: [{ definitionId: "d", valueJson: "true" }],
    });
    expect(
      whole("Device Configurations/Kiosk.json", "Device Configurations/Assignments/Kiosk.json", "assignments"),
    ).toMatchObject({
      assignments: [{ id: "3_a" }],
    });
  });

  it("are told apart from a policy whose name ends like a part's, and from a part without its policy", async () => {
    const findings = await found({
      "CompliancePolicies/A.json": { ...COMPLIANCE, displayName: "A", id: "1" },
      "CompliancePolicies/A_Settings.json": { ...COMPLIANCE, displayName: "A_Settings", id: "2" },
      "AdministrativeTemplates/B_Settings.json": [{ enabled: true, "definition@odata.bind": "x" }],
      "Settings Catalog/Assignments/C.json": [{ id: "1_2", target: {} }],
    });
    expect(findings).toMatchObject([
      { kind: "not_understood", reasonCode: "no_owner" },
      { kind: "policy" },
      { kind: "policy", policies: [{ name: "A_Settings" }] },
      { kind: "not_understood", reasonCode: "no_owner" },
    ]);
  });

  it("tell the names of groups and users", () => {
    const table = {
      TenantId: "t",
      Organization: "o",
      Objects: [
        { Id: "g", DisplayName: "Pilot", Type: "Group" },
        { Id: "u", DisplayName: "Ann", Type: "User" },
        { Id: "x", DisplayName: "?", Type: "Device" },
      ],
    };
    expect(readPolicyFile("MigrationTable.json", utf16(JSON.stringify(table)))).toEqual({
      kind: "reference",
      names: [
        { kind: "group", id: "g", name: "Pilot" },
        { kind: "user", id: "u", name: "Ann" },
      ],
    });
    const group = {
      "@odata.type": "#microsoft.graph.group",
      id: "g",
      displayName: "Pilot",
      securityEnabled: true,
      groupTypes: [],
    };
    expect(readPolicyFile("Groups/Pilot.json", bytesOf(group))).toEqual({
      kind: "reference",
      names: [{ kind: "group", id: "g", name: "Pilot" }],
    });
  });
});

describe("Policies that are there twice", () => {
  const other = { ...COMPLIANCE, passcodeRequired: true };

  it("are counted as copies where they say the same, and the export proper is taken", async () => {
    const findings = await found({
      "WINDOWS/NativeImport/Base.json": { ...CATALOG, id: "1" },
      "WINDOWS/SettingsCatalog/Base.json": {
        ...CATALOG,
        "@odata.type": "#microsoft.graph.deviceManagementConfigurationPolicy",
        id: "2",
        settingCount: 1,
      },
    });
    expect(findings).toMatchObject([
      { kind: "copy", of: "WINDOWS/SettingsCatalog/Base.json" },
      { kind: "policy", policies: [{ graphId: "2" }] },
    ]);
  });

  it("are both taken where they have one id and other content, the second under an id of its own", async () => {
    const folder = { "a.json": COMPLIANCE, "b.json": other };
    const findings = await found(folder);
    const [first, second] = findings.map((one) => (one.kind === "policy" ? one : null));
    expect(first?.policies[0]?.graphId).toBe("c-1");
    expect(second?.policies[0]?.graphId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(second?.notices).toEqual([expect.stringContaining("a.json has another policy under the same id")]);
    expect(await found(folder)).toEqual(findings);
  });

  it("are both taken where they have one name and other content, and it is said", async () => {
    const findings = await found({ "a.json": COMPLIANCE, "b.json": { ...other, id: "c-2" } });
    expect(findings).toMatchObject([
      { policies: [{ graphId: "c-1" }] },
      { policies: [{ graphId: "c-2" }], notices: [expect.stringContaining("both are taken")] },
    ]);
    const namesakes = await found({ "a.json": COMPLIANCE, "b.json": { ...CATALOG, name: "iOS" } });
    expect(namesakes).toMatchObject([{ notices: [] }, { notices: [] }]);
  });

  it("are both kept where others refer to each by its id", async () => {
    const location = { "@odata.type": "#microsoft.graph.ipNamedLocation", displayName: "Office", ipRanges: [] };
    const findings = await found({
      "a.json": { ...location, id: "1" },
      "b.json": { ...location, id: "2" },
      "c.json": { ...location, id: "1" },
    });
    expect(findings).toMatchObject([{ kind: "policy" }, { kind: "policy" }, { kind: "copy", of: "a.json" }]);
  });

  it("are refused where a tenant has one", async () => {
    const one = { "@odata.type": "#microsoft.graph.authorizationPolicy", id: "authorizationPolicy", displayName: "n" };
    const findings = await found({ "a.json": one, "b.json": { ...one, blockMsolPowerShell: true } });
    expect(findings).toMatchObject([
      { kind: "policy", policies: [{ graphId: "authorizationPolicy" }] },
      { kind: "not_understood", reasonCode: "second_of_one" },
    ]);
  });
});

describe("Files that are set aside", () => {
  it.each([
    ["__archive__/2026-01-01/Old.json", "skipped", "deleted"],
    [".git/config.json", "skipped", "technical"],
    ["__MACOSX/._a.json", "skipped", "technical"],
    ["a/._b.json", "skipped", "technical"],
    ["a/.DS_Store", "skipped", "technical"],
    ["BulkExport.json", "skipped", "tool_file"],
    ["x/bulkimport.JSON", "skipped", "tool_file"],
    ["Assignment Report/report.json", "skipped", "tool_file"],
    ["README.md", "skipped", "no_policy_file"],
    ["a.csv", "skipped", "no_policy_file"],
    ["PowerShellScripts/a.ps1", "skipped", "no_policy_file"],
    ["Settings Catalog/Base_mdm.yaml", "not_understood", "yaml"],
    ["Activation Lock Bypass Codes/codes.json", "not_understood", "secrets"],
  ])("%s", async (path, kind, reasonCode) => {
    const folder = { [path]: new Uint8Array([1, 2, 3]) };
    expect(await found(folder)).toMatchObject([
      { kind, path, reasonCode, reason: expect.stringMatching(/^[A-Z].*\.$/) },
    ]);
  });
});
