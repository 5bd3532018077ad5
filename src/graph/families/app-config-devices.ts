/** App configuration that an app receives from its managed device. Graph: managedDeviceMobileAppConfiguration. */
import { textOf } from "../restore/document-members.ts";
import { block, either } from "../restore/rule.ts";
import { ASSIGNMENTS, family } from "./family.ts";

export const appConfigDevices = family({
  key: "appConfigDevices",
  label: "App configuration (managed devices)",
  path: "/deviceAppManagement/mobileAppConfigurations",

  reading: { permission: "DeviceManagementApps.Read.All", children: [ASSIGNMENTS] },

  inFiles: {
    type: "managedDeviceMobileAppConfiguration",
    folders: ["appconfigurationmanageddevice", "androidoemconfig"],
  },

  references: [{ kind: "app", path: ["targetedMobileApps", "*"] }],

  restore: {
    permission: "DeviceManagementApps.ReadWrite.All",
    immutable: ["targetedMobileApps"],
    blocked: (subject) =>
      either(subject, (document) => textOf(document["@odata.type"]) === null)
        ? block("incomplete_document", "The stored policy does not tell for which kind of device it is.")
        : null,
  },
});
