/** Settings of devices' firmware, in the vendor's own format. Graph: hardwareConfiguration. Passwords are the devices' and never told. */
import { assignedUnder, lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family, WINDOWS } from "./family.ts";

export const bios = family({
  key: "bios",
  label: "BIOS configurations",
  path: "/deviceManagement/hardwareConfigurations",

  reading: {
    permission: "DeviceManagementConfiguration.Read.All",
    source: "byId",
    children: [ASSIGNMENTS],
  },

  meaning: { platform: WINDOWS, risks: ["security"] },

  inFiles: {
    type: "hardwareConfiguration",
    folders: ["hardwareconfigurations"],
    looksLike: (document) => "hardwareConfigurationFormat" in document,
  },

  restore: {
    permission: "DeviceManagementConfiguration.ReadWrite.All",
    assign: assignedUnder("hardwareConfigurationAssignments"),
    blocked: (subject) => lacking(subject, ["configurationFileContent", "fileName", "hardwareConfigurationFormat"]),
  },
});
