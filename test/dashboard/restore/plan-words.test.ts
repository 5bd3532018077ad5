import { describe, expect, it } from "vitest";
import { type RestorePlan, restorePlanSchema } from "../../../src/contract/restore.ts";
import {
  changesText,
  planSummary,
  referenceText,
  targetText,
  untouchedText,
  writesText,
} from "../../../src/dashboard/restore/plan-words.ts";
import { consequenceTexts } from "../../../src/dashboard/restore/plan-options.ts";
import { undoText, warningTexts } from "../../../src/dashboard/restore/undo-words.ts";
import { choicesText, choose, NO_CHOICES, previewWith } from "../../../src/dashboard/restore/reference-choices.ts";

function buildPlan(facts: Partial<RestorePlan> = {}): RestorePlan {
  return restorePlanSchema.parse({
    id: "rpl_1",
    backupSetId: "set_1",
    runId: "run_1",
    state: "ready",
    options: {
      mode: "update",
      itemIds: null,
      namePrefix: null,
      assignments: false,
      conditionalAccess: "report-only",
      mapping: [],
    },
    planHash: "0".repeat(64),
    actionCounts: { create: 1, update: 2, delete: 0, unchanged: 590, ambiguous: 0, blocked: 7 },
    itemsMissingReferences: 0,
    createdAt: "2026-11-01T08:00:00.000Z",
    createdBy: null,
    readyAt: "2026-11-01T08:01:00.000Z",
    undoes: null,
    runs: [],
    ...facts,
  });
}
const nothingToWrite = { create: 0, update: 0, delete: 0, unchanged: 600, ambiguous: 0, blocked: 0 };

describe("a restore plan in words", () => {
  it("says exactly what a run of it would write, and what it would not touch", () => {
    expect(writesText(buildPlan())).toBe("1 policy is created and 2 policies are updated in the tenant.");
    expect(untouchedText(buildPlan())).toBe("Not touched: 590 unchanged, 7 blocked.");
    expect(writesText(buildPlan({ actionCounts: nothingToWrite }))).toBeNull();
  });

  it("says of an undo what it deletes, first, and what that does", () => {
    const undo = buildPlan({
      undoes: { runId: "run_2", startedAt: "2026-11-01T07:00:00.000Z" },
      actionCounts: { create: 0, update: 2, delete: 1, unchanged: 0, ambiguous: 0, blocked: 3 },
    });
    expect(writesText(undo)).toBe("1 policy is deleted and 2 policies are updated in the tenant.");
    expect(planSummary(undo)).toBe("3 blocked, 1 to delete, 2 to update");
    expect(warningTexts(undo)[0]).toContain("deleted from the tenant");
    expect(warningTexts(undo).join(" ")).toContain("stop protecting");
    const text = (counts: { updated: number; created: number; deleted: number }) =>
      undoText({ ...counts, assignments: true, backupSet: { id: "s", name: "Before", state: "active" } });
    expect(text({ updated: 2, created: 1, deleted: 0 })).toBe(
      "Undoing this restore puts back 2 policies as before, and deletes 1 policy that it made.",
    );
    expect(text({ updated: 0, created: 0, deleted: 3 })).toBe(
      "Undoing this restore makes 3 policies again that it deleted.",
    );
  });

  it("sums up, what needs a look first, and invents nothing for a plan that is not sealed", () => {
    expect(planSummary(buildPlan())).toBe("7 blocked, 2 to update, 1 to create, 590 unchanged");
    const unsealed = { planHash: null, actionCounts: null, itemsMissingReferences: null, readyAt: null };
    expect(planSummary(buildPlan({ state: "preparing", ...unsealed }))).toBe("Being prepared");
    expect(planSummary(buildPlan({ state: "failed", ...unsealed }))).toBe("Came to nothing");
  });

  it("warns of what takes effect at once", () => {
    const plan = buildPlan({ itemsMissingReferences: 1 });
    expect(consequenceTexts(plan)).toContain("Assignments are left alone.");
    expect(consequenceTexts(plan).at(-1)).toMatch(/^1 policy refers to things that the tenant does not have/);
    const bold = buildPlan({ options: { ...plan.options, assignments: true, conditionalAccess: "as-is" } });
    expect(consequenceTexts(bold).join(" ")).toMatch(/groups of the backup at once.*lock people out at once/);
  });

  it("names the tenant's policy only where it is called otherwise", () => {
    const item = {
      ordinal: 0,
      itemId: "i",
      family: "compliance",
      familyLabel: "Compliance",
      graphId: "g",
      name: "Windows",
      action: "update" as const,
      target: { graphId: "g", name: "Windows" },
      reason: null,
      changeCount: 1,
      missingCount: 0,
    };
    expect(targetText(item)).toBeNull();
    expect(targetText({ ...item, target: { graphId: "g", name: "Windows (old)" } })).toBe("updates “Windows (old)”");
    expect(changesText(item)).toBe("1 change");
    expect(changesText({ changeCount: 0 })).toBeNull();
  });

  it("tells what stands for a reference, and who chose it", () => {
    const reference = {
      kind: "group" as const,
      sourceId: "a",
      sourceName: "Pilot",
      targetId: "b",
      targetName: "Pilot 2",
      plannedOrdinal: null,
    };
    expect(referenceText({ ...reference, state: "mapped", chosenBy: "request" })).toBe(
      "Pilot 2 stands for it, as you chose.",
    );
    expect(referenceText({ ...reference, state: "mapped", chosenBy: "rule" })).toBe(
      "Pilot 2 stands for it, by its exact name.",
    );
    expect(referenceText({ ...reference, state: "missing", targetName: null, chosenBy: "request" })).toBe(
      "The tenant does not have what you chose for it: b.",
    );
  });
});

describe("choices for another preview", () => {
  const group = { kind: "group" as const, sourceId: "a" };

  it("win over those of the plan, are undone, and leave the rest of the request as it was", () => {
    const { options } = buildPlan();
    const plan = buildPlan({
      options: {
        ...options,
        itemIds: ["i"],
        mapping: [
          { ...group, targetId: "old" },
          { kind: "app", sourceId: "x", targetId: null },
        ],
      },
    });
    const choices = choose(NO_CHOICES, group, "new");
    expect(previewWith(plan, choices)).toEqual({
      backupSetId: "set_1",
      itemIds: ["i"],
      mode: "update",
      assignments: false,
      conditionalAccess: "report-only",
      mapping: [
        { kind: "app", sourceId: "x", targetId: null },
        { kind: "group", sourceId: "a", targetId: "new" },
      ],
    });
    expect(choose(choices, group, undefined).size).toBe(0);
    expect(choicesText(choose(choices, { kind: "filter", sourceId: "f" }, null))).toBe("2 choices for another preview");
  });
});
