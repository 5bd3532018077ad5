/** Who may join and register devices in Microsoft Entra. Graph: deviceRegistrationPolicy. Graph takes it as a whole only. */
import { only } from "../restore/document-members.ts";
import { lacking, NOT_ASSIGNED, STAGE_OF_DIRECTORY } from "../restore/rule.ts";
import { family, NO_PLATFORM, type ReferencePlace } from "./family.ts";

const SERVICE_OWNED = ["azureADJoin.isAdminConfigurable", "azureADRegistration.isAdminConfigurable"];
const WHOLE = [
  "userDeviceQuota",
  "multiFactorAuthConfiguration",
  "azureADRegistration",
  "azureADJoin",
  "localAdminPassword",
];
const MEMBERSHIPS = [
  ["azureADJoin", "allowedToJoin"],
  ["azureADJoin", "localAdmins", "registeringUsers"],
  ["azureADRegistration", "allowedToRegister"],
];

export const deviceRegistration = family({
  key: "deviceRegistration",
  label: "Device registration",
  path: "/policies/deviceRegistrationPolicy",
  single: { id: "deviceRegistrationPolicy", name: "Device registration" },

  // `Policy.Read.All` is not enough for this one.
  reading: { permission: "Policy.Read.DeviceConfiguration" },

  meaning: { platform: NO_PLATFORM, serviceOwned: SERVICE_OWNED, risks: ["access", "security"] },

  inFiles: { type: "deviceRegistrationPolicy" },

  references: MEMBERSHIPS.flatMap((place): ReferencePlace[] => [
    { kind: "group", path: [...place, "groups", "*"] },
    { kind: "user", path: [...place, "users", "*"] },
  ]),

  restore: {
    permission: "Policy.ReadWrite.DeviceConfiguration",
    stage: STAGE_OF_DIRECTORY,
    assign: NOT_ASSIGNED,
    readOnly: ["displayName", "description"],
    updateMethod: "PUT",
    caution: "It decides who may join devices to the directory, and who becomes their administrator.",
    blocked: (subject) => lacking(subject, ["azureADRegistration", "azureADJoin"]),
    body: (body) => only(body, WHOLE),
  },
});
