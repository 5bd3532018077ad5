/** From stored verdicts to what people are shown: labels of the catalogue, and what is missing, by permission. Pure. */
import { z } from "zod";
import {
  type FamilyPermissions,
  type MissingPermission,
  type PermissionCheck,
  type PermissionVerdict,
  permissionVerdictSchema,
  type RelatedPermissions,
} from "../../contract/permissions.ts";
import { FAMILIES } from "../families.ts";
import { relatedPlaces, writingTwin } from "./needs.ts";

/** What a check found, by the keys of families and of related readings. Labels are not in it: they are the catalogue's. */
export const checkFindingsSchema = z.object({
  application: z.string(),
  tokenNamesPermissions: z.boolean(),
  families: z.record(z.string(), z.object({ reading: permissionVerdictSchema, writing: permissionVerdictSchema })),
  related: z.record(z.string(), permissionVerdictSchema),
});
export type CheckFindings = z.infer<typeof checkFindingsSchema>;

/** All families of this version, also those that the check did not know. */
export function permissionReport(findings: CheckFindings, checkedAt: string): PermissionCheck {
  const families = FAMILIES.map(({ key, label }): FamilyPermissions => {
    const { reading, writing } = findings.families[key] ?? { reading: NOT_CHECKED, writing: NOT_CHECKED };
    return { family: key, familyLabel: label, reading, writing };
  });
  const related = relatedPlaces().map(({ key, label, usedFor }): RelatedPermissions => ({
    key,
    label,
    usedFor,
    reading: findings.related[key] ?? NOT_CHECKED,
  }));
  const missing = missingPermissions(families, related);
  const toRead = missing.filter((each) => each.toRead.length + each.toReadBeside.length > 0);
  const all = new Set(missing.map(({ permission }) => permission));
  return {
    checkedAt,
    application: findings.application,
    tokenNamesPermissions: findings.tokenNamesPermissions,
    families,
    related,
    missing,
    toGrant: {
      toRead: toRead.map(({ permission }) => permission),
      toReadAndWrite: [...all].filter((name) => writingTwin(name) === name || !all.has(writingTwin(name))),
    },
  };
}

const NOT_CHECKED: PermissionVerdict = {
  state: "unknown",
  basis: null,
  permissions: [],
  reason: { code: "not_checked", message: "This version reads it, and the last check did not know it. Check again." },
};

/** Those that open most readings come first; what the token already names is left out: granting it again changes nothing. */
function missingPermissions(
  families: readonly FamilyPermissions[],
  related: readonly RelatedPermissions[],
): MissingPermission[] {
  const byName = new Map<string, MissingPermission>();
  const note = (
    { state, permissions, reason }: PermissionVerdict,
    list: Exclude<keyof MissingPermission, "permission">,
    label: string,
  ) => {
    if (state !== "missing" || reason?.code === "claimed_but_refused") return;
    for (const permission of permissions) {
      const entry = byName.get(permission) ?? { permission, toRead: [], toWrite: [], toReadBeside: [] };
      entry[list].push(label);
      byName.set(permission, entry);
    }
  };
  for (const { familyLabel, reading } of families) note(reading, "toRead", familyLabel);
  for (const { label, reading } of related) note(reading, "toReadBeside", label);
  for (const { familyLabel, writing } of families) note(writing, "toWrite", familyLabel);
  return [...byName.values()].toSorted(
    (one, other) =>
      other.toRead.length - one.toRead.length ||
      other.toReadBeside.length - one.toReadBeside.length ||
      other.toWrite.length - one.toWrite.length ||
      (one.permission < other.permission ? -1 : 1),
  );
}
