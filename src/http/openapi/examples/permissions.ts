import type { FamilyPermissions, Permissions, PermissionVerdict } from "../../../contract/permissions.ts";
import type { permissionRoutes } from "../../../contract/routes/permissions.ts";
import type { ExamplesOf } from "./example.ts";

const READ: PermissionVerdict = { state: "granted", basis: "reading", permissions: [], reason: null };
const NAMED: PermissionVerdict = { state: "granted", basis: "token", permissions: [], reason: null };
const UNREAD: PermissionVerdict = {
  state: "missing",
  basis: "reading",
  permissions: ["DeviceManagementScripts.Read.All"],
  reason: {
    code: "refused",
    message: "Microsoft Graph says: “Application is not authorized to perform this operation”.",
  },
};
const UNWRITTEN: PermissionVerdict = {
  state: "missing",
  basis: "token",
  permissions: ["DeviceManagementScripts.Read.All", "DeviceManagementScripts.ReadWrite.All"],
  reason: { code: "not_claimed", message: "The token does not name DeviceManagementScripts.ReadWrite.All." },
};
const FAMILIES: FamilyPermissions[] = [
  { family: "settingsCatalog", familyLabel: "Settings catalog", reading: READ, writing: NAMED },
  { family: "remediations", familyLabel: "Remediations", reading: UNREAD, writing: UNWRITTEN },
];

const PERMISSIONS: Permissions = {
  check: {
    checkedAt: "2026-11-28T02:10:11.310Z",
    application: "5d0a5c1e-8f0b-4c8e-9f0e-2a7a3f1d6b42",
    tokenNamesPermissions: true,
    families: FAMILIES,
    related: [
      {
        key: "groups",
        label: "Groups",
        usedFor:
          "Names of the groups that policies are assigned to; without them a restore cannot tell whether a group exists.",
        reading: READ,
      },
    ],
    missing: [
      {
        permission: "DeviceManagementScripts.Read.All",
        toRead: ["Remediations"],
        toWrite: ["Remediations"],
        toReadBeside: [],
      },
      { permission: "DeviceManagementScripts.ReadWrite.All", toRead: [], toWrite: ["Remediations"], toReadBeside: [] },
    ],
    toGrant: {
      toRead: ["DeviceManagementScripts.Read.All"],
      toReadAndWrite: ["DeviceManagementScripts.ReadWrite.All"],
    },
  },
  failure: null,
  checkingSince: null,
};

export const permissionExamples: ExamplesOf<typeof permissionRoutes> = {
  show: { answer: PERMISSIONS },
  check: { answer: PERMISSIONS },
};
