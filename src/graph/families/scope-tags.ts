/** Scope tags. Graph: roleScopeTag. */
import { block, either } from "../restore/rule.ts";
import { ASSIGNMENTS, family, NO_PLATFORM } from "./family.ts";

export const scopeTags = family({
  key: "scopeTags",
  label: "Scope tags",
  path: "/deviceManagement/roleScopeTags",

  reading: {
    permission: "DeviceManagementRBAC.Read.All",
    otherPermissions: ["DeviceManagementConfiguration.Read.All"],
    children: [ASSIGNMENTS],
  },

  meaning: { platform: NO_PLATFORM, serviceOwned: ["isBuiltIn"] },

  inFiles: { type: "roleScopeTag", folders: ["scopetags"] },

  referenceKind: "scopeTag",
  idsAreReused: true,

  restore: {
    permission: "DeviceManagementRBAC.ReadWrite.All",
    otherPermissions: ["DeviceManagementConfiguration.ReadWrite.All"],
    stage: 10,
    readOnly: ["isBuiltIn"],
    blocked: (subject) =>
      either(subject, (document) => document["isBuiltIn"] === true || document["id"] === "0")
        ? block("built_in", "The default scope tag is in every tenant and is not restored.")
        : null,
  },
});
