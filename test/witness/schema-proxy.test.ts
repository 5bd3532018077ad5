/** The proxy of `support/schema-proxy`: what it passes, refuses and leaves out, by Microsoft's types. */
import { describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { graphModel } from "../support/schema-proxy/graph-model.ts";
import { passageOf } from "../support/schema-proxy/passage.ts";
import { OPERATIONS, OTHERWISE_KEYED, PUT_TO } from "../support/schema-proxy/published-facts.ts";
import { witnessed } from "../support/schema-proxy/witnessed.ts";
import { controlOf } from "../support/simulator-server.ts";

const DM = "/beta/deviceManagement";
const GUID = "aaaaaaaa-0000-4000-8000-000000000001";
const WIFI = {
  "@odata.type": "#microsoft.graph.windowsWifiEnterpriseEAPConfiguration",
  displayName: "Wi-Fi",
  eapType: "peap",
  roleScopeTagIds: ["0"],
};
const ASSIGNMENTS = [{ target: { "@odata.type": "#microsoft.graph.groupAssignmentTarget", groupId: GUID } }];

describe("The proxy passes what Microsoft's types have", () => {
  it.each([
    ["GET", `${DM}/deviceConfigurations?$expand=assignments&$top=5`, undefined],
    ["GET", `${DM}/deviceConfigurations('${GUID}')/assignments`, undefined],
    [
      "GET",
      `${DM}/deviceConfigurations/${GUID}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/rootCertificateForClientValidation`,
      undefined,
    ],
    ["GET", `${DM}/deviceConfigurations/${GUID}/getOmaSettingPlainTextValue(secretReferenceValueId='a_b')`, undefined],
    [
      "GET",
      `${DM}/deviceCompliancePolicies?$expand=scheduledActionsForRule($expand=scheduledActionConfigurations)`,
      undefined,
    ],
    [
      "GET",
      `/beta/deviceAppManagement/mobileApps?$filter=${encodeURIComponent("isAssigned eq true and startswith(displayName,'a')")}`,
      undefined,
    ],
    ["GET", `/beta/groups?$filter=${encodeURIComponent("groupTypes/any(c:c eq 'DynamicMembership')")}`, undefined],
    ["GET", "/v1.0/deviceManagement/deviceCompliancePolicies", undefined],
    ["GET", `/v1.0/servicePrincipals(appId='${GUID}')?$select=appId,displayName`, undefined],
    ["GET", `/v1.0/roleManagement/directory/roleDefinitions/${GUID}?$select=id,displayName`, undefined],
    ["POST", `${DM}/deviceConfigurations`, WIFI],
    [
      "POST",
      `${DM}/deviceConfigurations`,
      {
        ...WIFI,
        "rootCertificateForClientValidation@odata.bind": `https://graph.example${DM}/deviceConfigurations('${GUID}')`,
      },
    ],
    ["POST", `${DM}/deviceConfigurations/${GUID}/assign`, { assignments: ASSIGNMENTS }],
    ["PATCH", `${DM}/deviceConfigurations/${GUID}`, { ...WIFI, eapType: null }],
    ["PATCH", DM, { settings: { secureByDefault: true } }],
    ["PUT", `${DM}/configurationPolicies/${GUID}`, { name: "a", platforms: "windows10,macOS", settings: [] }],
    [
      "PUT",
      `${DM}/deviceConfigurations/${GUID}/microsoft.graph.windowsWifiEnterpriseEAPConfiguration/identityCertificateForClientAuthentication/$ref`,
      { "@odata.id": `https://graph.example${DM}/deviceConfigurations('${GUID}')` },
    ],
    ["DELETE", `${DM}/roleScopeTags/1`, undefined],
  ])("%s %s", (method, address, body) => {
    expect(() => passageOf(method, address, body)).not.toThrow();
  });
});

describe("The proxy refuses", () => {
  it.each([
    ["a root that Graph lacks", "GET", "/beta/deviceMgmt", undefined, "segment 'deviceMgmt'"],
    ["a name that is no key", "GET", `/v1.0/servicePrincipals(displayName='a')`, undefined, "of 'the service'"],
    [
      "a segment that the version lacks",
      "GET",
      "/v1.0/deviceManagement/configurationPolicies",
      undefined,
      "segment 'configurationPolicies'",
    ],
    [
      "another version's name for it",
      "GET",
      "/beta/policies/authenticationStrength/policies",
      undefined,
      "segment 'authenticationStrength'",
    ],
    ["a type that the version lacks", "POST", "/v1.0/deviceManagement/deviceConfigurations", WIFI, "is of no type"],
    [
      "a property that the type lacks",
      "POST",
      `${DM}/deviceConfigurations`,
      { ...WIFI, colour: "a" },
      "'colour' does not exist",
    ],
    [
      "a property of a derived type without that type",
      "POST",
      `${DM}/deviceConfigurations`,
      { eapType: "peap" },
      "'eapType' does not exist on type 'microsoft.graph.deviceConfiguration'",
    ],
    [
      "a property that v1.0 lacks",
      "PATCH",
      `/v1.0/deviceManagement/deviceCompliancePolicies/${GUID}`,
      { "@odata.type": "#microsoft.graph.windows10CompliancePolicy", defenderEnabled: true },
      "'defenderEnabled' does not exist",
    ],
    [
      "a filter in v1.0's assignments",
      "POST",
      `/v1.0/deviceManagement/deviceConfigurations/${GUID}/assign`,
      {
        assignments: [
          {
            target: {
              "@odata.type": "#microsoft.graph.groupAssignmentTarget",
              groupId: GUID,
              deviceAndAppManagementAssignmentFilterId: GUID,
            },
          },
        ],
      },
      "'deviceAndAppManagementAssignmentFilterId' does not exist",
    ],
    [
      "a type that may not stand there",
      "POST",
      `${DM}/deviceConfigurations`,
      { "@odata.type": "#microsoft.graph.webApp" },
      "which 'webApp' is not",
    ],
    [
      "a type that is none",
      "POST",
      `${DM}/deviceConfigurations/${GUID}/assign`,
      { assignments: [{ target: { "@odata.type": "#microsoft.graph.nobody" } }] },
      "is of no type",
    ],
    [
      "a member that the enumeration lacks",
      "PATCH",
      `${DM}/deviceConfigurations/${GUID}`,
      { ...WIFI, eapType: "nonsense" },
      'has no member "nonsense"',
    ],
    [
      "one such member among others",
      "PUT",
      `${DM}/configurationPolicies/${GUID}`,
      { platforms: "windows10,dos" },
      'has no member "windows10,dos"',
    ],
    [
      "text for a boolean",
      "PATCH",
      `${DM}/deviceConfigurations/${GUID}`,
      { ...WIFI, connectAutomatically: "true" },
      'is a boolean, not "true"',
    ],
    ["a number for text", "PATCH", `${DM}/deviceConfigurations/${GUID}`, { displayName: 1 }, "is a string, not 1"],
    ["one thing for a list", "PATCH", `${DM}/deviceConfigurations/${GUID}`, { roleScopeTagIds: "0" }, "is a list"],
    ["text for an object", "PATCH", DM, { settings: "x" }, "is a 'deviceManagementSettings'"],
    [
      "a binding of what is no navigation",
      "PATCH",
      `${DM}/deviceConfigurations/${GUID}`,
      { "displayName@odata.bind": "https://graph.example/beta/groups/1" },
      "is no navigation",
    ],
    [
      "a binding that leads to another type",
      "POST",
      `${DM}/deviceConfigurations`,
      { ...WIFI, "rootCertificateForClientValidation@odata.bind": "https://graph.example/beta/groups/1" },
      "is no",
    ],
    [
      "an annotation of answers",
      "PATCH",
      `${DM}/deviceConfigurations/${GUID}`,
      { "@odata.context": "x" },
      "says nothing to Graph",
    ],
    ["a selection of what is not there", "GET", `${DM}/deviceConfigurations?$select=id,colour`, undefined, "'colour'"],
    [
      "an expansion of a plain property",
      "GET",
      `${DM}/deviceConfigurations?$expand=displayName`,
      undefined,
      "is no navigation",
    ],
    [
      "a nested expansion of what is not there",
      "GET",
      `${DM}/deviceCompliancePolicies?$expand=scheduledActionsForRule($expand=actions)`,
      undefined,
      "'actions'",
    ],
    [
      "a filter by what is not there",
      "GET",
      `${DM}/deviceConfigurations?$filter=${encodeURIComponent("colour eq 'red'")}`,
      undefined,
      "'colour'",
    ],
    ["a query option that Graph lacks", "GET", `${DM}/deviceConfigurations?$take=5`, undefined, "'$take'"],
    [
      "an action that the type lacks",
      "POST",
      `${DM}/roleDefinitions/${GUID}/assign`,
      { assignments: [] },
      "segment 'assign'",
    ],
    [
      "a parameter that the action lacks",
      "POST",
      `${DM}/deviceManagementScripts/${GUID}/assign`,
      { assignments: [] },
      "no parameter 'assignments'",
    ],
    ["an action that is read", "GET", `${DM}/deviceConfigurations/${GUID}/assign`, undefined, "'GET' is not for"],
    ["PUT of what is patched", "PUT", `${DM}/deviceConfigurations/${GUID}`, WIFI, "'PUT' is not for"],
    ["PATCH of a list", "PATCH", `${DM}/deviceConfigurations`, WIFI, "'PATCH' is not for"],
    ["DELETE of a list", "DELETE", `${DM}/deviceConfigurations`, undefined, "'DELETE' is not for"],
  ])("%s: %s %s %j", (_what, method, address, body, message) => {
    expect(() => passageOf(method, address, body)).toThrow(message);
  });
});

describe("The proxy leaves out of an answer", () => {
  const windows = {
    "@odata.type": "#microsoft.graph.windows10CompliancePolicy",
    displayName: "Windows",
    defenderEnabled: true,
    bitLockerEnabled: true,
    roleScopeTagIds: ["0"],
  };
  const answered = (address: string, answer: unknown) => {
    const removed: string[] = [];
    return { shown: passageOf("GET", address, undefined).answered(answer, removed), removed };
  };

  it("nothing that the beta has", () => {
    const answer = { "@odata.context": "x", value: [windows] };
    expect(answered(`${DM}/deviceCompliancePolicies`, answer)).toEqual({ shown: answer, removed: [] });
  });

  it("what v1.0 hides of a policy, and policies of types that it lacks", () => {
    const one = answered(`/v1.0/deviceManagement/deviceCompliancePolicies/${GUID}`, windows);
    const { defenderEnabled: _defender, roleScopeTagIds: _tags, ...left } = windows;
    expect(one.shown).toEqual(left);
    expect(one.removed).toHaveLength(2);
    const list = answered("/v1.0/deviceManagement/deviceConfigurations", { value: [WIFI] });
    expect(list.shown).toEqual({ value: [] });
    expect(list.removed).toHaveLength(1);
  });

  it("what is of another kind than the type says", () => {
    expect(answered(`${DM}/deviceCompliancePolicies/${GUID}`, { ...windows, defenderEnabled: "yes" }).removed).toEqual([
      `/deviceManagement/deviceCompliancePolicies/${GUID}/windows10CompliancePolicy.defenderEnabled is a boolean, not "yes"`,
    ]);
  });
});

describe("The proxy's table of what types do not tell", () => {
  it("names types that there are, parameters of types that there are, and a page for each", () => {
    const model = graphModel("beta");
    const known = (name: string) =>
      ["string", "number", "boolean"].includes(name) || model.isType(name) || model.members(name) !== null;
    const strange = OPERATIONS.flatMap(({ on, parameters, returns, page }) =>
      [on, ...Object.values(parameters), returns ?? "string"]
        .map((type) => type.replace("[]", ""))
        .filter((type) => !known(type) || page === ""),
    );
    const types = [...Object.keys(PUT_TO), ...Object.keys(OTHERWISE_KEYED)];
    expect([...strange, ...types.filter((type) => !model.isType(type))]).toEqual([]);
  });
});

describe("The proxy between a client and Graph", () => {
  it("answers refused parts of a batch itself, as Graph does, and notes them for the tenant", async () => {
    const tenant = "witness-batch";
    const proxyUrl = inject("schemaProxyUrl");
    await controlOf(inject("simulatorUrl")).createTenant(tenant, { policies: 40, seed: "witness" });
    const form = {
      client_id: "a",
      client_secret: "simulator-secret",
      grant_type: "client_credentials",
      scope: "x/.default",
    };
    const token = await fetch(`${proxyUrl}/${tenant}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    const { access_token } = z.object({ access_token: z.string() }).parse(await token.json());
    const answer = await fetch(`${proxyUrl}/beta/$batch`, {
      method: "POST",
      headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
      body: JSON.stringify({
        requests: [
          { id: "good", method: "GET", url: "/deviceManagement/roleScopeTags?$top=1" },
          { id: "bad", method: "GET", url: "/deviceManagement/roleScopeTag" },
        ],
      }),
    });
    const { responses } = z
      .object({ responses: z.array(z.object({ id: z.string(), status: z.int(), body: z.unknown() })) })
      .parse(await answer.json());
    const of = (id: string) => responses.find((part) => part.id === id);
    expect(of("good")).toMatchObject({ status: 200, body: { value: [{ displayName: "Default" }] } });
    expect(of("bad")).toMatchObject({ status: 400, body: { error: { code: "BadRequest" } } });
    expect(await witnessed(proxyUrl, tenant)).toEqual({
      requests: 2,
      refusals: [
        "GET /beta/deviceManagement/roleScopeTag: Resource not found for the segment 'roleScopeTag' of 'deviceManagement'.",
      ],
      removed: [],
    });
  });
});
