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
    bench.run.settle(request);
    bench.run.settle(request);
    expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 1 });
  });

  it("keep a claim of nothing but duplicates, though no settle follows it", async () => {
    const bench = await new CoordinatorBench(3).open();
    bench.succeed(0, 1);
    bench.run.claim({ claimId: "late", ordinals: [0, 1] });
    bench.evict();
    expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 2 });
  });
});
