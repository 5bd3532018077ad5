/** Security defaults: Microsoft's own basic protection. Graph: identitySecurityDefaultsEnforcementPolicy. */
import { only } from "../restore/document-members.ts";
import { NOT_ASSIGNED, STAGE_OF_DIRECTORY } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

export const securityDefaults = family({
  key: "securityDefaults",
  label: "Security defaults",
  path: "/policies/identitySecurityDefaultsEnforcementPolicy",
  single: { id: "00000000-0000-0000-0000-000000000005", name: "Security defaults" },

  reading: { permission: "Policy.Read.All", otherPermissions: ["Policy.ReadWrite.SecurityDefaults"] },

  meaning: { platform: NO_PLATFORM, risks: ["access", "security"] },

  inFiles: { type: "identitySecurityDefaultsEnforcementPolicy" },

  restore: {
    permission: "Policy.ReadWrite.SecurityDefaults",
    alsoNeeds: ["Policy.Read.All"],
    stage: STAGE_OF_DIRECTORY,
    assign: NOT_ASSIGNED,
    readOnly: ["displayName", "description"],
    caution:
      "Without security defaults, only conditional access demands multifactor authentication; with them, no conditional access policy may be on.",
    body: (body) => only(body, ["isEnabled"]),
  },
});
