import { describe, expect, it } from "vitest";
import type { PermissionVerdict } from "../../../src/contract/permissions.ts";
import { type ProbeOutcome, readingVerdict, writingVerdict } from "../../../src/graph/permissions/verdicts.ts";

const READ = "DeviceManagementRBAC.Read.All";
const WRITE = "DeviceManagementRBAC.ReadWrite.All";
const OTHER = "DeviceManagementConfiguration.Read.All";
const OTHER_WRITE = "DeviceManagementConfiguration.ReadWrite.All";
const BESIDE = "Application.Read.All";
const NEEDS = {
  reading: { permission: READ, others: [OTHER] },
  writing: [
    { permission: WRITE, others: [OTHER_WRITE] },
    { permission: BESIDE, others: [] },
  ],
};
const ANSWERED: ProbeOutcome = { kind: "read" };
const REFUSED: ProbeOutcome = { kind: "refused", permission: READ, says: "Not authorized" };
const THROTTLED: ProbeOutcome = { kind: "not_told", reason: { code: "throttled", message: "Later." } };
const UNLICENSED: ProbeOutcome = { kind: "not_told", reason: { code: "intune_not_licensed", message: "No licence." } };

function verdicts(outcome: ProbeOutcome, claims: string[] | null) {
  const set = claims === null ? null : new Set(claims);
  const reading = readingVerdict(NEEDS.reading, outcome, set);
  return { reading, writing: writingVerdict(NEEDS, reading, set) };
}

/** "missing X, Y (code)", "granted by reading". */
function said({ state, basis, permissions, reason }: PermissionVerdict): string {
  const words = [state, ...(state === "granted" ? [`by ${basis}`] : permissions)].join(" ");
  return reason === null ? words : `${words} (${reason.code})`;
}

describe("The verdict of a family", () => {
  it.each<[ProbeOutcome, string[] | null, string, string]>([
    // The token and Graph agree.
    [ANSWERED, [READ], "granted by reading", `missing ${WRITE} ${BESIDE} (not_claimed)`],
    [ANSWERED, [READ, WRITE, BESIDE], "granted by reading", "granted by token"],
    [REFUSED, ["Policy.Read.All"], `missing ${READ} (refused)`, `missing ${READ} ${WRITE} ${BESIDE} (not_claimed)`],
    // What writes also reads, and what Microsoft documents instead is enough.
    [ANSWERED, [WRITE, BESIDE], "granted by reading", "granted by token"],
    [ANSWERED, [OTHER_WRITE, BESIDE], "granted by reading", "granted by token"],
    [ANSWERED, [OTHER], "granted by reading", `missing ${WRITE} ${BESIDE} (not_claimed)`],
    [ANSWERED, [READ, WRITE], "granted by reading", `missing ${BESIDE} (not_claimed)`],
    // Graph's answer wins, and the contradiction is told.
    [ANSWERED, ["Policy.Read.All"], "granted by reading (works_unclaimed)", `missing ${WRITE} ${BESIDE} (not_claimed)`],
    [REFUSED, [READ, WRITE, BESIDE], `missing ${READ} (claimed_but_refused)`, `missing ${READ} (claimed_but_refused)`],
    [REFUSED, [READ, WRITE], `missing ${READ} (claimed_but_refused)`, `missing ${BESIDE} (not_claimed)`],
    // A token that says nothing leaves reading to Graph and writing unknown.
    [ANSWERED, null, "granted by reading", "unknown (token_names_nothing)"],
    [REFUSED, null, `missing ${READ} (refused)`, `missing ${READ} (refused)`],
    [THROTTLED, null, "unknown (throttled)", "unknown (token_names_nothing)"],
    // No answer is no verdict: the claim is never trusted alone.
    [THROTTLED, [READ, WRITE, BESIDE], "unknown (throttled)", "granted by token"],
    [THROTTLED, [BESIDE], "unknown (throttled)", `missing ${READ} ${WRITE} (not_claimed)`],
    [UNLICENSED, [READ, WRITE, BESIDE], "unknown (intune_not_licensed)", "unknown (intune_not_licensed)"],
  ])("of %j with %j is: %s; %s", (outcome, claims, reading, writing) => {
    const found = verdicts(outcome, claims);
    expect([said(found.reading), said(found.writing)]).toEqual([reading, writing]);
  });

  it("repeats Graph's own sentence, and says when consent may be too fresh", () => {
    expect(verdicts(REFUSED, []).reading.reason?.message).toBe("Microsoft Graph says: “Not authorized”.");
    expect(verdicts({ ...REFUSED, says: "" }, []).reading.reason?.message).toBe("Microsoft Graph answered 403.");
    expect(verdicts(REFUSED, [READ]).reading.reason?.message).toMatch(/fresh consent.*“Not authorized”/);
  });

  it("says where Microsoft lets in no application, whatever is granted", () => {
    const verdict = readingVerdict(NEEDS.reading, REFUSED, new Set([READ]), true);
    expect(verdict.reason?.message).toContain("for people who are signed in");
  });
});
