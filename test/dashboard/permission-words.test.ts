import { describe, expect, it } from "vitest";
import type { FamilyPermissions, PermissionCheck, PermissionVerdict } from "../../src/contract/permissions.ts";
import { checkSentences, missingFor, verdictWords } from "../../src/dashboard/permissions/permission-words.ts";

const verdict = (state: PermissionVerdict["state"]): PermissionVerdict => ({
  state,
  basis: null,
  permissions: [],
  reason: null,
});

/** Families by what their reading and writing came to. */
function checkOf(
  pairs: readonly (readonly [PermissionVerdict["state"], PermissionVerdict["state"]])[],
  { related = [], tokenNamesPermissions = true }: { related?: string[]; tokenNamesPermissions?: boolean } = {},
): PermissionCheck {
  const families = pairs.map(([reading, writing], index): FamilyPermissions => ({
    family: `f${index}`,
    familyLabel: `Family ${index}`,
    reading: verdict(reading),
    writing: verdict(writing),
  }));
  return {
    checkedAt: "2026-11-28T09:00:00.000Z",
    application: "client",
    tokenNamesPermissions,
    families,
    related: related.map((label) => ({ key: label, label, usedFor: "x", reading: verdict("missing") })),
    missing: [],
    toGrant: { toRead: [], toReadAndWrite: [] },
  };
}

const READ_AND_WRITTEN = ["granted", "granted"] as const;
const READ_ALONE = ["granted", "missing"] as const;
const SHUT = ["missing", "missing"] as const;
const UNKNOWN = ["unknown", "granted"] as const;

describe("What a check comes to", () => {
  it.each([
    [checkOf([READ_AND_WRITTEN]), ["All families can be read, and by what the token names they can be restored."]],
    [
      checkOf([SHUT, SHUT, READ_ALONE, READ_AND_WRITTEN]),
      [
        "2 families cannot be read: the inventory, backups and findings are without them.",
        "1 family can be read and not restored.",
      ],
    ],
    [
      checkOf([UNKNOWN, READ_ALONE, READ_ALONE], { related: ["Groups", "Entra's audit log"] }),
      [
        "1 family could not be checked.",
        "Not readable beside the policies: Groups, Entra's audit log.",
        "2 families can be read and not restored.",
      ],
    ],
    [
      checkOf([["granted", "unknown"]], { tokenNamesPermissions: false }),
      ["Microsoft's token names no permissions, so what may be restored is not known before a restore."],
    ],
  ])("is said in sentences, the gravest first (%#)", (check, sentences) => {
    expect(checkSentences(check)).toEqual(sentences);
  });

  it("calls refused what is granted already, and asks to grant nothing for it", () => {
    const permissions = ["Policy.Read.All"];
    expect(verdictWords({ ...verdict("missing"), permissions })).toEqual({ word: "Missing", toGrant: permissions });
    const reason = { code: "claimed_but_refused", message: "x" };
    expect(verdictWords({ ...verdict("missing"), permissions, reason })).toEqual({ word: "Refused", toGrant: [] });
  });

  it("says of a permission what it is missing for, and repeats no family", () => {
    expect(
      missingFor({ permission: "X", toRead: ["Roles"], toWrite: ["Roles", "Filters"], toReadBeside: ["Groups"] }),
    ).toEqual(["To read Roles, Groups", "To restore Filters"]);
    expect(missingFor({ permission: "X", toRead: [], toWrite: ["Roles"], toReadBeside: [] })).toEqual([
      "To restore Roles",
    ]);
  });
});
