/** Roles of Intune's administrators. Graph: deviceAndAppManagementRoleDefinition. */
import { block, either, lacking, NOT_ASSIGNED } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

/** `permissions` is an older name of `rolePermissions`: a body that has both gives the role every action twice. */
const SERVICE_OWNED = ["isBuiltIn", "isBuiltInRoleDefinition", "permissions"];

export const roles = family({
  key: "roles",
  label: "Roles",
  path: "/deviceManagement/roleDefinitions",

  reading: {
    permission: "DeviceManagementRBAC.Read.All",
    otherPermissions: ["DeviceManagementConfiguration.Read.All"],
    children: [{ property: "roleAssignments", path: "/roleAssignments", query: "", children: [] }],
  },

  // Role assignments are to a role what assignments are to the policies of other families.
  meaning: {
    platform: NO_PLATFORM,
    assignmentsProperty: "roleAssignments",
    serviceOwned: SERVICE_OWNED,
    risks: ["privileges"],
  },

  inFiles: {
    type: "roleDefinition",
    folders: ["roledefinitions", "roles"],
    looksLike: (document) => "rolePermissions" in document && "displayName" in document,
  },

  restore: {
    permission: "DeviceManagementRBAC.ReadWrite.All",
    otherPermissions: ["DeviceManagementConfiguration.ReadWrite.All"],
    stage: 30,
    assign: NOT_ASSIGNED,
    readOnly: SERVICE_OWNED,
    // They give people rights: who has a role is decided anew.
    unrestorable: ["roleAssignments"],
    blocked: (subject) =>
      either(subject, (document) => document["isBuiltIn"] === true || document["isBuiltInRoleDefinition"] === true)
        ? block("built_in", "Built-in roles are Microsoft's and cannot be changed.")
        : lacking(subject, ["rolePermissions"]),
  },
});
