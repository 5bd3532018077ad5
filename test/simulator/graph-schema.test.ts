/** The simulator's schema of Graph: compared with facts that others gathered, and asked what it takes and refuses. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { judgeGraphSchema } from "../../scripts/check/graph-schema.ts";
import { projectRoot } from "../../scripts/dependencies.mjs";
import { UNPUBLISHED } from "../../scripts/graph-schema/facts.ts";
import { parseDeclarations } from "../../scripts/graph-schema/microsoft-types.ts";
import { bareType } from "../../simulator/src/family.ts";
import { generate, shareOut } from "../../simulator/src/generate/generate.ts";
import { isReference } from "../../simulator/src/intake.ts";
import { checkBody } from "../../simulator/src/schema/check-body.ts";
import { concreteTypes, graphType, isInVersion, propertyOf } from "../../simulator/src/schema/schema.ts";
import { GRAPH_FACTS } from "../support/realdata.ts";

const factsSchema = z.object({
  families: z.record(
    z.string(),
    z.object({ concrete: z.array(z.string()).default([]), abstract: z.array(z.string()).default([]) }),
  ),
  types: z.record(
    z.string(),
    z.object({
      base: z.string().nullable(),
      props: z.array(z.string()).default([]),
      onlyIn: z.string().optional(),
      newer: z.array(z.string()).default([]),
      navs: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

describe.runIf(GRAPH_FACTS !== null)("The schema and the facts that others gathered of the beta", () => {
  let facts: z.infer<typeof factsSchema>;
  // In a hook: the body of a describe that is not run is run all the same.
  beforeAll(() => {
    facts = factsSchema.parse(JSON.parse(readFileSync(GRAPH_FACTS ?? "", "utf8")));
  });

  it("agree on every type: what it derives from, its properties, and where its navigations lead", () => {
    const differences: string[] = [];
    for (const [name, fact] of Object.entries(facts.types)) {
      const type = graphType(name);
      const unpublished = new Set(UNPUBLISHED[name]?.split(" ").map((property) => property.split(":")[0]));
      const own = [...(type?.own.values() ?? [])].filter((property) => !unpublished.has(property.name));
      // Of types that are newer than Microsoft's declarations the facts do not say which properties are navigations.
      const isTold = (isNavigation: boolean) => isNavigation && fact.onlyIn === undefined;
      const told = [
        type?.base ?? null,
        ...own
          .map(({ isNavigation, type: to, isCollection, ...property }) =>
            isTold(isNavigation) ? `${property.name} ${to}${isCollection ? "[]" : ""}` : property.name,
          )
          .sort(),
      ];
      const navs = Object.entries(fact.navs).map((nav) => nav.join(" "));
      const wanted = [fact.base, ...[...fact.props, ...fact.newer, ...navs].sort()];
      if (JSON.stringify(told) !== JSON.stringify(wanted))
        differences.push(`${name}: ${told.join()} is not ${wanted.join()}`);
    }
    expect(differences).toEqual([]);
    expect(Object.keys(facts.types).length).toBeGreaterThan(400);
  });

  it.each([
    ["deviceConfiguration", "deviceConfiguration"],
    ["compliance", "deviceCompliancePolicy"],
    ["apps", "mobileApp"],
    ["appProtection", "managedAppPolicy"],
    ["appConfigDevices", "managedDeviceMobileAppConfiguration"],
    ["enrollment", "deviceEnrollmentConfiguration"],
    ["namedLocations", "namedLocation"],
    ["autopilot", "windowsAutopilotDeploymentProfile"],
    ["assignment targets", "deviceAndAppManagementAssignmentTarget"],
    ["OMA settings", "omaSetting"],
  ])("agree on the types of %s", (family, base) => {
    const wanted = facts.families[family]?.concrete.map((type) => type.replace("#microsoft.graph.", ""));
    expect(concreteTypes(base).sort()).toEqual(wanted?.sort());
  });
});

/** A member of a policy as a body has it: what a navigation leads to is bound by address. */
function asSent(type: string, name: string, value: unknown): Record<string, unknown> {
  const property = propertyOf("beta", type, name);
  if (property === null || !isReference(property)) return { [name]: value };
  const addresses = z.array(z.object({ id: z.string() })).parse(value);
  return {
    [`${name}@odata.bind`]: property.isCollection ? addresses.map(({ id }) => id) : addresses[0]?.id,
  };
}

describe("What the simulated tenant holds", () => {
  it("is what Graph's model has, in all families", () => {
    const refused = new Set<string>();
    let count = 0;
    generate(
      {
        putResource: () => {},
        putPolicy: (family, _id, { doc, parts }) => {
          // Groups without a rule are no policies.
          if (family.key !== "groups" || doc["membershipRule"] !== null) count += 1;
          const { secrets: _kept, ...shown } = parts;
          const type = bareType(String(doc["@odata.type"]));
          for (const [name, value] of Object.entries({ ...doc, ...shown })) {
            try {
              checkBody("beta", type, asSent(type, name, value));
            } catch (error) {
              refused.add(`${family.key} ${type}: ${String(error)}`);
            }
          }
        },
      },
      { tenant: "whole", seed: "whole", policies: 900, from: 0, upTo: 900 },
    );
    expect([...refused]).toEqual([]);
    expect(count).toBe([...shareOut(900).values()].reduce((sum, each) => sum + each, 0));
  });
});

describe("The schema of Graph", () => {
  it("is what the installed packages give", () => {
    expect(judgeGraphSchema(projectRoot)).toEqual({ passed: true, output: "" });
  });

  it("is read from declarations of any layout", () => {
    const { types, enumerations } = parseDeclarations(
      `export type RunAs =\n    | "system"\n    | "user";\nexport interface WinGetApp extends MobileApp {\n    runAs?: NullableOption<\n        RunAs[]\n    >;\n    size?: number;\n}`,
    );
    expect(enumerations).toEqual(new Map([["runAs", ["system", "user"]]]));
    expect(types.get("winGetApp")?.base).toBe("mobileApp");
    expect(types.get("winGetApp")?.properties).toEqual(
      new Map([
        ["runAs", { type: "runAs", isCollection: true }],
        ["size", { type: "number", isCollection: false }],
      ]),
    );
  });

  // docs/design/graph.md, the table at its top: what v1.0 hides.
  it("knows what v1.0 hides", () => {
    for (const type of ["windowsWifiConfiguration", "winGetApp", "officeSuiteApp", "compliantNetworkNamedLocation"])
      expect([type, isInVersion("beta", type), isInVersion("v1.0", type)]).toEqual([type, true, false]);
    for (const [type, property] of [
      ["windows10CompliancePolicy", "defenderEnabled"],
      ["iosCompliancePolicy", "roleScopeTagIds"],
      ["groupAssignmentTarget", "deviceAndAppManagementAssignmentFilterId"],
      ["targetedManagedAppConfiguration", "appGroupType"],
      ["windows10EnrollmentCompletionPageConfiguration", "selectedMobileAppIds"],
      ["conditionalAccessRoot", "authenticationStrengths"],
      ["notificationMessageTemplate", "description"],
    ] as const) {
      expect([property, propertyOf("v1.0", type, property)]).toEqual([property, null]);
      expect(propertyOf("beta", type, property)?.name).toBe(property);
    }
    expect(propertyOf("v1.0", "windows10CompliancePolicy", "bitLockerEnabled")?.name).toBe("bitLockerEnabled");
  });

  const wifi = "windowsWifiEnterpriseEAPConfiguration";
  it.each([
    [wifi, { displayName: "a", networkName: "b", connectAutomatically: true, eapType: "peap", roleScopeTagIds: ["0"] }],
    // Graph takes any case, and null.
    [wifi, { eapType: "PEAP", networkName: null }],
    [wifi, { "rootCertificatesForServerValidation@odata.bind": ["https://graph.example/x('1')"] }],
    ["deviceManagementConfigurationPolicy", { platforms: "windows10,macOS", technologies: "mdm, microsoftSense" }],
    [
      "windows10CustomConfiguration",
      { omaSettings: [{ "@odata.type": "#microsoft.graph.omaSettingInteger", value: 3 }] },
    ],
    ["conditionalAccessPolicy", { conditions: { users: { includeUsers: ["All"] }, times: null } }],
    ["deviceManagementScript", { scriptContent: btoa("exit 0") }],
  ])("takes what the beta's %s has: %j", (type, body) => {
    expect(() => checkBody("beta", type, body)).not.toThrow();
  });

  it.each([
    [
      wifi,
      { noSuchProperty: 1 },
      "The property 'noSuchProperty' does not exist on type 'microsoft.graph.windowsWifiEnterpriseEAPConfiguration'",
    ],
    [
      wifi,
      { eapType: "nonsense" },
      "Cannot convert the literal 'nonsense' to the expected type 'microsoft.graph.eapType'. Property: 'eapType'.",
    ],
    [wifi, { eapType: "peap,eapTls" }, "Cannot convert the literal 'peap,eapTls'"],
    [wifi, { connectAutomatically: "true" }, "target type 'Edm.Boolean'. Property: 'connectAutomatically'."],
    [wifi, { authenticationPeriodInSeconds: 1.5 }, "target type 'Edm.Int32'"],
    [wifi, { roleScopeTagIds: "0" }, "target type 'Collection(Edm.String)'"],
    [wifi, { "networkName@odata.bind": "x" }, "The property 'networkName' does not exist"],
    [wifi, { "rootCertificatesForServerValidation@odata.bind": "x" }, "rootCertificatesForServerValidation@odata.bind"],
    ["deviceManagementScript", { scriptContent: "exit 0" }, "target type 'Edm.Binary'"],
    [
      "windows10CustomConfiguration",
      { omaSettings: [{ value: 3 }] },
      "Cannot create an abstract class: '@odata.type' is required. Property: 'omaSettings'.",
    ],
    [
      "windows10CustomConfiguration",
      { omaSettings: [{ "@odata.type": "#microsoft.graph.omaNonsense" }] },
      "A type named 'microsoft.graph.omaNonsense' could not be resolved by the model.",
    ],
    [
      "windows10CustomConfiguration",
      { omaSettings: [{ "@odata.type": "#microsoft.graph.webApp" }] },
      "not assignable to the expected type 'microsoft.graph.omaSetting'",
    ],
    [
      "conditionalAccessPolicy",
      { conditions: { users: { includeUser: ["All"] } } },
      "The property 'includeUser' does not exist on type 'microsoft.graph.conditionalAccessUsers'",
    ],
    ["deviceConfigurationAssignment", { target: { "@odata.type": "#microsoft.graph.nobody" } }, "Property: 'target'."],
  ])("refuses of the beta's %s: %j", (type, body, message) => {
    expect(() => checkBody("beta", type, body)).toThrow(message);
  });

  it("refuses in v1.0 what only the beta has", () => {
    const target = {
      "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget",
      deviceAndAppManagementAssignmentFilterId: "x",
    };
    expect(() => checkBody("beta", "deviceConfigurationAssignment", { target })).not.toThrow();
    expect(() => checkBody("v1.0", "deviceConfigurationAssignment", { target })).toThrow(
      "deviceAndAppManagementAssignmentFilterId",
    );
    expect(() => checkBody("v1.0", "windows10CompliancePolicy", { defenderEnabled: true })).toThrow("defenderEnabled");
  });
});
