import { describe, expect, it } from "vitest";
import type { Permissions, PermissionVerdict } from "../../src/contract/permissions.ts";
import { CONSENT_OUTCOMES } from "../../src/contract/connections.ts";
import {
  endOf,
  endWarning,
  missingNames,
  OUTCOME_WORDS,
  testSentences,
} from "../../src/dashboard/connection/connection-words.ts";

const NOW = Date.parse("2026-11-28T12:00:00.000Z");
const ending = (at: string | null) => ({ credentialEndsAt: at, kind: "secret", purpose: "read" }) as const;

describe("the end of a credential", () => {
  it.each([
    [null, "unknown", null, null],
    ["2027-11-28T12:00:00.000Z", "far", 365, null],
    ["2026-12-28T12:00:00.000Z", "far", 30, null],
    ["2026-12-28T11:59:59.000Z", "soon", 29, "The client secret for reading ends in 29 days. Renew it before."],
    ["2026-11-29T12:00:00.000Z", "soon", 1, "The client secret for reading ends tomorrow. Renew it before."],
    ["2026-11-28T13:00:00.000Z", "soon", 0, "The client secret for reading ends today. Renew it before."],
    [
      "2026-11-28T12:00:00.000Z",
      "ended",
      0,
      "The client secret for reading has ended: Microsoft refuses it. Renew it.",
    ],
  ])("at %s is %s", (at, level, days, warning) => {
    expect(endOf(ending(at), NOW)).toEqual({ level, days });
    expect(endWarning(ending(at), NOW)).toBe(warning);
  });

  it("says which credential it is", () => {
    const other = { ...ending("2026-11-28T13:00:00.000Z"), kind: "certificate", purpose: "write" } as const;
    expect(endWarning(other, NOW)).toBe("The certificate for restoring ends today. Renew it before.");
  });
});

const GRANTED = { state: "granted", basis: "reading", permissions: [], reason: null } as const;
const MISSING = { state: "missing", basis: "token", permissions: ["X"], reason: null } as const;
const MISSING_READING: PermissionVerdict = { state: "missing", basis: "reading", permissions: ["X"], reason: null };
const UNKNOWN = { state: "unknown", basis: null, permissions: [], reason: null } as const;

function found(families: [string, object, object][]): Permissions {
  const check = {
    checkedAt: "2026-11-28T12:00:00.000Z",
    application: "app",
    tokenNamesPermissions: true,
    families: families.map(([familyLabel, reading, writing]) => ({
      family: familyLabel,
      familyLabel,
      reading,
      writing,
    })),
    related: [],
    missing: [],
    toGrant: { toRead: ["X.Read.All"], toReadAndWrite: ["X.ReadWrite.All"] },
  };
  return JSON.parse(JSON.stringify({ check, failure: null, checkingSince: null }));
}

describe("the result of a test", () => {
  it("is told for what the connection is there for", () => {
    const permissions = found([
      ["Apps", GRANTED, MISSING],
      ["Scripts", MISSING, MISSING],
      ["Roles", UNKNOWN, GRANTED],
    ]);
    expect(testSentences(permissions, "read")).toEqual([
      "Cannot be read: Scripts.",
      "Not known whether they can be read: Roles.",
    ]);
    expect(testSentences(permissions, "write")).toEqual(["Cannot be restored: Apps, Scripts."]);
    expect(missingNames(permissions, "read")).toEqual(["X.Read.All"]);
    expect(missingNames(permissions, "write")).toEqual(["X.ReadWrite.All"]);
  });

  it("names what is read beside the policies and missing, so that each missing permission has its reason", () => {
    const permissions = found([["Apps", GRANTED, GRANTED]]);
    permissions.check?.related.push({
      key: "roles",
      label: "Directory roles",
      usedFor: "Names",
      reading: MISSING_READING,
    });
    expect(testSentences(permissions, "read")).toEqual([
      "All policy families can be read.",
      "Cannot be read beside the policies: Directory roles.",
    ]);
  });

  it("is one sentence when nothing is missing, none before the first test, and the reason when Microsoft could not be asked", () => {
    expect(testSentences(found([["Apps", GRANTED, GRANTED]]), "read")).toEqual(["All policy families can be read."]);
    const nothing: Permissions = { check: null, failure: null, checkingSince: null };
    expect(testSentences(nothing, "read")).toEqual([]);
    const failure = { code: "x", message: "The secret has ended.", at: "2026-11-28T12:00:00.000Z" };
    expect(testSentences({ ...nothing, failure }, "read")).toEqual([
      "Microsoft could not be asked. The secret has ended.",
    ]);
    expect(testSentences({ ...found([["Apps", GRANTED, GRANTED]]), failure }, "read")[0]).toContain("The last test");
  });
});

describe("what a consent came to", () => {
  it("has words for each outcome, and two of them are successes: it is connected, or waits for an approval", () => {
    expect(Object.keys(OUTCOME_WORDS).toSorted()).toEqual([...CONSENT_OUTCOMES].toSorted());
    const successes = Object.entries(OUTCOME_WORDS).filter(([, { success }]) => success);
    expect(successes.map(([outcome]) => outcome)).toEqual(["connected", "waiting"]);
  });
});
