/**
 * Authentication contexts, which conditional access demands for an action within an app. Graph: authenticationContextClassReference.
 * Their ids (c1 to c99) are chosen by people and stand in apps and policies, so they come back under the same id.
 */
import { lacking, NOT_ASSIGNED } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

export const authContexts = family({
  key: "authContexts",
  label: "Authentication contexts",
  path: "/identity/conditionalAccess/authenticationContextClassReferences",

  reading: {
    permission: "Policy.Read.All",
    otherPermissions: ["AuthenticationContext.Read.All", "Policy.Read.ConditionalAccess"],
  },

  meaning: { platform: NO_PLATFORM, risks: ["security"] },

  inFiles: {
    type: "authenticationContextClassReference",
    folders: ["authenticationcontext", "authenticationcontexts"],
  },

  referenceKind: "authContext",

  restore: {
    permission: "Policy.ReadWrite.ConditionalAccess",
    otherPermissions: ["AuthenticationContext.ReadWrite.All"],
    stage: 50,
    assign: NOT_ASSIGNED,
    ownId: true,
    blocked: (subject) => lacking(subject, ["id", "displayName"]),
  },
});
