import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/contract/runs.ts";
import { activityOf, EMPTY_RUNS, forgetRun, mergeRuns, type RunSource } from "../../src/dashboard/runs/run-merge.ts";
import { buildRun } from "./run-builder.ts";

const TENANT = "tenant-1";
const primed = mergeRuns(EMPTY_RUNS, TENANT, [], "snapshot").state;

function counted(id: string, version: number, processed: number): Run {
  return buildRun({
    id,
    version,
    progress: { kind: "counted", processed, total: 28, percent: 0, text: `${processed} of 28 policy families` },
  });
}

describe("news of a run", () => {
  it("replaces what is shown only when its version is newer", () => {
    const shown = mergeRuns(primed, TENANT, [counted("a", 5, 9)], "change").state;
    for (const late of [counted("a", 4, 8), counted("a", 5, 10)]) {
      expect(mergeRuns(shown, TENANT, [late], "change").state.runs.get("a")).toEqual(counted("a", 5, 9));
      expect(mergeRuns(shown, TENANT, [late], "snapshot").state.runs.get("a")).toEqual(counted("a", 5, 9));
      expect(mergeRuns(shown, TENANT, [late], "read").state.runs.get("a")).toEqual(counted("a", 5, 9));
    }
    expect(mergeRuns(shown, TENANT, [counted("a", 6, 10)], "read").state.runs.get("a")).toEqual(counted("a", 6, 10));
  });

  it("F26: never shows a step backwards, whatever order and source frames come in", () => {
    const history = Array.from({ length: 29 }, (_, at) =>
      at === 28 ? buildRun({ id: "a", version: 29, status: "completed" }) : counted("a", at + 1, at),
    );
    const source = fc.constantFrom<RunSource[]>("snapshot", "change", "read");
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(28), source), { minLength: 1, maxLength: 60 }), (deliveries) => {
        let state = primed;
        let shown = 0;
        let finished = 0;
        for (const [at, from] of deliveries) {
          const run = history[at];
          if (run === undefined) throw new Error("outside of the history");
          const merged = mergeRuns(state, TENANT, [run], from);
          state = merged.state;
          finished += merged.transitions.filter((transition) => transition.kind === "finished").length;
          const version = state.runs.get("a")?.version ?? 0;
          expect(version).toBeGreaterThanOrEqual(shown);
          shown = version;
        }
        expect(shown).toBe(Math.max(...deliveries.map(([at]) => at + 1)));
        expect(finished).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("changes nothing, not even identity, when it holds nothing new", () => {
    const shown = mergeRuns(primed, TENANT, [counted("a", 5, 9)], "change").state;
    expect(mergeRuns(shown, TENANT, [counted("a", 5, 9)], "snapshot").state).toBe(shown);
  });
});

describe("transitions", () => {
  it("tells a start and a finish once each", () => {
    const started = mergeRuns(primed, TENANT, [counted("a", 1, 0)], "change");
    expect(started.transitions.map(({ kind }) => kind)).toEqual(["started"]);
    const going = mergeRuns(started.state, TENANT, [counted("a", 2, 5)], "change");
    expect(going.transitions).toEqual([]);
    const done = buildRun({ id: "a", version: 3, status: "completed" });
    const finished = mergeRuns(going.state, TENANT, [done], "change");
    expect(finished.transitions).toEqual([{ kind: "finished", run: done }]);
    expect(mergeRuns(finished.state, TENANT, [done], "snapshot").transitions).toEqual([]);
  });

  it("tells of a run so quick that it was never seen active", () => {
    const quick = buildRun({ id: "a", status: "completed" });
    expect(mergeRuns(primed, TENANT, [quick], "change").transitions).toEqual([{ kind: "finished", run: quick }]);
  });

  it("tells of a finish that happened while the socket was down", () => {
    const shown = mergeRuns(primed, TENANT, [counted("a", 1, 0)], "change").state;
    const done = buildRun({ id: "a", version: 9, status: "completed" });
    expect(mergeRuns(shown, TENANT, [done], "snapshot").transitions).toEqual([{ kind: "finished", run: done }]);
  });

  it("takes the first snapshot and lists of old runs as background", () => {
    const old = buildRun({ id: "old", status: "completed" });
    expect(mergeRuns(EMPTY_RUNS, TENANT, [old, counted("a", 3, 2)], "snapshot").transitions).toEqual([]);
    expect(mergeRuns(primed, TENANT, [old], "read").transitions).toEqual([]);
  });
});

describe("the activity surface", () => {
  it("shows active runs newest first, then the last finished first", () => {
    const state = mergeRuns(
      EMPTY_RUNS,
      TENANT,
      [
        buildRun({ id: "early", createdAt: "2026-11-01T08:00:00.000Z" }),
        buildRun({ id: "late", createdAt: "2026-11-01T09:00:00.000Z" }),
        buildRun({ id: "done-1", status: "completed", completedAt: "2026-11-01T07:00:00.000Z" }),
        buildRun({ id: "done-2", status: "completed", completedAt: "2026-11-01T07:30:00.000Z" }),
      ],
      "snapshot",
    ).state;
    const { active, finished } = activityOf(state, TENANT);
    expect(active.map((run) => run.id)).toEqual(["late", "early"]);
    expect(finished.map((run) => run.id)).toEqual(["done-2", "done-1"]);
  });

  it("does not fill up with old runs that were only looked at", () => {
    const read = mergeRuns(primed, TENANT, [buildRun({ id: "old", status: "completed" })], "read").state;
    expect(activityOf(read, TENANT).finished).toEqual([]);
    expect(read.runs.has("old")).toBe(true);
  });

  it("keeps a run that is younger than the snapshot, and asks about it", () => {
    const started = mergeRuns(primed, TENANT, [counted("new", 1, 0)], "change").state;
    const merged = mergeRuns(started, TENANT, [], "snapshot");
    expect(merged.unconfirmed).toEqual(["new"]);
    expect(activityOf(merged.state, TENANT).active.map((run) => run.id)).toEqual(["new"]);
    expect(activityOf(forgetRun(merged.state, "new"), TENANT).active).toEqual([]);
  });

  it("drops finished runs that a snapshot no longer lists", () => {
    const done = mergeRuns(primed, TENANT, [buildRun({ id: "a", status: "completed" })], "change").state;
    expect(activityOf(mergeRuns(done, TENANT, [], "snapshot").state, TENANT).finished).toEqual([]);
  });

  it("shows one tenant's runs and never another's", () => {
    const other = mergeRuns(primed, "tenant-2", [buildRun({ id: "x", tenantId: "tenant-2" })], "snapshot").state;
    expect(activityOf(other, TENANT).active).toEqual([]);
    // A snapshot of one tenant says nothing about the other's runs.
    expect(mergeRuns(other, TENANT, [], "snapshot").unconfirmed).toEqual([]);
    expect(activityOf(other, "tenant-2").active.map((run) => run.id)).toEqual(["x"]);
  });
});
