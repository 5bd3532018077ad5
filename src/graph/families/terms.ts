/** Terms that users accept before they enroll a device. Graph: termsAndConditions. Who has accepted them is not the policy. */
import { lacking } from "../restore/rule.ts";
import { ASSIGNMENTS, family, NO_PLATFORM } from "./family.ts";

export const terms = family({
  key: "terms",
  label: "Terms and conditions",
  path: "/deviceManagement/termsAndConditions",

  reading: { permission: "DeviceManagementServiceConfig.Read.All", children: [ASSIGNMENTS] },

  meaning: { platform: NO_PLATFORM },

  inFiles: {
    type: "termsAndConditions",
    folders: ["termsandconditions"],
    looksLike: (document) => "acceptanceStatement" in document,
  },

  restore: {
    permission: "DeviceManagementServiceConfig.ReadWrite.All",
    assign: { kind: "oneByOne" },
    blocked: (subject) => lacking(subject, ["title", "bodyText", "acceptanceStatement"]),
  },
});
