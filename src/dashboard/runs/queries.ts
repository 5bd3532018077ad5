/** Reads of runs. What is read is merged into the run store; views take each run from there. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import type { MatchingAct, MatchingRuns } from "../../contract/run-filter.ts";
import type { Timeline, UnitState } from "../../contract/run-report.ts";
import type { Proof, Run, RunDetail } from "../../contract/runs.ts";
import { operationRoutes } from "../../contract/routes/operations.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";
import { runStore } from "./run-store.ts";

/** How often a run tells what it waits for, and of its units. */
const TOLD_EVERY_MS = 5_000;

export interface OperationFilter {
  state?: "active" | "finished" | undefined;
  type?: string | undefined;
  limit?: number;
}

/** Runs, newest first. What is read is merged into the run store; views take each run from there. */
export function operationsQuery(tenant: Tenant, filter: OperationFilter) {
  return pagedQuery(
    [...queryKeys.operations(tenant), filter.state ?? "all", filter.type ?? "all", filter.limit ?? 50],
    async (cursor, signal) => {
      const page = await call(operationRoutes.list, {
        params: { tenantId: tenant.slug },
        query: { state: filter.state, type: filter.type, limit: filter.limit ?? 50, cursor },
        signal,
      });
      runStore.merge(tenant.id, page.items, "read");
      return page;
    },
  );
}

/** Runs that failed, the last ended first, with what cured them: the server looks through all of them. */
export function failuresQuery(tenant: Tenant, limit: number) {
  return queryOptions({
    queryKey: [...queryKeys.operations(tenant), "failures", limit],
    queryFn: async ({ signal }) => {
      const page = await call(operationRoutes.failures, {
        params: { tenantId: tenant.slug },
        query: { limit },
        signal,
      });
      runStore.merge(
        tenant.id,
        page.items.map(({ run }) => run),
        "read",
      );
      return page;
    },
  });
}

/** How many runs canceling, or retrying, all of a type would take now. Counted anew each time that it is asked for. */
export function matchingQuery(tenant: Tenant, act: MatchingAct, type: string | undefined) {
  return queryOptions({
    queryKey: [...queryKeys.operations(tenant), "matching", act, type ?? "all"],
    queryFn: ({ signal }): Promise<MatchingRuns> =>
      call(operationRoutes.matching, { params: { tenantId: tenant.slug, act }, query: { type }, signal }),
    staleTime: 0,
    gcTime: 0,
  });
}

export function runQuery(tenant: Tenant, runId: string) {
  return queryOptions({
    queryKey: ["tenants", tenant.id, "run", runId],
    queryFn: async ({ signal }): Promise<RunDetail> => {
      const run = await call(operationRoutes.show, { params: { tenantId: tenant.slug, runId }, signal });
      runStore.merge(tenant.id, [run], "read");
      return run;
    },
    // What it waits for is in no frame: it is told every few seconds.
    refetchInterval: ({ state }) => (state.data?.status === "completed" ? false : TOLD_EVERY_MS),
  });
}

/** How the run went. Asked for again while the run goes on, and when it has ended. */
export function timelineQuery(tenant: Tenant, run: Run) {
  return queryOptions({
    queryKey: [...queryKeys.told(tenant, run.id), "timeline"],
    queryFn: ({ signal }): Promise<Timeline> =>
      call(operationRoutes.timeline, { params: { tenantId: tenant.slug, runId: run.id }, signal }),
    refetchInterval: ({ state }) => againMs(run, state.data?.version),
  });
}

/** A run that has ended tells its end a moment later. */
function againMs(run: Run, told: number | undefined): number | false {
  return run.status === "completed" && told !== undefined && told >= run.version ? false : TOLD_EVERY_MS;
}

/** `endSeenAt`: when it was seen that the run has told its end (`useEndSeen`); null before. What was read before may be older than the end. */
export function allUnitsQuery(
  tenant: Tenant,
  run: Run,
  state: UnitState["state"] | "unsettled" | undefined,
  endSeenAt: number | null,
) {
  return {
    ...pagedQuery([...queryKeys.told(tenant, run.id), "units", state ?? "all"], (cursor, signal) =>
      call(operationRoutes.allUnits, {
        params: { tenantId: tenant.slug, runId: run.id },
        query: { state, cursor, limit: 100 },
        signal,
      }),
    ),
    refetchInterval: ({ state: { dataUpdatedAt } }: { state: { dataUpdatedAt: number } }) =>
      endSeenAt !== null && dataUpdatedAt > endSeenAt ? (false as const) : TOLD_EVERY_MS,
  };
}

export function unitsQuery(tenant: Tenant, runId: string, outcome: "failed" | "skipped" | undefined) {
  return pagedQuery([...queryKeys.units(tenant, runId), outcome ?? "all"], (cursor, signal) =>
    call(operationRoutes.units, { params: { tenantId: tenant.slug, runId }, query: { outcome, cursor }, signal }),
  );
}

/** Recounts the ledger on the server: asked for by a person only, never cached. Throws ApiProblem. */
export function readProof(tenant: Tenant, runId: string): Promise<Proof> {
  return call(operationRoutes.proof, { params: { tenantId: tenant.slug, runId } });
}
