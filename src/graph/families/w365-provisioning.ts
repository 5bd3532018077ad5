/**
 * How Cloud PCs are made. Graph: cloudPcProvisioningPolicy. A Cloud PC that exists keeps what it was made with: an update is for those that
 * come later.
 */
import { lacking } from "../restore/rule.ts";
import { family, WINDOWS } from "./family.ts";

/** Told by the service, or another spelling of what stands beside it. */
const SERVICE_OWNED = [
  "createdBy",
  "lastModifiedBy",
  "microsoftManagedDesktop",
  "windowsSetting",
  "imageDisplayName",
  "cloudPcGroupDisplayName",
];

export const w365Provisioning = family({
  key: "w365Provisioning",
  label: "Windows 365 provisioning",
  path: "/deviceManagement/virtualEndpoint/provisioningPolicies",

  reading: { permission: "CloudPC.Read.All", source: "byId", byIdQuery: "?$expand=assignments" },

  meaning: { platform: WINDOWS, serviceOwned: SERVICE_OWNED },

  inFiles: {
    type: "cloudPcProvisioningPolicy",
    folders: ["w365provisioningpolicies"],
    looksLike: (document) => "provisioningType" in document && "imageType" in document,
  },

  restore: {
    permission: "CloudPC.ReadWrite.All",
    readOnly: SERVICE_OWNED,
    createOnly: ["provisioningType", "managedBy"],
    immutable: ["provisioningType"],
    caution: "It is for Cloud PCs that are made from now on: those that exist keep what they were made with.",
    blocked: (subject) => lacking(subject, ["imageId", "imageType"]),
  },
});
