/** Named locations of conditional access. Graph: namedLocation and the types derived from it. */
import { bareTypeOf } from "../restore/document-members.ts";
import { block, either, NOT_ASSIGNED } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

export const namedLocations = family({
  key: "namedLocations",
  label: "Named locations",
  path: "/identity/conditionalAccess/namedLocations",

  reading: { permission: "Policy.Read.All" },

  meaning: { platform: NO_PLATFORM, risks: ["security"] },

  inFiles: { type: "namedLocation", folders: ["namedlocations"] },

  referenceKind: "namedLocation",

  restore: {
    permission: "Policy.ReadWrite.ConditionalAccess",
    alsoNeeds: ["Policy.Read.All"],
    stage: 60,
    oneAtATime: true,
    assign: NOT_ASSIGNED,
    blocked: (subject) =>
      either(subject, (document) => bareTypeOf(document) === "compliantNetworkNamedLocation")
        ? block("built_in", "Microsoft Entra makes the compliant network's location itself.")
        : null,
  },
});
