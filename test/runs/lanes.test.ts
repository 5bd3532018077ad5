/** Which queue a send goes to, and how much of a run stands in it at a time. */
import { describe, expect, it } from "vitest";
import { messagesFor } from "../../src/runs/dispatch.ts";
import { queueOf, unitQueues } from "../../src/runs/edge/unit-queues.ts";
import { CoordinatorBench } from "./coordinator-bench.ts";

function namedQueues() {
  const names = ["RUN_UNITS", "RUN_UNITS_QUICK", "GRAPH_UNITS", "GRAPH_UNITS_QUICK"] as const;
  // Only told apart, never called.
  // oxlint-disable-next-line typescript/consistent-type-assertions, typescript/no-unsafe-type-assertion -- see above
  const queues = Object.fromEntries(names.map((name) => [name, { name }])) as unknown as Pick<
    Env,
    (typeof names)[number]
  >;
  return { queues, nameOf: (queue: Queue) => names.find((name) => queues[name] === queue) };
}

describe("a send of unit messages", () => {
  const { queues, nameOf } = namedQueues();
  it.each([
    [1, 100_000, false, "RUN_UNITS_QUICK"],
    [99, 99, false, "RUN_UNITS_QUICK"],
    [100, 100, false, "RUN_UNITS"],
    [1, 62, true, "GRAPH_UNITS_QUICK"],
    [99, 199, true, "GRAPH_UNITS_QUICK"],
    [100, 100, true, "GRAPH_UNITS"],
    // What a throttled tenant's large run sends again stands before no other tenant's sync.
    [1, 100_000, true, "GRAPH_UNITS"],
  ])("of %i messages of a run of %i units, calling Graph: %s, goes to %s", (messages, total, callsGraph, expected) => {
    const sent = messagesFor("run", [0, messages - 1], 1);
    expect(nameOf(queueOf(queues, sent, { callsGraph, total }))).toBe(expected);
  });

  it("goes to a queue that readiness asks about", () => {
    expect(unitQueues(queues).map(nameOf)).toEqual([
      "RUN_UNITS",
      "RUN_UNITS_QUICK",
      "GRAPH_UNITS",
      "GRAPH_UNITS_QUICK",
    ]);
  });
});

describe("the window of a run", () => {
  /** The sizes of the sends, and the bench, after the first dispatch. */
  async function dispatched(units: number, callsGraph: boolean) {
    const sends: number[] = [];
    const bench = new CoordinatorBench(units, { operation: { callsGraph } });
    bench.onSend = async (messages) => void sends.push(messages.length);
    await bench.open();
    await doWhatIsDue(bench);
    return { bench, sends };
  }

  /** Runs alarms, and no time passes: healing, which sends again what nobody works on here, is not due. */
  async function doWhatIsDue(bench: CoordinatorBench): Promise<void> {
    while (bench.alarmAt !== null && bench.alarmAt <= bench.now) await bench.ring();
  }

  it("is 200 messages where units call Graph, and is filled again by full sends", async () => {
    const { bench, sends } = await dispatched(450, true);
    expect(sends).toEqual([100, 100]);
    bench.succeed(...Array.from({ length: 99 }, (_, ordinal) => ordinal));
    await doWhatIsDue(bench);
    expect(sends).toEqual([100, 100]);
    bench.succeed(99);
    await doWhatIsDue(bench);
    expect(sends).toEqual([100, 100, 100]);
    bench.succeed(...Array.from({ length: 200 }, (_, index) => 100 + index));
    await doWhatIsDue(bench);
    // What is left is less than a full send: it goes the quick way.
    expect(sends).toEqual([100, 100, 100, 100, 50]);
    expect(bench.sent.map(({ first }) => first)).toEqual(Array.from({ length: 450 }, (_, ordinal) => ordinal));
  });

  it("is 10,000 messages where they do not", async () => {
    const { bench, sends } = await dispatched(20_000, false);
    expect(bench.sent).toHaveLength(10_000);
    expect(sends).toEqual(Array.from({ length: 100 }, () => 100));
  });

  it("does not count units that wait for their time: the rest of the run begins meanwhile", async () => {
    const { bench, sends } = await dispatched(400, true);
    const claim = bench.run.claim({ claimId: "a", ordinals: [0, 199] });
    expect(claim).toMatchObject({ kind: "open", granted: [0, 199] });
    const deferred = Array.from({ length: 200 }, (_, ordinal) => ({
      ordinal,
      delayMs: 3_600_000,
      reasonCode: "waiting_for_approval",
      message: "An administrator has to approve.",
    }));
    bench.run.settle({ claimId: "a", ticket: null, settleId: "a/1", plain: [], detailed: [], deferred, done: true });
    await doWhatIsDue(bench);
    expect(sends).toEqual([100, 100, 100, 100]);
  });
});
