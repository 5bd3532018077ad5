import { describe, expect, it } from "vitest";
import { runSchema } from "../../src/contract/runs.ts";
import { listOfNames, subjectLine } from "../../src/contract/run-subject.ts";
import { buildRun } from "../dashboard/run-builder.ts";

const FINDINGS = { one: "finding", other: "findings" };

describe("a run's subject", () => {
  it("ends with how much it was about, once that is known", () => {
    expect(subjectLine("Known good", null, FINDINGS)).toBe("Known good");
    expect(subjectLine("Known good", 10, FINDINGS)).toBe("Known good · 10 findings");
    expect(subjectLine("Known good", 1, FINDINGS)).toBe("Known good · 1 finding");
    expect(subjectLine("Known good", 0, FINDINGS)).toBe("Known good · no findings");
    expect(subjectLine("Known good", 10, null)).toBe("Known good");
  });

  it("is there from the start or never", () => {
    expect(subjectLine(null, 10, FINDINGS)).toBeNull();
  });

  it("names three, and says that there are more", () => {
    expect(listOfNames({ names: [], more: true })).toBeNull();
    expect(listOfNames({ names: ["A", "B"], more: false })).toBe("A, B");
    expect(listOfNames({ names: ["A", "B", "C", "D", "E"], more: false })).toBe("A, B, C and 2 more");
    expect(listOfNames({ names: ["A", "B", "C"], more: true })).toBe("A, B, C and more");
  });

  it("is absent from answers that an earlier version stored, which are read all the same", () => {
    const { subject: _subject, ...stored } = buildRun({ id: "run-1" });
    expect(runSchema.parse(stored).subject).toBeNull();
  });
});
