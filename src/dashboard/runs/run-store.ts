/** The one place in the page that holds runs. Every view reads a run from here, so no two views can disagree. */
import { useMemo, useSyncExternalStore } from "react";
import type { Run } from "../../contract/runs.ts";
import {
  type Activity,
  activityOf,
  EMPTY_RUNS,
  forgetRun,
  mergeRuns,
  type RunSource,
  type RunsState,
  type RunTransition,
} from "./run-merge.ts";

export interface RunStore {
  getState: () => RunsState;
  /** Merges by version and tells listeners. Gives the active runs that a snapshot did not confirm. */
  merge: (tenantId: string, runs: readonly Run[], source: RunSource) => string[];
  forget: (runId: string) => void;
  subscribe: (listener: () => void) => () => void;
  /** Called once for each run that starts or finishes while the page is open. */
  onTransition: (listener: (transition: RunTransition) => void) => () => void;
}

export function createRunStore(): RunStore {
  let state = EMPTY_RUNS;
  const listeners = new Set<() => void>();
  const transitionListeners = new Set<(transition: RunTransition) => void>();
  const replace = (next: RunsState) => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    getState: () => state,
    merge(tenantId, runs, source) {
      const merged = mergeRuns(state, tenantId, runs, source);
      replace(merged.state);
      for (const transition of merged.transitions) {
        for (const listener of transitionListeners) listener(transition);
      }
      return merged.unconfirmed;
    },
    forget: (runId) => replace(forgetRun(state, runId)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onTransition(listener) {
      transitionListeners.add(listener);
      return () => transitionListeners.delete(listener);
    },
  };
}

export const runStore = createRunStore();

function useRunsState(): RunsState {
  return useSyncExternalStore(runStore.subscribe, runStore.getState);
}

/** The newest known form of a run, or undefined when it was never read. */
export function useRun(runId: string): Run | undefined {
  return useRunsState().runs.get(runId);
}

/** The newest known form of each run of a list, in the list's order. */
export function useCurrentRuns(list: readonly Run[]): Run[] {
  const { runs } = useRunsState();
  return useMemo(() => list.map((run) => runs.get(run.id) ?? run), [list, runs]);
}

/** The runs of a tenant's activity that this console knows; null before its first snapshot. Whether it still holds, `useActivity` says. */
export function useKnownActivity(tenantId: string): Activity | null {
  const state = useRunsState();
  return useMemo(() => (state.primed.has(tenantId) ? activityOf(state, tenantId) : null), [state, tenantId]);
}
