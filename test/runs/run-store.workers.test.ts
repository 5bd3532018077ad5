import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { newHeader } from "../../src/runs/run-state.ts";
import type { RunCommit, RunStore } from "../../src/runs/run-store.ts";
import { SqliteRunStore } from "../../src/runs/edge/sqlite-run-store.ts";
import { MemoryRunStore } from "../support/memory-run-store.ts";
import { env } from "../support/environment.ts";

const header = newHeader({
  runId: "run_store",
  tenantId: "t",
  tenantSlug: "t",
  type: "x",
  input: { a: 1 },
  subject: null,
  initiator: null,
  retryOf: null,
  workerVersion: null,
  createdAt: 5,
});
const entry = (seq: number) => ({
  seq,
  version: seq + 1,
  at: seq,
  succeeded: [seq, seq],
  failed: [],
  skipped: [],
  problems: [],
  counts: { succeeded: seq, failed: 0, skipped: 0 },
  counters: {},
});
const deferral = { ordinal: 3, count: 1, notBefore: 9, claimIds: ["c"], reasonCode: "throttled", message: "Wait." };
const pulse = {
  deliveries: 2,
  duplicatesSuppressed: 1,
  claims: [1, 4, 6, 6],
  claimsReserved: 10_000,
  leaseHorizon: 10,
  lastClaimAt: 4,
  waited: [{ reasonCode: "throttled", message: "m", firstAt: 1, lastAt: 2, times: 2 }],
  answered: [{ id: "c", suppressed: 1 }],
};
const units = Array.from({ length: 450 }, (_, index) => ({
  key: `k${String(index).padStart(4, "0")}`,
  label: `L${index}`,
  input: null,
}));

/** The simulator trusts the memory store to behave like this one: the same writes must read the same from both. */
function replay(store: RunStore): unknown[] {
  const writes: RunCommit[] = [
    { header },
    { header: { ...header, plannedUnits: 450 }, planPage: { firstOrdinal: 0, units } },
    { header: { ...header, total: 452 }, planPage: { firstOrdinal: 450, units: units.slice(0, 2) } },
    { pulse },
    { journal: entry(1) },
    {
      journal: { ...entry(2), settleIds: ["s"], deliveries: 3, duplicatesSuppressed: 1, claims: [5, 5] },
      pulse: { ...pulse, deliveries: 3, leaseHorizon: 11 },
    },
    { deferrals: [deferral, { ...deferral, ordinal: 1 }] },
    { deferrals: [{ ...deferral, notBefore: null }] },
  ];
  const seen: unknown[] = [];
  const look = (): void => {
    seen.push({
      header: store.loadHeader(),
      pulse: store.loadPulse(),
      journal: [...store.readJournal()],
      later: [...store.readJournal(1)],
      units: [0, 199, 200, 449, 450, 451].map((ordinal) => {
        const page = store.readPlanPage(ordinal);
        return page?.units[ordinal - page.firstOrdinal];
      }),
      deferrals: [...store.loadDeferrals()].sort((a, b) => a.ordinal - b.ordinal),
    });
  };
  look();
  for (const write of writes) {
    store.commit("create", write);
    look();
  }
  store.commit("compact", { header, compactedJournal: [entry(2)] });
  look();
  store.commit("compact", { header: { ...header, status: "completed" }, compactedJournal: [entry(2)] });
  look();
  return seen;
}

describe("the run store", () => {
  it("reads the same from SQLite as from the memory that simulations use", async () => {
    const object = env.OPERATION_RUNS.getByName("run_store");
    const fromSqlite = await runInDurableObject(object, (_instance, state) =>
      replay(new SqliteRunStore(state.storage)),
    );
    expect(fromSqlite).toEqual(replay(new MemoryRunStore()));
  });

  it("reads journal and deferrals one by one: a million units that failed would not fit into an object's memory together", async () => {
    const read = await runInDurableObject(env.OPERATION_RUNS.getByName("run_lazy"), (_instance, state) => {
      const store = new SqliteRunStore(state.storage);
      store.commit("settle", { journal: entry(1) });
      store.commit("defer", { deferrals: [deferral] });
      // Whoever reads on finds out that these are none.
      state.storage.sql.exec("INSERT INTO journal (seq, entry) VALUES (2, 'no entry')");
      state.storage.sql.exec("INSERT INTO deferral (ordinal, deferral) VALUES (9, 'no deferral')");
      const [firstEntry] = store.readJournal();
      const [firstDeferral] = store.loadDeferrals();
      expect(() => [...store.readJournal()]).toThrow(SyntaxError);
      return { firstEntry, firstDeferral };
    });
    expect(read).toEqual({ firstEntry: entry(1), firstDeferral: deferral });
  });
});
