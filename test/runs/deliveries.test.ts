import { describe, expect, it } from "vitest";
import { CoordinatorBench } from "./coordinator-bench.ts";

describe("the deliveries that a proof tells", () => {
  it("stay exact when the object is evicted between a claim and its settles", async () => {
    const bench = await new CoordinatorBench(4).open();
    const answer = bench.run.claim({ claimId: "a", ordinals: [0, 2, 1, 1] });
    if (answer.kind !== "open") throw new Error(answer.kind);
    bench.evict();
    const settle = (ordinal: number) => ({
      claimId: "a",
      settleId: crypto.randomUUID(),
      plain: [ordinal, ordinal],
      detailed: [],
      deferred: [],
      done: false,
    });
    for (const ordinal of [0, 1, 2]) bench.run.settle(settle(ordinal));
    expect(bench.run.proof()).toMatchObject({ deliveries: 4, duplicatesSuppressed: 1 });
    bench.evict();
    expect(bench.run.proof()).toMatchObject({ deliveries: 4, duplicatesSuppressed: 1 });
  });

  it("count a claim once, whether or not the object remembers it", async () => {
    const bench = await new CoordinatorBench(2).open();
    const answer = bench.run.claim({ claimId: "a", ordinals: [0, 1] });
    if (answer.kind !== "open") throw new Error(answer.kind);
    const request = { claimId: "a", plain: [0, 0], detailed: [], deferred: [], done: true };
    bench.run.settle({ ...request, settleId: "a/1" });
    bench.run.settle({ ...request, settleId: "a/2" });
    expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 1 });
  });

  it("keep a claim of nothing but duplicates, though no settle follows it", async () => {
    const bench = await new CoordinatorBench(3).open();
    bench.succeed(0, 1);
    bench.run.claim({ claimId: "late", ordinals: [0, 1] });
    bench.evict();
    expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 2 });
  });

  /** The same call again, because its answer was lost: with the object as it was, or reset. */
  describe.each(["that lived on", "that was reset"])("of a call that is repeated to an object %s", (how) => {
    const lose = (bench: CoordinatorBench): void => {
      if (how === "that was reset") bench.evict();
    };

    it("count the claim once, and grant it the same units", async () => {
      const bench = await new CoordinatorBench(6).open();
      bench.succeed(0);
      bench.run.claim({ claimId: "other", ordinals: [1, 1] });
      const request = { claimId: "a", ordinals: [0, 1, 2, 3, 3, 3] };
      const first = bench.run.claim(request);
      expect(first).toMatchObject({ granted: [2, 3], settled: [0, 0], leased: [1, 1] });
      const told = bench.run.proof();
      lose(bench);
      const again = bench.run.claim(request);
      // What only memory knew, who holds ordinal 1, is lost with it: double work, which effects bear.
      expect(again).toEqual(how === "that was reset" ? { ...first, granted: [1, 3], leased: [] } : first);
      expect(bench.run.proof()).toEqual(told);
      expect(told).toMatchObject({ deliveries: 6, duplicatesSuppressed: 2 });
    });

    it("count the claim once when the run was closed before its repetition", async () => {
      const bench = await new CoordinatorBench(3).open();
      bench.run.claim({ claimId: "a", ordinals: [0, 1] });
      bench.run.cancel("cancel");
      lose(bench);
      for (let time = 0; time < 3; time += 1) {
        expect(bench.run.claim({ claimId: "a", ordinals: [0, 1] })).toEqual({ kind: "closed" });
      }
      // Both are needed no more, and were counted as delivered already.
      expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 2 });
    });

    it("take none of its verdicts for a duplicate", async () => {
      const bench = await new CoordinatorBench(4).open();
      bench.run.claim({ claimId: "a", ordinals: [0, 3] });
      bench.succeed(1);
      const verdict = { kind: "failed" as const, reasonCode: "refused", message: "No." };
      const settle = (settleId: string, plain: number[]) =>
        bench.run.settle({
          claimId: "a",
          settleId,
          plain,
          detailed: [{ ordinal: 2, verdict }],
          deferred: [],
          done: false,
        });
      // One of the three is a duplicate indeed: another call settled it.
      expect(settle("a/1", [0, 1])).toEqual({ kind: "open", newlySettled: 2, duplicates: 1 });
      const told = bench.run.proof();
      lose(bench);
      settle("a/1", [0, 1]);
      expect(bench.run.proof()).toEqual(told);
      // Nothing but duplicates, told twice: counted once.
      settle("a/2", [0, 1]);
      lose(bench);
      settle("a/2", [0, 1]);
      expect(bench.run.proof()).toMatchObject({ deliveries: 4, duplicatesSuppressed: 4, version: told?.version });
    });

    it("take none of its verdicts for a duplicate when it was what completed the run, and the journal was folded since", async () => {
      const bench = await new CoordinatorBench(2).open();
      bench.run.claim({ claimId: "a", ordinals: [0, 1] });
      const request = { claimId: "a", settleId: "a/1", plain: [0, 1], detailed: [], deferred: [], done: true };
      bench.run.settle(request);
      await bench.finish();
      expect(bench.run.state.header).toMatchObject({ status: "completed", compacted: true });
      lose(bench);
      expect(bench.run.settle(request)).toEqual({ kind: "closed" });
      expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 0, settledTwice: 0 });
    });
  });

  it("are told once too many only with 64 other requests between a call and its repetition", async () => {
    const bench = await new CoordinatorBench(200).open();
    bench.run.claim({ claimId: "a", ordinals: [0, 0] });
    for (let other = 1; other <= 63; other += 1) bench.run.claim({ claimId: `b${other}`, ordinals: [other, other] });
    bench.run.claim({ claimId: "a", ordinals: [0, 0] });
    expect(bench.run.proof()).toMatchObject({ deliveries: 64 });
    for (let other = 64; other <= 127; other += 1) bench.run.claim({ claimId: `b${other}`, ordinals: [other, other] });
    bench.run.claim({ claimId: "a", ordinals: [0, 0] });
    expect(bench.run.proof()).toMatchObject({ deliveries: 129, recounted: { succeeded: 0 } });
  });
});
