import { describe, expect, it } from "vitest";
import { type LearnedRate, type PermitRequest, TenantBuckets } from "../../../src/graph-work/budget/tenant-buckets.ts";

const NOW = Date.UTC(2026, 10, 1, 12);
const HOUR_MS = 3_600_000;

function ask(request: Partial<PermitRequest> = {}): PermitRequest {
  const usual = { group: "intune-read", need: 1, want: 1, owed: 0, patienceMs: 5_000, interactive: false } as const;
  return { ...usual, ...request };
}

function learned(rate: Partial<LearnedRate> = {}): TenantBuckets {
  const usual = { perSecond: 50, refusedAt: NOW - HOUR_MS, closedUntil: 0, epoch: 3 };
  return new TenantBuckets(new Map([["intune-read", { ...usual, ...rate }]]), NOW);
}

describe("A tenant's buckets", () => {
  it("give what is asked for until Graph refuses", () => {
    const buckets = new TenantBuckets(new Map(), NOW);
    expect(buckets.take(ask({ want: 1_000 }), NOW)).toMatchObject({ kind: "granted", permits: 1_000, waitMs: 0 });
    expect(buckets.learned("intune-read")).toBeNull();
  });

  it("close a group for as long as Graph says, for everybody, and no other group", () => {
    const buckets = new TenantBuckets(new Map(), NOW);
    buckets.refused({ group: "intune-read", epoch: 0, retryAfterMs: 30_000 }, NOW);
    const person = ask({ interactive: true });
    for (const request of [ask(), person]) {
      expect(buckets.take(request, NOW + 10_000)).toMatchObject({ kind: "later", cause: "closed", closedMs: 20_000 });
    }
    expect(buckets.take(ask({ group: "directory" }), NOW)).toMatchObject({ kind: "granted", waitMs: 0 });
    expect(buckets.take(ask(), NOW + 30_000)).toMatchObject({ kind: "granted", waitMs: 0 });
  });

  it("lower the rate once for requests that were refused together, and again for later ones", () => {
    const buckets = learned();
    const refuse = (epoch: number) => buckets.refused({ group: "intune-read", epoch, retryAfterMs: 1_000 }, NOW);
    for (let report = 0; report < 20; report += 1) refuse(3);
    expect(buckets.learned("intune-read")).toMatchObject({ perSecond: 35, epoch: 4 });
    refuse(4);
    expect(buckets.learned("intune-read")?.perSecond).toBeCloseTo(24.5);
  });

  it("never lower it so far that nothing gets on, and raise it again while requests have to wait", () => {
    const buckets = learned();
    for (let epoch = 3; epoch < 40; epoch += 1) {
      buckets.refused({ group: "intune-read", epoch, retryAfterMs: 0 }, NOW);
    }
    expect(buckets.learned("intune-read")?.perSecond).toBe(5);
    for (let second = 1; second <= 60; second += 1) {
      for (let turn = 0; turn < 60; turn += 1) buckets.take(ask(), NOW + second * 1_000);
    }
    expect(buckets.learned("intune-read")?.perSecond).toBeGreaterThan(40);
  });

  it("leave a rate as it is that nobody waits for", () => {
    const buckets = learned();
    for (let second = 1; second <= 60; second += 1) buckets.take(ask(), NOW + second * 1_000);
    expect(buckets.learned("intune-read")?.perSecond).toBe(50);
  });

  it("tell a unit that has no turn when to come back, each a little later than the one before", () => {
    const buckets = learned();
    const times: number[] = [];
    for (let unit = 0; unit < 400; unit += 1) {
      const answer = buckets.take(ask({ patienceMs: 1_000 }), NOW);
      if (answer.kind === "later") times.push(answer.waitMs);
    }
    expect(times.length).toBeGreaterThan(100);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeGreaterThan(10_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(60_000);
  });

  it("give to no more than the rate admits, whoever asks", () => {
    const buckets = learned();
    let given = 0;
    for (let tick = 0; tick < 600; tick += 1) {
      for (const interactive of [false, true]) {
        const answer = buckets.take(ask({ need: 20, want: 60, interactive }), NOW + tick * 100);
        if (answer.kind === "granted") given += answer.permits;
      }
    }
    // A minute at 50, with what was at hand before and is reserved ahead: but the rate rises meanwhile, by a fiftieth a second.
    const last = buckets.learned("intune-read")?.perSecond ?? 0;
    expect(given).toBeLessThan(60 * last + 10 * last);
    expect(given).toBeGreaterThan(60 * 50 * 0.8);
  });

  it("leave background work a share beside people who take all they get", () => {
    const buckets = learned({ refusedAt: NOW });
    const given = { people: 0, runs: 0 };
    for (let tick = 0; tick < 600; tick += 1) {
      const now = NOW + tick * 100;
      for (let turn = 0; turn < 10; turn += 1) {
        const answer = buckets.take(ask({ interactive: true, need: 5, want: 5 }), now);
        if (answer.kind === "granted") given.people += answer.permits;
      }
      const answer = buckets.take(ask({ need: 5, want: 5 }), now);
      if (answer.kind === "granted") given.runs += answer.permits;
    }
    expect(given.people).toBeGreaterThan(given.runs);
    expect(given.runs).toBeGreaterThan(given.people / 8);
  });

  it.each([-24 * HOUR_MS, -1_000, 24 * HOUR_MS])("bear a clock that jumps by %i ms", (jump) => {
    const buckets = learned({ closedUntil: NOW + 2_000 });
    buckets.take(ask(), NOW);
    const after = NOW + jump;
    let granted = 0;
    for (let turn = 0; turn < 5_000; turn += 1) {
      if (buckets.take(ask({ patienceMs: 0 }), after).kind === "granted") granted += 1;
    }
    // A full bucket at most, and from then on the rate.
    expect(granted).toBeLessThanOrEqual(510);
    const later = after + 2 * HOUR_MS;
    expect(buckets.take(ask(), later)).toMatchObject({ kind: "granted", waitMs: 0 });
  });
});
