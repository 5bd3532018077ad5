/** Feature updates of Windows. Graph: windowsFeatureUpdateProfile. */
import { UPDATE_PROFILE_SERVICE_OWNED } from "../family-parts/update-profiles.ts";
import { lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

export const featureUpdates = family({
  key: "featureUpdates",
  label: "Feature updates",
  path: "/deviceManagement/windowsFeatureUpdateProfiles",

  reading: { permission: "DeviceManagementConfiguration.Read.All", children: [ASSIGNMENTS] },

  meaning: { platform: WINDOWS, serviceOwned: UPDATE_PROFILE_SERVICE_OWNED },

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    readOnly: UPDATE_PROFILE_SERVICE_OWNED,
    immutable: ["installLatestWindows10OnWindows11IneligibleDevice"],
    blocked: (subject) => lacking(subject, ["featureUpdateVersion"]),
  },
});
