import { describe, expect, it } from "vitest";
import type { ClaimTicket, SettleRequest } from "../../src/runs/run-commands.ts";
import { newHeader } from "../../src/runs/run-state.ts";
import type { CommitName } from "../../src/runs/run-store.ts";
import { CoordinatorBench, SPECIFICATION } from "./coordinator-bench.ts";

const REFUSED = { kind: "failed" as const, reasonCode: "refused", message: "No." };
const WAIT = { delayMs: 5_000, reasonCode: "throttled", message: "Wait." };

/** A claim that is granted something, and the ticket that its holder has. */
function claimed(bench: CoordinatorBench, claimId: string, ordinals: number[]): ClaimTicket {
  const answer = bench.run.claim({ claimId, ordinals });
  if (answer.kind !== "open" || answer.ticket === null) throw new Error(`${claimId} was granted nothing`);
  return answer.ticket;
}

/** The `number`th settle of a claim. */
function settle(
  bench: CoordinatorBench,
  claim: { id: string; ticket: SettleRequest["ticket"]; number?: number },
  brings: Partial<Pick<SettleRequest, "plain" | "detailed" | "deferred" | "done">> = {},
): ReturnType<CoordinatorBench["run"]["settle"]> {
  const { id: claimId, ticket, number = 1 } = claim;
  const nothing = { plain: [], detailed: [], deferred: [], done: false };
  return bench.run.settle({ claimId, settleId: `${claimId}/${number}`, ticket, ...nothing, ...brings });
}

/** What is stored while `act` acts, by the names of the commits. */
function commits(bench: CoordinatorBench, act: () => void): CommitName[] {
  const names: CommitName[] = [];
  bench.store.onCommit = (name, moment) => void (moment === "after" && names.push(name));
  act();
  bench.store.onCommit = () => {};
  return names;
}

describe("the deliveries that a proof tells", () => {
  it("are those of claims that were answered, each claim once, through any eviction", async () => {
    const bench = await new CoordinatorBench(5).open();
    const ticket = claimed(bench, "a", [0, 2, 1, 1]);
    expect(ticket).toMatchObject({ deliveries: 4, suppressed: 1 });
    expect(bench.run.proof()).toMatchObject({ deliveries: 0, duplicatesSuppressed: 0 });
    bench.evict();
    for (const ordinal of [0, 1, 2])
      settle(bench, { id: "a", ticket, number: ordinal }, { plain: [ordinal, ordinal], done: ordinal === 2 });
    expect(bench.run.proof()).toMatchObject({ deliveries: 4, duplicatesSuppressed: 1 });
    bench.evict();
    expect(bench.run.proof()).toMatchObject({ deliveries: 4, duplicatesSuppressed: 1 });
  });

  it("leave out a holder that died without an answer, and count its units when they come again", async () => {
    const bench = await new CoordinatorBench(2).open();
    claimed(bench, "dead", [0, 1]);
    bench.now += bench.policy.leaseMs;
    const ticket = claimed(bench, "next", [0, 1]);
    settle(bench, { id: "next", ticket }, { plain: [0, 1], done: true });
    expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 0 });
  });

  it("count a dead holder's answer that arrives after all", async () => {
    const bench = await new CoordinatorBench(2).open();
    const late = claimed(bench, "late", [0, 1]);
    bench.now += bench.policy.leaseMs;
    settle(bench, { id: "next", ticket: claimed(bench, "next", [0, 1]) }, { plain: [0, 1], done: true });
    settle(bench, { id: "late", ticket: late }, { plain: [0, 1], done: true });
    expect(bench.run.proof()).toMatchObject({ deliveries: 4, duplicatesSuppressed: 2 });
  });

  it("keep a claim of nothing but duplicates, though no settle follows it", async () => {
    const bench = await new CoordinatorBench(3).open();
    bench.succeed(0, 1);
    expect(bench.run.claim({ claimId: "late", ordinals: [0, 1] })).toMatchObject({ granted: [], ticket: null });
    bench.evict();
    expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 2 });
  });

  it.each<[string, Partial<SettleRequest>, CommitName]>([
    ["settles", { plain: [0, 0] }, "settle"],
    ["settles as failed", { detailed: [{ ordinal: 0, verdict: REFUSED }] }, "settle"],
    ["defers", { deferred: [{ ordinal: 0, ...WAIT }] }, "defer"],
    ["settles and defers", { plain: [0, 0], deferred: [{ ordinal: 1, ...WAIT }] }, "settle"],
    ["gives its units back", { done: true }, "suppress"],
  ])("are stored in the one write of a holder that %s, and again by none after it", async (_how, brings, name) => {
    const bench = await new CoordinatorBench(3).open();
    const ticket = claimed(bench, "a", [0, 1]);
    const claim = { id: "a", ticket };
    expect(commits(bench, () => settle(bench, claim, brings))).toEqual([name]);
    expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 0 });
    const told = bench.run.proof();
    for (const how of ["alive", "evicted"]) {
      if (how === "evicted") bench.evict();
      expect(commits(bench, () => settle(bench, claim, brings))).toEqual([]);
      expect(bench.run.proof()).toEqual(told);
    }
    expect(bench.run.state.deferrals.size).toBe(brings.deferred?.length ?? 0);
  });

  it("are counted when a holder hears only then that the run was canceled", async () => {
    const bench = await new CoordinatorBench(3).open();
    const ticket = claimed(bench, "a", [0, 1]);
    bench.run.cancel("cancel");
    for (let time = 0; time < 2; time += 1) {
      expect(settle(bench, { id: "a", ticket }, { plain: [0, 1] })).toEqual({ kind: "closed" });
      bench.evict();
    }
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
      claimed(bench, "other", [1, 1]);
      const request = { claimId: "a", ordinals: [0, 1, 2, 3, 3, 3] };
      const first = bench.run.claim(request);
      expect(first).toMatchObject({ granted: [2, 3], settled: [0, 0], leased: [1, 1] });
      lose(bench);
      const again = bench.run.claim(request);
      if (again.kind !== "open") throw new Error(again.kind);
      // What only memory knew, who holds ordinal 1, is lost with it: double work, which effects bear.
      expect(again.granted).toEqual(how === "that was reset" ? [1, 3] : [2, 3]);
      // Its holder hears one of the two: the other's number stays unused.
      settle(bench, { id: "a", ticket: again.ticket }, { plain: [2, 3], done: true });
      expect(bench.run.proof()).toMatchObject({ deliveries: 5, duplicatesSuppressed: 2 });
    });

    it("count the claim once that was granted nothing, and something when it was repeated", async () => {
      const bench = await new CoordinatorBench(2).open();
      const other = claimed(bench, "other", [0, 0]);
      const request = { claimId: "a", ordinals: [0, 0] };
      expect(bench.run.claim(request)).toMatchObject({ leased: [0, 0], ticket: null });
      settle(bench, { id: "other", ticket: other }, { done: true });
      lose(bench);
      const ticket = claimed(bench, "a", [0, 0]);
      settle(bench, { id: "a", ticket }, { plain: [0, 0], done: true });
      expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 0 });
    });

    it("count the claim once when the run was closed before its repetition", async () => {
      const bench = await new CoordinatorBench(3).open();
      claimed(bench, "a", [0, 1]);
      bench.run.cancel("cancel");
      lose(bench);
      for (let time = 0; time < 3; time += 1) {
        expect(bench.run.claim({ claimId: "a", ordinals: [0, 1] })).toEqual({ kind: "closed" });
        lose(bench);
      }
      expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 2 });
    });

    it("take none of its verdicts for a duplicate", async () => {
      const bench = await new CoordinatorBench(4).open();
      const ticket = claimed(bench, "a", [0, 3]);
      bench.succeed(1);
      const brings = { detailed: [{ ordinal: 2, verdict: REFUSED }] };
      // One of the three is a duplicate indeed: another call settled it.
      const first = settle(bench, { id: "a", ticket }, { plain: [0, 1], ...brings });
      expect(first).toEqual({ kind: "open", newlySettled: 2, duplicates: 1, paused: false });
      const told = bench.run.proof();
      lose(bench);
      settle(bench, { id: "a", ticket }, { plain: [0, 1], ...brings });
      expect(bench.run.proof()).toEqual(told);
      // Nothing but duplicates, told twice: counted once.
      settle(bench, { id: "a", ticket, number: 2 }, { plain: [0, 1], ...brings });
      lose(bench);
      settle(bench, { id: "a", ticket, number: 2 }, { plain: [0, 1], ...brings });
      expect(bench.run.proof()).toMatchObject({ deliveries: 4, duplicatesSuppressed: 4, version: told?.version });
    });

    it("count nothing more when it was what completed the run, and the journal was folded since", async () => {
      const bench = await new CoordinatorBench(2).open();
      const ticket = claimed(bench, "a", [0, 1]);
      settle(bench, { id: "a", ticket }, { plain: [0, 1], done: true });
      await bench.finish();
      expect(bench.run.state.header).toMatchObject({ status: "completed", compacted: true });
      lose(bench);
      expect(settle(bench, { id: "a", ticket }, { plain: [0, 1], done: true })).toEqual({ kind: "closed" });
      expect(bench.run.proof()).toMatchObject({ deliveries: 2, duplicatesSuppressed: 0, settledTwice: 0 });
    });
  });

  it("count a settle without verdicts once too many only with 64 others between it and its repetition", async () => {
    const bench = await new CoordinatorBench(200).open();
    bench.succeed(0);
    const claim = (id: string) => bench.run.claim({ claimId: id, ordinals: [0, 0] });
    claim("a");
    for (let other = 1; other <= 63; other += 1) claim(`b${other}`);
    claim("a");
    expect(bench.run.proof()).toMatchObject({ deliveries: 64 });
    for (let other = 64; other <= 127; other += 1) claim(`b${other}`);
    claim("a");
    expect(bench.run.proof()).toMatchObject({ deliveries: 129, recounted: { succeeded: 1 } });
  });
});

describe("a claim", () => {
  it("that is granted units writes nothing while the stored horizon covers its lease", async () => {
    const bench = await new CoordinatorBench(300).open();
    const { leaseMs } = bench.policy;
    const at = (milliseconds: number, first: number): CommitName[] => {
      bench.now = start + milliseconds;
      return commits(bench, () => void bench.run.claim({ claimId: `c${first}`, ordinals: [first, first] }));
    };
    const start = bench.now;
    expect(at(0, 0)).toEqual(["horizon"]);
    expect(at(1, 1)).toEqual([]);
    expect(at(leaseMs / 2, 2)).toEqual([]);
    expect(at(leaseMs / 2 + 1, 3)).toEqual(["horizon"]);
    expect(at(leaseMs, 4)).toEqual([]);
  });

  it("has a lease that ends before the horizon of an object that forgot it, so that healing waits for it", async () => {
    const bench = await new CoordinatorBench(10).open();
    for (let second = 0; second < 30; second += 1) {
      bench.now += 1_000;
      claimed(bench, `c${second}`, [second % 10, second % 10]);
      const exact = bench.now + bench.policy.leaseMs;
      expect(bench.run.state.leasesUntil).toBe(Math.max(exact, bench.run.state.forgottenLeasesUntil));
      bench.evict();
      expect(bench.run.state.forgottenLeasesUntil).toBeGreaterThanOrEqual(exact);
      expect(bench.run.state.forgottenLeasesUntil).toBeLessThanOrEqual(exact + bench.policy.leaseMs / 2);
    }
  });

  it("has a number that no other claim has, whatever number of objects gave them out", async () => {
    const bench = await new CoordinatorBench(100).open();
    const numbers = new Set<number>();
    for (let claim = 0; claim < 100; claim += 1) {
      numbers.add(claimed(bench, `c${claim}`, [claim, claim]).number);
      if (claim % 7 === 0) bench.evict();
    }
    expect(numbers.size).toBe(100);
  });

  it("reserves its number before it is told, also where no lease needs a new horizon", async () => {
    const bench = await new CoordinatorBench(1).open();
    const writes = commits(bench, () => {
      for (let claim = 0; claim < 20_001; claim += 1) claimed(bench, "a", [0, 0]);
    });
    expect(writes).toEqual(["horizon", "horizon", "horizon"]);
    bench.evict();
    expect(claimed(bench, "a", [0, 0]).number).toBeGreaterThan(20_001);
  });
});

describe("a run that an earlier version left", () => {
  /** As it stored it: two claims, counted when they were granted, one settle of the first, a deferral by the second. */
  const stored = () => {
    const bench = new CoordinatorBench(5);
    const header = { ...newHeader(SPECIFICATION), status: "running" as const, startedAt: 1_000_000, total: 5 };
    const running = {
      ...header,
      impliedPlan: true,
      plannedUnits: 5,
      dispatchedUpTo: 5,
      version: 3,
      projectedVersion: 3,
    };
    const journal =
      '{"seq":1,"version":4,"at":1000000,"succeeded":[0,0],"failed":[],"skipped":[],"problems":[],"counts":{"succeeded":1,"failed":0,"skipped":0},"counters":{},"settleIds":["a/1"]}';
    const pulse =
      '{"deliveries":5,"duplicatesSuppressed":1,"leaseHorizon":1010000,"lastClaimAt":1000000,"answered":[{"id":"a","suppressed":1},{"id":"b","suppressed":0}]}';
    const deferral =
      '{"ordinal":2,"count":1,"notBefore":1005000,"claimIds":["b"],"reasonCode":"throttled","inARow":1,"message":"Wait."}';
    const commit = { header: running, journal: JSON.parse(journal), pulse: JSON.parse(pulse) };
    bench.store.commit("create", { ...commit, deferrals: [JSON.parse(deferral)] });
    bench.evict();
    return bench;
  };

  it("goes on from its counts, whose claims are not counted again when they answer", async () => {
    const bench = stored();
    expect(bench.run.proof()).toMatchObject({ deliveries: 5, duplicatesSuppressed: 1, recounted: { succeeded: 1 } });
    // Its holders know no ticket; a call of that time may be repeated as well.
    settle(bench, { id: "a", ticket: undefined, number: 2 }, { plain: [1, 1], done: true });
    expect(claimed(bench, "b", [2, 3])).toMatchObject({ deliveries: 0 });
    expect(bench.run.proof()).toMatchObject({ deliveries: 5, duplicatesSuppressed: 1, recounted: { succeeded: 2 } });
    bench.now += 20_000;
    const ticket = claimed(bench, "c", [2, 4]);
    settle(bench, { id: "c", ticket }, { plain: [2, 4], done: true });
    bench.evict();
    await bench.finish();
    expect(bench.run.proof()).toMatchObject({ deliveries: 8, duplicatesSuppressed: 1, recounted: { succeeded: 5 } });
    expect(bench.run.state.header).toMatchObject({ status: "completed", outcome: "succeeded", compacted: true });
  });
});
