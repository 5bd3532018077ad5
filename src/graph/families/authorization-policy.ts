/** What users and guests may do in the directory by default. Graph: authorizationPolicy; the beta has it as the one entry of a list. */
import { NOT_ASSIGNED, STAGE_OF_DIRECTORY } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

export const authorizationPolicy = family({
  key: "authorizationPolicy",
  label: "Authorization policy",
  path: "/policies/authorizationPolicy/authorizationPolicy",
  single: { id: "authorizationPolicy", name: "Authorization policy" },

  reading: { permission: "Policy.Read.All", otherPermissions: ["Policy.ReadWrite.Authorization"] },

  meaning: {
    platform: NO_PLATFORM,
    serviceOwned: ["defaultUserRoleOverrides"],
    risks: ["access", "privileges"],
  },

  inFiles: { type: "authorizationPolicy", otherPaths: ["/policies/authorizationPolicy"] },

  restore: {
    permission: "Policy.ReadWrite.Authorization",
    stage: STAGE_OF_DIRECTORY,
    assign: NOT_ASSIGNED,
    readOnly: ["displayName", "description", "defaultUserRoleOverrides"],
    caution: "It decides what users and guests of the whole directory may do, and who may invite guests.",
  },
});
