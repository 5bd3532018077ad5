import { describe, expect, it } from "vitest";
import { CoordinatorBench } from "./coordinator-bench.ts";

describe("a settle that storage rolled back", () => {
  it("F7: contributes nothing, in memory, in storage or in the projection, and counts in full when it is repeated", async () => {
    const bench = await new CoordinatorBench(5).open();
    bench.store.onCommit = (name, moment) => {
      if (name === "settle" && moment === "before") throw new Error("storage refused the transaction");
    };
    expect(() => bench.succeed(0, 1, 2)).toThrow("storage refused");
    bench.store.onCommit = () => {};
    expect(bench.run.state.ledger?.processed).toBe(0);
    expect(bench.run.proof()?.recounted).toEqual({ succeeded: 0, failed: 0, skipped: 0 });

    bench.evict();
    expect(bench.run.proof()).toMatchObject({ recounted: { succeeded: 0 }, running: { succeeded: 0 } });
    bench.succeed(0, 1, 2);
    expect(bench.run.proof()).toMatchObject({
      recounted: { succeeded: 3 },
      running: { succeeded: 3 },
      settledTwice: 0,
    });
  });
});
