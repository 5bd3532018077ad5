import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../support/simulator-server.ts";
import { BLOCK, CA, CREATABLE, DAM, DM, create, refusal } from "./bodies.ts";
import { type Doc, type Graph, signIn } from "./client.ts";

const GONE = "99999999-0000-4000-8000-000000000009";
const GROUP = "11111111-0000-4000-8000-000000000001";
const USER = "22222222-0000-4000-8000-000000000002";
const APP_ID = "33333333-0000-4000-8000-000000000003";
const PRINCIPAL = "44444444-0000-4000-8000-000000000004";

let simulator: Simulator;
let graph: Graph;
beforeAll(async () => {
  simulator = await startSimulator({ quiet: true });
  const { control } = simulator;
  await control.createTenant("names", { policies: 0 });
  await control.addThing("names", "groups", { id: GROUP });
  await control.addThing("names", "users", { id: USER });
  await control.addThing("names", "servicePrincipals", { id: PRINCIPAL, appId: APP_ID });
  await control.addPolicy("names", "notifications", { id: "m1", displayName: "Message" });
  await control.addPolicy("names", "complianceScripts", { id: "s1", displayName: "Script" });
  await control.addPolicy("names", "apps", { "@odata.type": "#microsoft.graph.webApp", id: "a1", displayName: "App" });
  await control.addPolicy("names", "scopeTags", { id: "3", displayName: "Tag" });
  await control.addPolicy("names", "filters", { id: GROUP, displayName: "Filter" });
  await control.addPolicy("names", "authContexts", { id: "c1", displayName: "Context" });
  graph = await signIn(simulator, "names");
});
afterAll(() => simulator.stop());

const bodyOf = (family: string) => CREATABLE.find(([key]) => key === family)?.[2] ?? expect.unreachable(family);
const policy = (conditions: Doc): Doc => ({ displayName: "x", state: "disabled", conditions });
const compliance = (more: Doc): Doc => ({ ...bodyOf("compliance"), ...more });
const notifying = (notificationTemplateId: string) => [
  {
    scheduledActionConfigurations: [
      ...(BLOCK[0]?.scheduledActionConfigurations ?? []),
      { actionType: "notification", notificationTemplateId },
    ],
  },
];

const BODIES: [string, string, (id: string) => Doc, string, string][] = [
  [
    "scope tag",
    `${DM}/deviceConfigurations`,
    (id) => ({ ...bodyOf("deviceConfiguration"), roleScopeTagIds: ["0", id] }),
    "3",
    "Invalid Role Scope Tag defined 4711",
  ],
  [
    "filter's scope tag",
    `${DM}/assignmentFilters`,
    (id) => ({ ...bodyOf("filters"), roleScopeTags: [id] }),
    "3",
    "Invalid Role Scope Tag defined 4711",
  ],
  [
    "status page's app",
    `${DM}/deviceEnrollmentConfigurations`,
    (id) => ({
      "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration",
      displayName: "x",
      selectedMobileAppIds: [id],
    }),
    "a1",
    "App with id '4711' not found.",
  ],
  [
    "configured app",
    `${DAM}/mobileAppConfigurations`,
    (id) => ({
      "@odata.type": "#microsoft.graph.iosMobileAppConfiguration",
      displayName: "x",
      targetedMobileApps: [id],
    }),
    "a1",
    "App with id '4711' not found.",
  ],
  [
    "compliance script",
    `${DM}/deviceCompliancePolicies`,
    (id) => compliance({ deviceCompliancePolicyScript: { deviceComplianceScriptId: id } }),
    "s1",
    "'4711' not found",
  ],
  [
    "message",
    `${DM}/deviceCompliancePolicies`,
    (id) => compliance({ scheduledActionsForRule: notifying(id) }),
    "m1",
    "'4711' not found",
  ],
  [
    "group",
    `${CA}/policies`,
    (id) => policy({ users: { excludeGroups: [id] } }),
    GROUP,
    `1054: Invalid group value: ${GONE}`,
  ],
  [
    "user",
    `${CA}/policies`,
    (id) => policy({ users: { excludeUsers: ["GuestsOrExternalUsers", id] } }),
    USER,
    `Invalid user value: ${GONE}`,
  ],
  [
    "application",
    `${CA}/policies`,
    (id) => policy({ applications: { includeApplications: [id] } }),
    APP_ID,
    `1034: Policy contains invalid applications: {"${GONE}":"ServicePrincipalNotFound"}`,
  ],
  [
    "service principal",
    `${CA}/policies`,
    (id) => policy({ clientApplications: { includeServicePrincipals: [id] } }),
    PRINCIPAL,
    "1034",
  ],
  [
    "context",
    `${CA}/policies`,
    (id) => policy({ applications: { includeAuthenticationContextClassReferences: [id] } }),
    "c1",
    "Invalid authentication context",
  ],
];

describe("A write that names what the tenant does not have", () => {
  it.each(BODIES)("is refused, and taken once it is there: %s", async (_what, path, body, there, message) => {
    const gone = message.includes("4711") ? "4711" : GONE;
    const answer = refusal(await graph.call("POST", path, body(gone)));
    const said = answer.startsWith("{") ? String(JSON.parse(answer)["Message"]) : answer;
    expect(said).toContain(message);
    await create(graph, path, body(there));
  });

  it("is refused as an assignment and as an update, too", async () => {
    const id = await create(graph, `${DM}/deviceConfigurations`, bodyOf("deviceConfiguration"));
    const path = `${DM}/deviceConfigurations/${id}`;
    const assign = (target: Doc) => graph.call("POST", `${path}/assign`, { assignments: [{ target }] });
    const group = (groupId: string) => ({ "@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", groupId });
    const filtered = (filter: string) => ({
      "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget",
      deviceAndAppManagementAssignmentFilterId: filter,
      deviceAndAppManagementAssignmentFilterType: "include",
    });
    expect(refusal(await assign(group(GONE)))).toContain(`Invalid GroupId : ${GONE} provided`);
    expect(refusal(await assign(filtered(GONE)))).toContain(`Scope Tags validation failed : Filters ${GONE}`);
    for (const target of [group(GROUP), filtered(GROUP), filtered("00000000-0000-0000-0000-000000000000")])
      expect((await assign(target)).status).toBe(200);
    const change = { "@odata.type": "#microsoft.graph.windows10GeneralConfiguration", roleScopeTagIds: ["4711"] };
    expect(refusal(await graph.call("PATCH", path, change))).toContain("Invalid Role Scope Tag defined 4711");
    const rules = { deviceComplianceScheduledActionForRules: notifying("4711") };
    const compliant = await create(graph, `${DM}/deviceCompliancePolicies`, bodyOf("compliance"));
    expect(
      refusal(await graph.call("POST", `${DM}/deviceCompliancePolicies/${compliant}/scheduleActionsForRules`, rules)),
    ).toContain("'4711' not found");
  });

  it("is not found where the template is that makes a policy", async () => {
    const made = (id: string) => graph.call("POST", `${DM}/templates/${id}/createInstance`, { displayName: "x" });
    expect((await made(GONE)).status).toBe(404);
    await simulator.control.addThing("names", "templates", { id: GONE, displayName: "BitLocker" });
    expect((await graph.get(`${DM}/templates/${GONE}`)).body["displayName"]).toBe("BitLocker");
    expect((await made(GONE)).status).toBe(201);
  });

  it("is refused of a second Autopilot profile for all devices, and of the first taken again", async () => {
    const path = `${DM}/windowsAutopilotDeploymentProfiles`;
    const target = { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" };
    const [first, second] = [
      await create(graph, path, bodyOf("autopilot")),
      await create(graph, path, bodyOf("autopilot")),
    ];
    for (const again of [1, 2])
      expect((await graph.call("POST", `${path}/${first}/assignments`, { target })).status, `${again}`).toBe(201);
    expect(refusal(await graph.call("POST", `${path}/${second}/assignments`, { target }))).toContain(
      `Another Profile ${first} is already assigned to All Devices.`,
    );
  });
});
