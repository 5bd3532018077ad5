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
});
