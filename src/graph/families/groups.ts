/**
 * Groups whose members Microsoft Entra computes by a rule. Graph: group. Groups of chosen members are no policies: their definition is their
 * name, their members are data (decisions/116-groups-by-rule.md).
 */
import type { JsonObject, JsonValue } from "../../policies/json-value.ts";
import { textOf } from "../restore/document-members.ts";
import { block, lacking, NOT_ASSIGNED, type Subject } from "../restore/rule.ts";
import { family, NO_PLATFORM } from "./family.ts";

const BY_RULE = "DynamicMembership";
/** Mailbox, site and files come with it. */
const MICROSOFT_365 = "Unified";

/** What Graph tells besides is members, licences, mail and states of the service. */
const DEFINITION = [
  "id",
  "displayName",
  "description",
  "groupTypes",
  "membershipRule",
  "membershipRuleProcessingState",
  "securityEnabled",
  "mailEnabled",
  "mailNickname",
  "visibility",
  "createdDateTime",
];
const SELECT = `$select=${DEFINITION.join(",")}`;

export const groups = family({
  key: "groups",
  label: "Dynamic groups",
  path: "/groups",

  reading: {
    permission: "Group.Read.All",
    otherPermissions: ["Directory.Read.All"],
    listQuery: `?${SELECT}`,
    listFilter: `$filter=groupTypes/any(c:c eq '${BY_RULE}')&$top=999`,
    isForeign: (group) => !hasType(group, BY_RULE),
  },

  meaning: { platform: NO_PLATFORM, risks: ["security"] },

  inFiles: { type: "group" },

  referenceKind: "group",

  restore: {
    permission: "Group.ReadWrite.All",
    otherPermissions: ["Directory.ReadWrite.All"],
    // Everything else may be assigned to them, and they refer to nothing that a restore makes.
    stage: 5,
    assign: NOT_ASSIGNED,
    immutable: ["groupTypes", "mailEnabled"],
    // The address of what is there belongs to its mail.
    createOnly: ["groupTypes", "mailEnabled", "mailNickname"],
    blocked: (subject) =>
      subject.target === null && hasType(subject.wanted, MICROSOFT_365)
        ? block(
            "unsupported_type",
            "A Microsoft 365 group has a mailbox and a site, which no backup holds: restore it in Microsoft Entra within 30 days of its deletion.",
          )
        : lacking(subject, ["membershipRule", "mailNickname"]),
    notes,
  },
});

function hasType(group: JsonObject, type: string): boolean {
  const types: JsonValue = group["groupTypes"] ?? [];
  return Array.isArray(types) && types.includes(type);
}

function notes({ wanted, target, differs }: Subject): string[] {
  const computed =
    target === null || differs("membershipRule") || differs("membershipRuleProcessingState")
      ? ["Microsoft Entra computes the members by the rule, which may take hours in a large tenant."]
      : [];
  const named = /\bmemberOf\b/i.test(textOf(wanted["membershipRule"]) ?? "")
    ? ["The rule names other groups by id, as in the backup: a restore does not look for them."]
    : [];
  return [...computed, ...named];
}
