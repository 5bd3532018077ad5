import { describe, expect, it } from "vitest";
import type { FamilyInput, PolicyInput } from "../../src/operations/evidence-snapshot/evidence-input.ts";
import {
  coverageException,
  driftException,
  familyException,
  operationsException,
  policyException,
} from "../../src/operations/evidence-snapshot/exceptions.ts";

const TAKEN_AT = Date.parse("2026-11-24T12:00:00Z");

const family: FamilyInput = {
  kind: "family",
  family: "compliance",
  label: "Compliance",
  readPermission: "DeviceManagementConfiguration.Read.All",
  policyCount: 3,
  lastCompleteAt: "2026-11-24T11:00:00.000Z",
  lastAttemptAt: "2026-11-24T11:00:00.000Z",
  lastOutcome: "succeeded",
  lastReason: null,
};

describe("a family's exception", () => {
  const failed = { lastOutcome: "failed" as const, lastReason: { code: "throttled", message: "Limited." } };
  const denied = { code: "permission_missing", message: "Grant Policy.Read.All." };
  const rows: [string, Partial<FamilyInput>, string | null][] = [
    ["is none after a complete reading", {}, null],
    [
      "is the permission that is missing, before anything else",
      { ...failed, lastReason: denied, lastCompleteAt: null },
      "permission_missing",
    ],
    ["says that it was never read", { ...failed, lastCompleteAt: null }, "never_read"],
    ["says that the last reading failed, though there is an older one", failed, "last_reading_failed"],
    ["says that the last complete reading is too old", { lastCompleteAt: "2026-11-17T11:59:59.000Z" }, "stale"],
    ["is none for a reading of exactly seven days ago", { lastCompleteAt: "2026-11-17T12:00:00.000Z" }, null],
  ];
  it.each(rows)("%s", (_title, change, code) => {
    expect(familyException({ ...family, ...change }, TAKEN_AT)?.code ?? null).toBe(code);
  });
});

describe("a policy's exception", () => {
  const policy: PolicyInput = {
    kind: "policy",
    family: "conditionalAccess",
    graphId: "p",
    name: "P",
    platform: null,
    odataType: null,
    assignmentCount: null,
    versionNumber: 1,
    contentHash: "",
    contentBytes: 0,
    lastModifiedAt: null,
    firstSeenAt: 0,
    lastSeenAt: 0,
    lastSeenRunId: "r",
    lastRequestId: null,
  };
  it("names conditional access that is off or only reports", () => {
    expect(policyException(policy, { state: "enabled" })).toBeNull();
    expect(policyException(policy, { state: "disabled" })?.code).toBe("not_enforced");
    expect(policyException(policy, { state: "enabledForReportingButNotEnforced" })?.code).toBe("not_enforced");
    expect(policyException(policy, { state: "constructor" })).toBeNull();
  });

  it("names a policy that is assigned to nobody, and none whose family is not assigned", () => {
    expect(policyException({ ...policy, family: "compliance", assignmentCount: 0 }, {})?.code).toBe("unassigned");
    expect(policyException({ ...policy, family: "compliance", assignmentCount: 2 }, {})).toBeNull();
    expect(policyException({ ...policy, family: "filters", assignmentCount: null }, {})).toBeNull();
  });
});

describe("a topic's exception", () => {
  it("counts in words that fit the number, and is none for nothing", () => {
    expect(operationsException(0)).toBeNull();
    expect(operationsException(1)?.message).toBe("1 operation failed.");
    expect(coverageException({ policies: 5, covered: 5 })).toBeNull();
    expect(coverageException({ policies: 5, covered: 3 })?.message).toBe("2 policies are in no active backup set.");
    expect(driftException(0, false)).toBeNull();
    expect(driftException(1, false)).toEqual({ code: "open_findings", message: "1 drift finding is open." });
  });

  it("of open findings tells those of high severity apart", () => {
    expect(driftException(1, true)?.message).toBe("1 drift finding is open, of high severity or critical.");
    expect(driftException(3, true)).toEqual({
      code: "severe_findings",
      message: "3 drift findings are open, at least one of high severity or critical.",
    });
  });
});
