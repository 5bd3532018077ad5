/** Expedited quality updates of Windows. Graph: windowsQualityUpdateProfile. */
import { UPDATE_PROFILE_SERVICE_OWNED } from "../family-parts/update-profiles.ts";
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

export const qualityUpdates = family({
  key: "qualityUpdates",
  label: "Quality updates",
  path: "/deviceManagement/windowsQualityUpdateProfiles",

  reading: { permission: "DeviceManagementConfiguration.Read.All", children: [ASSIGNMENTS] },

  meaning: { platform: WINDOWS, serviceOwned: UPDATE_PROFILE_SERVICE_OWNED },

  inFiles: {
    type: "windowsQualityUpdateProfile",
    folders: ["qualityupdates"],
    looksLike: (document) => "expeditedUpdateSettings" in document,
  },

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    readOnly: UPDATE_PROFILE_SERVICE_OWNED,
  },
});
