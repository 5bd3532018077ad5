import { describe, expect, it } from "vitest";
import { CoordinatorBench, SPECIFICATION } from "./coordinator-bench.ts";

describe("a run's coordinator", () => {
  it("completes a run that died between its last settle and its completion, though its alarm was lost twice", async () => {
    const bench = await new CoordinatorBench(2).open();
    bench.store.onCommit = (name, moment) => {
      if (name === "complete" && moment === "before") throw new Error("the object died");
    };
    expect(() => bench.succeed(0, 1)).toThrow("the object died");
    bench.store.onCommit = () => {};

    // Woken, it tells D1 of the settles, and dies before it does anything else.
    bench.evict();
    bench.run.start(SPECIFICATION);
    await bench.quiet();
    bench.evict();
    bench.alarmAt = null;

    bench.run.start(SPECIFICATION);
    await bench.finish();
    expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "succeeded" });
    expect(bench.projected.at(-1)?.row.status).toBe("completed");
  });

  it("F27: does not fail a unit by a dead letter while its holder may have a lease that an eviction made it forget", async () => {
    const bench = await new CoordinatorBench(2).open();
    bench.run.claim({ claimId: "holder", ordinals: [0, 0] });
    bench.evict();
    bench.now = bench.run.state.forgottenLeasesUntil - 1;
    expect(bench.now).toBeGreaterThanOrEqual(1_000_000 + bench.policy.leaseMs - 1);
    expect(bench.run.settleDead([0, 0])).toEqual({ kind: "open", newlySettled: 0, duplicates: 0 });

    // Nobody can be at it any more (the object promises leases half of one ahead): then the dead letter counts.
    bench.now += 1 + bench.policy.leaseMs / 2;
    expect(bench.run.settleDead([0, 0])).toEqual({ kind: "open", newlySettled: 1, duplicates: 0 });
  });
});
