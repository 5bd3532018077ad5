/** What users may do with their Cloud PCs. Graph: cloudPcUserSetting. */
import { family, WINDOWS } from "./family.ts";

export const w365UserSettings = family({
  key: "w365UserSettings",
  label: "Windows 365 user settings",
  path: "/deviceManagement/virtualEndpoint/userSettings",

  reading: { permission: "CloudPC.Read.All", source: "byId", byIdQuery: "?$expand=assignments" },

  // `resetEnabled` has taken the place of `selfServiceEnabled`, which Graph still shows.
  meaning: { platform: WINDOWS, serviceOwned: ["selfServiceEnabled"], risks: ["privileges"] },

  inFiles: { type: "cloudPcUserSetting", folders: ["w365usersettings"] },

  restore: {
    permission: "CloudPC.ReadWrite.All",
    readOnly: ["selfServiceEnabled"],
  },
});
