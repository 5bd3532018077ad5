/** Authentication strengths of conditional access. Graph: authenticationStrengthPolicy. */
import { isEmptyValue, only } from "../restore/document-members.ts";
import { POLICY_ID, sets } from "../restore/restore-step.ts";
import { block, either, lacking, NOT_ASSIGNED } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

const SERVICE_OWNED = ["policyType", "requirementsSatisfied"];
const COMBINATIONS = "allowedCombinations";

export const authStrengths = family({
  key: "authStrengths",
  label: "Authentication strengths",
  // Below conditional access the segment has another name in each version; this one is in both.
  path: "/policies/authenticationStrengthPolicies",

  reading: {
    permission: "Policy.Read.All",
    otherPermissions: ["Policy.Read.AuthenticationMethod", "Policy.ReadWrite.ConditionalAccess"],
  },

  meaning: { platform: NO_PLATFORM, serviceOwned: SERVICE_OWNED, risks: ["security"] },

  inFiles: {
    type: "authenticationStrengthPolicy",
    otherPaths: [
      "/identity/conditionalAccess/authenticationStrengths/policies",
      "/identity/conditionalAccess/authenticationStrength/policies",
    ],
    folders: ["authenticationstrengths"],
    looksLike: (document) => "allowedCombinations" in document,
  },

  referenceKind: "authStrength",

  restore: {
    permission: "Policy.ReadWrite.ConditionalAccess",
    otherPermissions: ["Policy.ReadWrite.AuthenticationMethod"],
    stage: 50,
    assign: NOT_ASSIGNED,
    readOnly: [...SERVICE_OWNED, "combinationConfigurations"],
    createOnly: [COMBINATIONS],
    blocked: (subject) => {
      if (either(subject, (document) => document["policyType"] === "builtIn"))
        return block("built_in", "Built-in authentication strengths are Microsoft's and cannot be changed.");
      // Without them the strength would admit more than it did.
      if (either(subject, (document) => !isEmptyValue(document["combinationConfigurations"])))
        return block(
          "unsupported_content",
          "The strength restricts its combinations further, which is not restored yet.",
        );
      return lacking(subject, [COMBINATIONS]);
    },
    afterUpdate: ({ collection, wanted, differs }) => {
      if (!differs(COMBINATIONS)) return [];
      return [
        sets(
          "combinations",
          `${collection}/${POLICY_ID}/updateAllowedCombinations`,
          COMBINATIONS,
          only(wanted, [COMBINATIONS]),
        ),
      ];
    },
  },
});
