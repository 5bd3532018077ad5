import { describe, expect, it } from "vitest";
import { cureOf, type EndedRun } from "../../src/runs/facts/cures.ts";

const run = (id: string, createdAt: number, facts: Partial<EndedRun> = {}): EndedRun => ({
  id,
  type: "backup-set.delete",
  outcome: "succeeded",
  identity: "work",
  retryOf: null,
  input: null,
  createdAt,
  completedAt: createdAt + 1,
  ...facts,
});
const failed = run("failed", 10, { outcome: "partially_succeeded" });
const cured = (of: EndedRun, ...others: EndedRun[]): string | null => cureOf(of, [of, ...others])?.id ?? null;

describe("a failure", () => {
  it("is cured by a later run of the same work that succeeded, the newest of them", () => {
    expect(cured(failed, run("a", 11), run("b", 12))).toBe("b");
    expect(cured(failed, run("earlier", 9))).toBeNull();
    expect(cured(failed, run("other", 11, { identity: "other work" }))).toBeNull();
    expect(cured(failed, run("failed too", 11, { outcome: "failed" }))).toBeNull();
    expect(cured(failed, run("canceled", 11, { outcome: "canceled" }))).toBeNull();
  });

  it("is cured by a retry, also by the retry of a retry, and the retry that failed is cured by it too", () => {
    const second = run("second", 11, { outcome: "failed", identity: "retry 1", retryOf: "failed" });
    const third = run("third", 12, { identity: "retry 2", retryOf: "second" });
    expect(cured(failed, second, third)).toBe("third");
    expect(cured(second, failed, third)).toBe("third");
    expect(cured(second, failed, run("anew", 13))).toBe("anew");
    expect(cured(failed, run("of another", 11, { identity: "retry 9", retryOf: "not at hand" }))).toBeNull();
  });

  it("of a sync is cured by a later sync that read all of its families, and by no smaller one", () => {
    const sync = (id: string, createdAt: number, families: string[], facts: Partial<EndedRun> = {}) =>
      run(id, createdAt, { type: "inventory.sync", identity: id, input: JSON.stringify({ families }), ...facts });
    const two = sync("two", 10, ["a", "b"], { outcome: "failed" });
    expect(cured(two, sync("whole", 11, ["a", "b", "c"]))).toBe("whole");
    expect(cured(two, sync("part", 11, ["a"]))).toBeNull();
    const retry = sync("a retry of something else", 12, ["a", "b", "c"], { retryOf: "not at hand" });
    expect(cured(two, retry)).toBeNull();
  });
});
