import { describe, expect, it } from "vitest";
import type { FamilyState } from "../../src/contract/inventory.ts";
import { baselineSchema } from "../../src/contract/baselines.ts";
import { coverageText, findingsText, policiesText } from "../../src/dashboard/baselines/baseline-words.ts";
import { captureFault, gapNotes, holdingText } from "../../src/dashboard/baselines/capture-words.ts";
import { buildCounts } from "./counts-builder.ts";

function buildBaseline(policyCount: number, read: number, neverRead: number) {
  return baselineSchema.parse({
    id: "b",
    name: "Gold",
    isStandard: false,
    isStopped: false,
    status: "sealed",
    policyCount,
    familyCounts: { read, neverRead },
    contentRoot: null,
    createdAt: "2026-11-24T10:00:00Z",
    sealedAt: null,
    initiator: null,
    runId: "r",
    latestComparison: null,
    findingsNow: null,
    href: "/",
  });
}

describe("what is said of a baseline", () => {
  it("names how much it holds, and the families that it knows nothing of", () => {
    expect(coverageText(buildBaseline(1, 1, 0))).toBe("1 policy · 1 family");
    expect(coverageText(buildBaseline(600, 26, 2))).toBe("600 policies · 26 families, 2 never read");
  });
});

describe("what is said of a comparison", () => {
  it("tells open findings by severity, the worst first, and accepted ones beside", () => {
    const counts = buildCounts({ high: { open: 4, accepted: 2 }, critical: { open: 1, resolved: 9 } });
    expect(findingsText(counts)).toBe("5 open findings (1 critical, 4 high) · 2 accepted");
    expect(findingsText(buildCounts({ low: { open: 1 } }))).toBe("1 open finding (1 low)");
    expect(findingsText(buildCounts({}))).toBe("No open findings");
  });

  it("never counts policies that are not known among those that match", () => {
    const policies = { matching: 3, different: 1, unknown: 0 };
    expect(policiesText(buildCounts({}, { policies }))).toBe("Policies: 3 as in the baseline, 1 different");
    expect(policiesText(buildCounts({}, { policies: { ...policies, unknown: 96 } }))).toBe(
      "Policies: 3 as in the baseline, 1 different, 96 not known",
    );
  });
});

function buildFamily(key: string, facts: Partial<FamilyState>): FamilyState {
  return {
    key,
    label: key,
    platform: null,
    readPermission: "X.Read.All",
    policyCount: 0,
    lastCompleteAt: null,
    lastAttemptAt: null,
    lastOutcome: null,
    lastReason: null,
    ...facts,
  };
}

describe("what is said before a capture", () => {
  const at = "2026-11-24T10:00:00Z";
  const read = buildFamily("compliance", { policyCount: 40, lastCompleteAt: at, lastOutcome: "succeeded" });
  const old = buildFamily("apps", { policyCount: 2, lastCompleteAt: at, lastOutcome: "failed" });
  const unread = buildFamily("filters", { policyCount: 7 });

  it("is refused where nothing was chosen, or nothing chosen has ever been read", () => {
    expect(captureFault([])).toBe("nothing-chosen");
    expect(captureFault([unread])).toBe("nothing-read");
    expect(captureFault([unread, read])).toBeNull();
  });

  it("counts what was read completely, and names what was never read or only before", () => {
    expect(holdingText([read, old, unread])).toBe("Holds 42 policies in 2 families.");
    expect(gapNotes([read])).toEqual([]);
    expect(gapNotes([read, old, unread])).toEqual([
      "Never read, so the baseline will know nothing of it: filters.",
      "The last reading failed, so the baseline will hold what was read before: apps.",
    ]);
  });
});
