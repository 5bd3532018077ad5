import { describe, expect, it } from "vitest";
import type { UnitMessage } from "../../src/contract/queue-messages.ts";
import { CoordinatorBench, SPECIFICATION } from "./coordinator-bench.ts";

const ADA = { id: "ada", name: "Ada" };
const WAIT = { delayMs: 60_000, reasonCode: "throttled", message: "Wait." };

function change(bench: CoordinatorBench, paused: boolean, request: { id?: string; at?: number } = {}) {
  return bench.run.changePause({ id: crypto.randomUUID(), at: bench.now, by: ADA, paused, ...request });
}

function fail(bench: CoordinatorBench, ...ordinals: number[]) {
  const verdict = { kind: "failed" as const, reasonCode: "refused", message: "No." };
  const detailed = ordinals.map((ordinal) => ({ ordinal, verdict }));
  const names = { claimId: "claim", settleId: crypto.randomUUID(), ticket: null };
  return bench.run.settle({ ...names, plain: [], detailed, deferred: [], done: false });
}

const sentOrdinals = (messages: readonly UnitMessage[]): number[] =>
  messages.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));

describe("a paused run", () => {
  it("grants nothing and takes its messages back; what is leased settles and is counted", async () => {
    const bench = await new CoordinatorBench(6).open();
    const held = bench.run.claim({ claimId: "holder", ordinals: [0, 1] });
    if (held.kind !== "open") throw new Error(held.kind);
    expect(change(bench, true)).toBe("changed");
    expect(bench.run.claim({ claimId: "next", ordinals: [1, 5] })).toMatchObject({
      granted: [],
      parked: [2, 5],
      leased: [1, 1],
    });
    expect(bench.run.renew("holder")).toBe("paused");
    expect(bench.succeed(0, 1)).toMatchObject({ newlySettled: 2, paused: true });
    expect(bench.run.state.ledger?.summary()).toMatchObject({ total: 6, processed: 2 });
    bench.evict();
    expect(bench.run.claim({ claimId: "later", ordinals: [2, 5] })).toMatchObject({ granted: [], parked: [2, 5] });
  });

  it("sends nothing, heals nothing and waits for no deferral, however long it is paused", async () => {
    const bench = new CoordinatorBench(25, {
      policy: { maxOutstandingMessages: 10, messagesPerSend: 5, sendsPerStep: 1 },
    });
    await bench.open();
    bench.run.claim({ claimId: "a", ordinals: [0, 0] });
    const names = { claimId: "a", settleId: "a/1", ticket: null };
    bench.run.settle({ ...names, plain: [], detailed: [], deferred: [{ ordinal: 0, ...WAIT }], done: true });
    change(bench, true);
    const sent = bench.sent.length;
    await bench.rest();
    bench.now += 3_600_000;
    await bench.run.alarm();
    await bench.rest();
    expect(bench.sent).toHaveLength(sent);
    expect(bench.run.proof()).toMatchObject({ redispatched: 0 });
    expect(bench.alarmAt).toBeNull();
  });

  it("is resumed with everything sent again that is open, once, and ends exactly", async () => {
    const bench = await new CoordinatorBench(8).open();
    while (bench.sent.length < 8) await bench.ring();
    bench.succeed(0);
    bench.run.claim({ claimId: "holder", ordinals: [1, 1] });
    change(bench, true);
    bench.run.claim({ claimId: "parked", ordinals: [2, 7] });
    const before = bench.sent.length;
    expect(change(bench, false)).toBe("changed");
    await bench.ring();
    expect(sentOrdinals(bench.sent.slice(before))).toEqual([2, 3, 4, 5, 6, 7]);
    await bench.ring();
    expect(bench.sent.length - before).toBe(6);
    bench.succeed(1, 2, 3, 4, 5, 6, 7);
    await bench.finish();
    expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "succeeded", redispatched: 0 });
  });

  it("sends again what a refusing queue or a crash kept from being sent", async () => {
    const bench = await new CoordinatorBench(3).open();
    while (bench.sent.length < 3) await bench.ring();
    change(bench, true);
    bench.run.claim({ claimId: "parked", ordinals: [0, 2] });
    change(bench, false);
    bench.onSend = () => Promise.reject(new Error("the queue is down"));
    await bench.ring();
    bench.evict();
    bench.onSend = async () => {};
    const before = bench.sent.length;
    await bench.run.alarm();
    expect(sentOrdinals(bench.sent.slice(before))).toEqual([0, 1, 2]);
  });

  it("can be canceled", async () => {
    const bench = await new CoordinatorBench(3).open();
    change(bench, true);
    expect(bench.run.cancel("cancel")).toBe(true);
    await bench.finish();
    expect(bench.projected.at(-1)?.row).toMatchObject({ status: "completed", outcome: "canceled", pause: null });
  });

  it("is told of in D1 with who and when, beside the counts", async () => {
    const bench = await new CoordinatorBench(3).open();
    bench.succeed(0);
    change(bench, true);
    while (bench.run.state.header.projectedVersion < bench.run.state.version) await bench.ring();
    const pause = { by: ADA, reason: "person", failed: null, at: expect.any(Number) };
    expect(bench.projected.at(-1)?.row).toMatchObject({
      status: "running",
      summaryCounts: { processed: 1, total: 3 },
      pause,
    });
  });

  it("goes through no further phase, and takes the answer of the one under way", async () => {
    const bench = new CoordinatorBench(0);
    bench.operation = {
      ...SPECIFICATION,
      label: "Phased",
      progressMode: "phased",
      capability: "inventory.sync",
      makes: null,
      extent: null,
      inputSchema: bench.operation.inputSchema,
      firstPhase: "One",
      maxWaits: 0,
      advance: () => Promise.reject(new Error("called through the port")),
    };
    const cursors: (string | null)[] = [];
    bench.onAdvance = async ({ phaseCursor }) => {
      cursors.push(phaseCursor);
      if (cursors.length === 1) change(bench, true);
      return cursors.length < 3
        ? { kind: "continue", phase: `${cursors.length}`, cursor: `${cursors.length}` }
        : { kind: "done", outcome: "succeeded", result: null };
    };
    bench.run.start(SPECIFICATION);
    await bench.rest();
    expect(cursors).toEqual([null]);
    change(bench, false);
    await bench.rest();
    expect(cursors).toEqual([null, "1", "2"]);
    expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "succeeded" });
  });
});

describe("a request to pause or to resume", () => {
  it("changes once, however often it is sent, also to an object that was reset", async () => {
    const bench = await new CoordinatorBench(3).open();
    expect(change(bench, true, { id: "a" })).toBe("changed");
    expect(change(bench, false, { id: "b" })).toBe("changed");
    bench.evict();
    expect(change(bench, true, { id: "a" })).toBe("changed");
    expect(bench.run.state.paused).toBe(false);
    expect([bench.run.tookPause("a"), bench.run.tookPause("b"), bench.run.tookPause("c")]).toEqual([true, true, false]);
  });

  it("does not undo what a person has asked for since", async () => {
    const bench = await new CoordinatorBench(3).open();
    change(bench, true, { at: 100 });
    change(bench, false, { at: 300 });
    expect(change(bench, true, { id: "late", at: 200 })).toBe("unchanged");
    expect(bench.run.state.paused).toBe(false);
    expect(bench.run.tookPause("late")).toBe(false);
  });

  it("changes nothing of a run that is so already, that has ended, or whose units have", async () => {
    const bench = await new CoordinatorBench(2, { finalizer: true }).open();
    expect(change(bench, false)).toBe("unchanged");
    change(bench, true);
    expect(change(bench, true)).toBe("unchanged");
    bench.succeed(0, 1);
    expect(change(bench, true)).toBe("closed");
    await bench.finish();
    expect(bench.run.state.header.status).toBe("completed");
    expect(change(bench, true)).toBe("closed");
  });
});

describe("a run that stops after failures", () => {
  const stopping = (total: number, stopAfter: { failures: number } | { percent: number } | null) =>
    new CoordinatorBench(total, { operation: { stopAfter: () => stopAfter } }).open();

  it.each([
    ["3 failures", 10, { failures: 3 }, 3],
    ["20 percent of 10", 10, { percent: 20 }, 2],
    ["1 percent of 10, which is one at least", 10, { percent: 1 }, 1],
  ])("pauses by itself at %s, and says why", async (_, total, stopAfter, failures) => {
    const bench = await stopping(total, stopAfter);
    for (let failed = 1; failed < failures; failed += 1) fail(bench, failed - 1);
    expect(bench.run.state.paused).toBe(false);
    expect(fail(bench, failures - 1)).toMatchObject({ paused: true });
    expect(bench.run.state.header.pause).toMatchObject({ by: null, reason: "failures", failed: failures });
    expect(bench.logged).toContain("run_stopped_after_failures");
  });

  it("goes on when a person resumes it, until as many fail again", async () => {
    const bench = await stopping(10, { failures: 2 });
    fail(bench, 0, 1);
    change(bench, false);
    fail(bench, 2);
    expect(bench.run.state.paused).toBe(false);
    fail(bench, 3);
    expect(bench.run.state.paused).toBe(true);
  });

  it("completes when its last unit is what fails: nothing is left to stop", async () => {
    const bench = await stopping(2, { failures: 1 });
    bench.succeed(0);
    fail(bench, 1);
    await bench.finish();
    expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "partially_succeeded" });
  });

  it("stops also when a crash came between the settle and its own write", async () => {
    const bench = await stopping(4, { failures: 1 });
    bench.store.onCommit = (name, moment) => {
      if (name === "pause" && moment === "before") throw new Error("the object died");
    };
    expect(() => fail(bench, 0)).toThrow("the object died");
    bench.store.onCommit = () => {};
    bench.evict();
    expect(bench.run.claim({ claimId: "next", ordinals: [1, 3] })).toMatchObject({ granted: [], parked: [1, 3] });
  });
});
