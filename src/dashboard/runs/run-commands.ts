/** What a person can do with runs: start, cancel, retry. Each press is one request with an idempotency key of its own. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Tenant } from "../../contract/access.ts";
import { runSchema, type StartedOperation, startedOperationSchema } from "../../contract/runs.ts";
import { postJson } from "../api/client.ts";
import { tenantPath } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";
import { toastProblem, toastStarted } from "../shell/toasts.tsx";
import { dispatchRunEnqueued } from "./enqueued-event.ts";
import { runStore } from "./run-store.ts";

export function useStartOperation(tenant: Tenant) {
  const accept = useAcceptStarted(tenant);
  return useMutation({
    mutationFn: ({ type, input, key }: { type: string; input: Record<string, unknown>; key: string }) =>
      postJson(tenantPath(tenant.slug, "operations"), { type, input }, startedOperationSchema, key),
    onSuccess: accept,
    onError: toastProblem,
  });
}

/** Starts a run of the units that failed. */
export function useRetryRun(tenant: Tenant, runId: string) {
  const accept = useAcceptStarted(tenant);
  return useMutation({
    mutationFn: (key: string) =>
      postJson(tenantPath(tenant.slug, "operations", runId, "retry"), {}, startedOperationSchema, key),
    onSuccess: accept,
    onError: toastProblem,
  });
}

/** Asks for the end of a run. What is settled stays; doing it twice is doing it once. */
export function useCancelRun(tenant: Tenant, runId: string) {
  return useMutation({
    mutationFn: () => postJson(tenantPath(tenant.slug, "operations", runId, "cancel"), {}, runSchema),
    onSuccess: (run) => void runStore.merge(tenant.id, [run], "change"),
    onError: toastProblem,
  });
}

function useAcceptStarted(tenant: Tenant): (started: StartedOperation) => void {
  const queryClient = useQueryClient();
  return (started) => {
    runStore.merge(tenant.id, [started.run], "change");
    toastStarted(started);
    dispatchRunEnqueued({ runId: started.run.id, tenantId: started.run.tenantId });
    void queryClient.invalidateQueries({ queryKey: queryKeys.operations(tenant) });
  };
}
