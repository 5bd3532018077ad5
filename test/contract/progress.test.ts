import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupDigits, type ProgressFacts, progressSchema, readProgress } from "../../src/contract/progress.ts";
import { SUMMARY_KEYS } from "../../src/contract/summary-counts.ts";

const running: ProgressFacts = {
  status: "running",
  outcome: "pending",
  mode: "counted",
  unit: { one: "policy family", other: "policy families" },
  sealed: true,
  finalizerPending: false,
  counts: { total: 40, processed: 12, succeeded: 11, failed: 1, skipped: 0 },
  phase: null,
};
const finished: ProgressFacts = {
  ...running,
  status: "completed",
  outcome: "succeeded",
  counts: { total: 40, processed: 40, succeeded: 40, failed: 0, skipped: 0 },
};

function shown(facts: Partial<ProgressFacts>, base = running) {
  return readProgress({ ...base, ...facts });
}

describe("what a reader may show", () => {
  it("is told by effect of a run whose type does, where the effects account for all that succeeded", () => {
    const counts = { total: 12, processed: 12, succeeded: 12, failed: 0, skipped: 0 };
    const effects = { created: 1, updated: 1, unchanged: 10 };
    const text = (facts: Partial<ProgressFacts>) => shown(facts, finished).progress.text;
    expect(text({ tellsEffects: true, counts: { ...counts, ...effects } })).toBe(
      "12 of 12 policy families: 1 created, 1 updated, 10 already so",
    );
    expect(
      text({ tellsEffects: true, counts: { ...counts, succeeded: 11, failed: 1, created: 1, unchanged: 10 } }),
    ).toBe("12 of 12 policy families: 1 created, 10 already so, 1 failed");
    expect(text({ tellsEffects: true, counts: { ...counts, updated: 10, deleted: 2 } })).toBe(
      "12 of 12 policy families: 10 updated, 2 deleted",
    );
    expect(text({ tellsEffects: true, counts: { ...counts, created: 1 } })).toBe(
      "12 of 12 policy families: 12 succeeded",
    );
    expect(text({ counts: { ...counts, ...effects } })).toBe("12 of 12 policy families: 12 succeeded");
  });

  it("is a word while a run waits or is being planned, whatever numbers are stored", () => {
    expect(shown({ status: "queued" })).toEqual({ progress: { kind: "indeterminate", text: "Queued" }, anomaly: null });
    expect(shown({ sealed: false })).toEqual({ progress: { kind: "indeterminate", text: "Preparing" }, anomaly: null });
  });

  it("is the count, and its floored percentage, while a sealed run goes on", () => {
    expect(shown({})).toEqual({
      progress: { kind: "counted", processed: 12, total: 40, percent: 30, text: "12 of 40 policy families" },
      anomaly: null,
    });
    expect(shown({ counts: { total: 3, processed: 2 } }).progress).toMatchObject({ percent: 66 });
    expect(shown({ counts: { total: 3, processed: 0 } }).progress).toMatchObject({ kind: "counted", percent: 0 });
  });

  it("F21: is 99 % at 999 of 1000, and 100 % only when all are processed", () => {
    expect(shown({ counts: { total: 1000, processed: 999 } }).progress).toMatchObject({
      kind: "counted",
      percent: 99,
      text: "999 of 1000 policy families",
    });
    expect(shown({ counts: { total: 1000, processed: 1000 } }).progress).toMatchObject({
      kind: "counted",
      percent: 100,
    });
  });

  it("is 'Finalizing', never 'Completed', while all units are processed and the finalizer has still to run", () => {
    expect(shown({ counts: { total: 40, processed: 40 }, finalizerPending: true })).toEqual({
      progress: { kind: "finalizing", processed: 40, total: 40, text: "Finalizing" },
      anomaly: null,
    });
    expect(shown({ counts: { total: 40, processed: 39 }, finalizerPending: true }).progress.kind).toBe("counted");
  });

  it("F8: is no number, and an anomaly, when more is processed than there is; it is never clamped to 100 %", () => {
    expect(shown({ counts: { total: 1320, processed: 1800 } })).toEqual({
      progress: { kind: "indeterminate", text: "Running" },
      anomaly: "processed_exceeds_total",
    });
  });

  it("is no number, and an anomaly, when total or processed are missing or no counts", () => {
    for (const total of [undefined, Number.NaN, 3.5, -1, Infinity]) {
      const counts = { processed: 1, ...(total === undefined ? {} : { total }) };
      expect(shown({ counts })).toEqual({
        progress: { kind: "indeterminate", text: "Running" },
        anomaly: "total_missing",
      });
    }
    expect(shown({ counts: { total: 4 } })).toEqual({
      progress: { kind: "indeterminate", text: "Running" },
      anomaly: "processed_missing",
    });
  });

  it("is a phase for a phased run, even if counts were stored by mistake", () => {
    expect(shown({ mode: "phased", phase: "Capturing content" }).progress).toEqual({
      kind: "phased",
      phase: "Capturing content",
      text: "Capturing content",
    });
    expect(shown({ mode: "phased", phase: "Capturing content", status: "queued" }).progress).toMatchObject({
      kind: "phased",
      text: "Queued",
    });
    expect(shown({ mode: "phased", phase: null }).progress).toMatchObject({ kind: "phased", text: "Preparing" });
  });

  it("is 'Running' for an uncounted run, even if counts were stored by mistake", () => {
    expect(shown({ mode: "uncounted" })).toEqual({
      progress: { kind: "indeterminate", text: "Running" },
      anomaly: null,
    });
    expect(shown({ mode: "uncounted" }, finished).progress.text).toBe("Completed");
  });

  it("F18: is no bar of 0 of 0 for a run without units", () => {
    expect(shown({ counts: { total: 0, processed: 0 } })).toEqual({
      progress: { kind: "indeterminate", text: "Running" },
      anomaly: null,
    });
    expect(shown({ counts: { total: 0, processed: 0 } }, finished).progress).toEqual({
      kind: "finished",
      text: "No policy families to process",
    });
  });

  it("tells a finished run's counts as results, without a percentage", () => {
    expect(shown({}, finished).progress).toEqual({ kind: "finished", text: "40 of 40 policy families: 40 succeeded" });
    const counts = { total: 40, processed: 40, succeeded: 37, failed: 2, skipped: 1 };
    expect(shown({ outcome: "partially_succeeded", counts }, finished).progress.text).toBe(
      "40 of 40 policy families: 37 succeeded, 2 failed, 1 skipped",
    );
    expect(
      shown({ outcome: "failed", counts: { total: 2, processed: 2, succeeded: 0, failed: 2 } }, finished).progress.text,
    ).toBe("2 of 2 policy families: 2 failed");
  });

  it("F23: tells how far a canceled or failed run came", () => {
    const counts = { total: 100, processed: 40, succeeded: 40 };
    expect(shown({ outcome: "canceled", counts }, finished).progress.text).toBe(
      "Stopped after 40 of 100 policy families: 40 succeeded",
    );
    expect(shown({ outcome: "failed", counts }, finished).progress.text).toBe(
      "Stopped after 40 of 100 policy families: 40 succeeded",
    );
    expect(shown({ outcome: "canceled", sealed: false, counts: {} }, finished).progress.text).toBe("Canceled");
    expect(shown({ outcome: "failed", sealed: false, counts: {} }, finished).progress.text).toBe("Failed");
  });

  it("shows no count of a finished run whose counts cannot be true", () => {
    expect(shown({ counts: { total: 4, processed: 9 } }, finished).progress).toEqual({
      kind: "finished",
      text: "Completed",
    });
  });

  it("uses the singular for one unit", () => {
    expect(shown({ counts: { total: 1, processed: 1 } }).progress.text).toBe("1 of 1 policy family");
    expect(shown({ counts: { total: 1, processed: 0 } }).progress.text).toBe("0 of 1 policy family");
    expect(shown({ counts: { total: 2, processed: 1 } }).progress.text).toBe("1 of 2 policy families");
  });

  it("F29: tells each verdict once, and together they are what was processed", () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.nat({ max: 500 }), fc.nat({ max: 500 }), (succeeded, failed, skipped) => {
        fc.pre(succeeded + failed + skipped > 1);
        const processed = succeeded + failed + skipped;
        const { text } = shown(
          { counts: { total: processed, processed, succeeded, failed, skipped } },
          finished,
        ).progress;
        const [, told = ""] = text.split(": ");
        const sum = told.split(", ").reduce((total, part) => total + Number.parseInt(part, 10), 0);
        expect(sum).toBe(processed);
        expect(text.startsWith(`${processed} of ${processed} policy families`)).toBe(true);
      }),
    );
  });

  it("F32: has no place for an estimate of the time that is left", () => {
    const keys = new Set(progressSchema.options.flatMap((option) => Object.keys(option.shape)));
    expect([...keys].sort()).toEqual(["kind", "percent", "phase", "processed", "text", "total"]);
  });

  it("is determinate only for a sealed, counted run whose processed is at most its total, whatever is stored", () => {
    const number = fc.oneof(fc.integer({ min: -3, max: 50 }), fc.constantFrom(Number.NaN, 1.5, Infinity, 2 ** 60));
    const facts = fc.record({
      status: fc.constantFrom("queued" as const, "running" as const, "completed" as const),
      outcome: fc.constantFrom(
        "pending" as const,
        "succeeded" as const,
        "partially_succeeded" as const,
        "failed" as const,
        "canceled" as const,
      ),
      mode: fc.constantFrom("counted" as const, "phased" as const, "uncounted" as const),
      unit: fc.constant(running.unit),
      sealed: fc.boolean(),
      finalizerPending: fc.boolean(),
      counts: fc.record(Object.fromEntries(SUMMARY_KEYS.map((key) => [key, number])), { requiredKeys: [] }),
      phase: fc.constantFrom(null, "Capturing content"),
    });
    fc.assert(
      fc.property(facts, (given) => {
        const { progress, anomaly } = readProgress(given);
        expect(progressSchema.safeParse(progress).success).toBe(true);
        expect(progress.kind === "finished").toBe(given.status === "completed");
        if (progress.kind !== "counted" && progress.kind !== "finalizing") return;
        expect(anomaly).toBeNull();
        expect(given).toMatchObject({ status: "running", mode: "counted", sealed: true });
        expect(progress).toMatchObject({ processed: given.counts.processed, total: given.counts.total });
        expect(progress.processed).toBeLessThanOrEqual(progress.total);
        if (progress.kind === "finalizing") expect(progress.processed).toBe(progress.total);
        else expect(progress.percent === 100).toBe(progress.processed === progress.total);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("grouping a text's digits", () => {
  it("groups by the locale and changes no number", () => {
    expect(groupDigits("1234567 of 1234567 policies: 999 failed", "en-US")).toBe(
      "1,234,567 of 1,234,567 policies: 999 failed",
    );
    expect(groupDigits("12345 of 20000 policies", "de-DE")).toBe("12.345 of 20.000 policies");
    fc.assert(
      fc.property(fc.nat(), (count) => {
        expect(groupDigits(`${count} of ${count}`, "en-US").replaceAll(",", "")).toBe(`${count} of ${count}`);
      }),
    );
  });
});
