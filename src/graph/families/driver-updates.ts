/** Driver updates of Windows. Graph: windowsDriverUpdateProfile. */
import { UPDATE_PROFILE_SERVICE_OWNED } from "../family-parts/update-profiles.ts";
import { lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

export const driverUpdates = family({
  key: "driverUpdates",
  label: "Driver updates",
  path: "/deviceManagement/windowsDriverUpdateProfiles",

  reading: { permission: "DeviceManagementConfiguration.Read.All", children: [ASSIGNMENTS] },

  meaning: { platform: WINDOWS, serviceOwned: UPDATE_PROFILE_SERVICE_OWNED },

  inFiles: {
    type: "windowsDriverUpdateProfile",
    folders: ["driverupdateprofiles", "driverupdates"],
    looksLike: (document) => "approvalType" in document,
  },

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    readOnly: UPDATE_PROFILE_SERVICE_OWNED,
    immutable: ["approvalType"],
    blocked: (subject) => lacking(subject, ["approvalType"]),
  },
});
