/** Reads of runs. What is read is merged into the run store; views take each run from there. */
import { queryOptions } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import { type Proof, proofSchema, type Run, runListSchema, runSchema, runUnitListSchema } from "../../contract/runs.ts";
import { getJson } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { tenantPath, withQuery } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";
import { runStore } from "./run-store.ts";

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
      const page = await getJson(
        withQuery(tenantPath(tenant.slug, "operations"), {
          state: filter.state,
          type: filter.type,
          limit: filter.limit ?? 50,
          cursor,
        }),
        runListSchema,
        signal,
      );
      runStore.merge(tenant.id, page.items, "read");
      return page;
    },
  );
}

export function runQuery(tenant: Tenant, runId: string) {
  return queryOptions({
    queryKey: ["tenants", tenant.id, "run", runId],
    queryFn: async ({ signal }): Promise<Run> => {
      const run = await getJson(tenantPath(tenant.slug, "operations", runId), runSchema, signal);
      runStore.merge(tenant.id, [run], "read");
      return run;
    },
  });
}

export function unitsQuery(tenant: Tenant, runId: string, outcome: "failed" | "skipped" | undefined) {
  return pagedQuery([...queryKeys.units(tenant, runId), outcome ?? "all"], (cursor, signal) =>
    getJson(
      withQuery(tenantPath(tenant.slug, "operations", runId, "units"), { outcome, cursor }),
      runUnitListSchema,
      signal,
    ),
  );
}

/** Recounts the ledger on the server: asked for by a person only, never cached. Throws ApiProblem. */
export function readProof(tenant: Tenant, runId: string): Promise<Proof> {
  return getJson(tenantPath(tenant.slug, "operations", runId, "proof"), proofSchema);
}
