/** Unknown is not zero: what the console knows of a value, and of its connection, at each moment. */
import { describe, expect, it } from "vitest";
import { asksNow, createReachability, type ProbeFacts, QUIET_MS } from "../../src/dashboard/api/reachability.ts";
import { mapTold, type QueryFacts, recorded, type Told, toldBy } from "../../src/dashboard/api/told.ts";
import { isTimeout, startDeadline } from "../../src/dashboard/api/time-limit.ts";
import { completeFamilies, failedFirst, knownPolicies } from "../../src/dashboard/inventory/family-counts.ts";
import { toldActivity } from "../../src/dashboard/runs/told-activity.ts";
import { buildRun } from "./run-builder.ts";
import type { FamilyState } from "../../src/contract/inventory.ts";

const CONNECTED = { state: "connected" } as const;
const LOST = { state: "lost", since: 5_000 } as const;
const count = (told: Told<{ items: string[] }>): Told<number> => mapTold(told, ({ items }) => items.length);

describe("a value that is asked of the server", () => {
  const none: QueryFacts<{ items: string[] }> = { data: undefined, error: null, dataUpdatedAt: 0 };
  const read: typeof none = { data: { items: [] }, error: null, dataUpdatedAt: 4_000 };

  it("is loading before the first answer, and a number only after it, zero included", () => {
    expect(count(toldBy(none, CONNECTED))).toEqual({ state: "loading" });
    expect(count(toldBy(read, CONNECTED))).toEqual({ state: "told", value: 0, asOf: 4_000 });
  });

  it("is unknown where it could not be read, and where the server does not know it", () => {
    const failed = count(toldBy({ ...none, error: new Error("500") }, CONNECTED));
    expect(failed).toEqual({ state: "unknown", reason: "not_read", since: null, last: null });
    expect(recorded(null, 1)).toMatchObject({ state: "unknown", reason: "not_recorded" });
    expect(mapTold(recorded(3, 1), () => null)).toMatchObject({ state: "unknown", reason: "not_recorded" });
  });

  it("is what it was, and no longer what it is, once the connection is lost", () => {
    expect(count(toldBy(read, LOST))).toEqual({ state: "unknown", reason: "not_connected", since: 5_000, last: 0 });
  });
});

describe("the activity", () => {
  const idle = { active: [], finished: [] };
  const busy = { active: [buildRun({ id: "run-1" })], finished: [] };
  const live = { state: "live", toldAt: 1_000 } as const;

  it("says that nothing runs only where the server has said so", () => {
    expect(toldActivity(null, { state: "live", toldAt: null }, CONNECTED)).toEqual({ state: "loading" });
    expect(toldActivity(idle, { state: "connecting", toldAt: null }, CONNECTED)).toEqual({ state: "loading" });
    expect(toldActivity(idle, live, CONNECTED)).toEqual({ state: "told", value: idle, asOf: 1_000 });
  });

  it("is unknown while the server is not heard, and while it does not tell of runs", () => {
    expect(toldActivity(busy, live, LOST)).toMatchObject({ state: "unknown", reason: "not_connected", since: 5_000 });
    const offline = toldActivity(busy, { state: "offline", toldAt: 1_000 }, CONNECTED);
    expect(offline).toEqual({ state: "unknown", reason: "not_read", since: 1_000, last: busy });
  });
});

describe("the connection", () => {
  function watched() {
    const clock = { now: 1_000 };
    const reachability = createReachability(() => clock.now);
    let changes = 0;
    reachability.subscribe(() => (changes += 1));
    return { clock, reachability, changes: () => changes };
  }

  it("is lost since the server was heard last, is told once, and is there again with the next answer", () => {
    const { clock, reachability, changes } = watched();
    reachability.heard();
    clock.now = 9_000;
    reachability.missed(6_000);
    reachability.missed(7_000);
    expect(reachability.getState()).toEqual({ state: "lost", since: 1_000 });
    expect(changes()).toBe(1);
    reachability.heard();
    expect(reachability.getState()).toEqual(CONNECTED);
    expect(changes()).toBe(2);
  });

  it("is not lost by one slow request, when the server has answered another in the meantime", () => {
    const { clock, reachability } = watched();
    clock.now = 3_000;
    reachability.heard();
    reachability.missed(2_000);
    expect(reachability.getState()).toEqual(CONNECTED);
  });

  it("is asked for where nothing was heard for a while and people look, and all the time while it is lost", () => {
    const facts: ProbeFacts = { visible: true, lost: false, heardAt: 0, askedAt: null };
    expect(asksNow(facts, QUIET_MS - 1)).toBe(false);
    expect(asksNow(facts, QUIET_MS)).toBe(true);
    expect(asksNow({ ...facts, askedAt: QUIET_MS }, QUIET_MS + 1)).toBe(false);
    expect(asksNow({ ...facts, lost: true, askedAt: 1_000 }, 4_000)).toBe(true);
    expect(asksNow({ ...facts, visible: false, lost: true }, 1_000_000)).toBe(false);
  });
});

describe("a request", () => {
  it("ends when its time is over, and when the caller wants it no more, and not by both at once", () => {
    const late = startDeadline({ answerMs: 0, wholeMs: 0 }, undefined);
    const caller = new AbortController();
    const wanted = startDeadline({ answerMs: 60_000, wholeMs: 60_000 }, caller.signal);
    caller.abort();
    expect(isTimeout(wanted.signal.reason)).toBe(false);
    expect(wanted.signal.aborted).toBe(true);
    wanted.done();
    return new Promise<void>((resolve) => {
      late.signal.addEventListener("abort", () => {
        expect(isTimeout(late.signal.reason)).toBe(true);
        resolve();
      });
    });
  });
});

describe("the families of a tenant", () => {
  const family = (key: string, facts: Partial<FamilyState>): FamilyState => ({
    key,
    label: key,
    platform: null,
    readPermission: "Policy.Read.All",
    policyCount: 0,
    lastAttemptAt: null,
    lastCompleteAt: null,
    lastOutcome: null,
    lastReason: null,
    ...facts,
  });
  const at = "2026-11-28T10:00:00Z";
  const read = family("read", { policyCount: 3, lastAttemptAt: at, lastCompleteAt: at, lastOutcome: "succeeded" });
  const failed = family("failed", { lastAttemptAt: at, lastOutcome: "failed" });
  const never = family("never", {});

  it("hold an unknown number of policies before the first sync, and not zero", () => {
    expect([knownPolicies([never]), completeFamilies([never])]).toEqual([null, null]);
    expect([knownPolicies([never, read]), completeFamilies([never, read, failed])]).toEqual([3, 1]);
  });

  it("stand with those first that could not be read, then those never read", () => {
    expect(failedFirst([read, never, failed]).map(({ key }) => key)).toEqual(["failed", "never", "read"]);
  });
});
