/**
 * What this console knows of runs, and how news changes it (docs/design/progress.md, section 7). Pure.
 *
 * Every source goes through `mergeRuns`: live frames, polls, lists, the run page, answers to a start. A known run is replaced
 * only by one with a newer version, so nothing on the screen goes backwards, whichever way and order the news came (F26).
 */
import type { Run } from "../../contract/runs.ts";

export interface RunsState {
  runs: ReadonlyMap<string, Run>;
  /** Ids that the activity surface shows. */
  activity: ReadonlySet<string>;
  /** Tenants whose first snapshot has come. What it holds is background, not news. */
  primed: ReadonlySet<string>;
}

/**
 * `snapshot`: the whole activity of a tenant (socket or poll). `change`: runs that have just changed. `read`: any other
 * read, which says nothing about what is recent.
 */
export type RunSource = "snapshot" | "change" | "read";

export interface RunTransition {
  kind: "started" | "finished";
  run: Run;
}

export interface MergeResult {
  state: RunsState;
  transitions: RunTransition[];
  /**
   * Runs believed active that a snapshot does not have: younger than the snapshot, or finished long ago while this console
   * was offline. They stay as they are until each has been read by itself.
   */
  unconfirmed: string[];
}

export const EMPTY_RUNS: RunsState = { runs: new Map(), activity: new Set(), primed: new Set() };

export function mergeRuns(
  state: RunsState,
  tenantId: string,
  incoming: readonly Run[],
  source: RunSource,
): MergeResult {
  const runs = new Map(state.runs);
  const activity = new Set(state.activity);
  const transitions: RunTransition[] = [];
  const background = source === "read" || (source === "snapshot" && !state.primed.has(tenantId));
  let changed = false;

  for (const run of incoming) {
    const known = runs.get(run.id);
    if (known !== undefined && run.version <= known.version) continue;
    runs.set(run.id, run);
    changed = true;
    if (run.status === "completed") {
      const wasActive = known !== undefined && known.status !== "completed";
      if (wasActive || (known === undefined && !background)) transitions.push({ kind: "finished", run });
    } else if (known === undefined && !background) {
      transitions.push({ kind: "started", run });
    }
  }

  const unconfirmed: string[] = [];
  if (source === "snapshot") {
    const listed = new Set(incoming.map((run) => run.id));
    for (const id of state.activity) {
      const run = runs.get(id);
      if (run === undefined || run.tenantId !== tenantId || listed.has(id)) continue;
      if (run.status === "completed") activity.delete(id);
      else unconfirmed.push(id);
    }
  }
  for (const run of incoming) {
    if (source !== "read" || runs.get(run.id)?.status !== "completed") activity.add(run.id);
  }

  const primes = source === "snapshot" && !state.primed.has(tenantId);
  if (!changed && !primes && sameMembers(activity, state.activity)) return { state, transitions, unconfirmed };
  const primed = primes ? new Set([...state.primed, tenantId]) : state.primed;
  return { state: { runs, activity, primed }, transitions, unconfirmed };
}

/** Drops a run that the server says does not exist (any more, or for this person). */
export function forgetRun(state: RunsState, runId: string): RunsState {
  if (!state.runs.has(runId)) return state;
  const runs = new Map(state.runs);
  const activity = new Set(state.activity);
  runs.delete(runId);
  activity.delete(runId);
  return { ...state, runs, activity };
}

export interface Activity {
  active: Run[];
  finished: Run[];
}

/** The activity surface of a tenant: active runs, newest first, then the finished ones, last finished first. */
export function activityOf(state: RunsState, tenantId: string): Activity {
  const active: Run[] = [];
  const finished: Run[] = [];
  for (const id of state.activity) {
    const run = state.runs.get(id);
    if (run === undefined || run.tenantId !== tenantId) continue;
    (run.status === "completed" ? finished : active).push(run);
  }
  active.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  finished.sort((one, other) => (other.completedAt ?? "").localeCompare(one.completedAt ?? ""));
  return { active, finished };
}

function sameMembers(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((member) => other.has(member));
}
