/** What a person can do with runs: start, cancel, retry. Each start has an idempotency key of its own. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Tenant } from "../../contract/access.ts";
import { operationRoutes } from "../../contract/routes/operations.ts";
import type { StartedOperation } from "../../contract/runs.ts";
import { reasonHeaders } from "../../client/approval-waits.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";
import { toastProblem, toastStarted } from "../shell/toasts.tsx";
import { dispatchRunEnqueued } from "./enqueued-event.ts";
import { runStore } from "./run-store.ts";

interface OperationStart {
  type: string;
  input: Record<string, unknown>;
  key: string;
  /** Why, where another person has to approve it. */
  reason?: string | null;
}

/** @param onError where the page says by itself that a start waits for an approval */
export function useStartOperation(tenant: Tenant, onError: (error: unknown) => void = toastProblem) {
  const accept = useAcceptStarted(tenant);
  return useMutation({
    mutationFn: ({ type, input, key, reason = null }: OperationStart) =>
      call(operationRoutes.start, {
        params: { tenantId: tenant.slug },
        headers: { "Idempotency-Key": key, ...reasonHeaders(reason) },
        body: { type, input },
      }),
    onSuccess: accept,
    onError,
  });
}

/** Starts a run of the units that failed. */
export function useRetryRun(tenant: Tenant, runId: string) {
  const accept = useAcceptStarted(tenant);
  return useMutation({
    mutationFn: (reason: string | null) =>
      call(operationRoutes.retry, { params: { tenantId: tenant.slug, runId }, headers: reasonHeaders(reason) }),
    onSuccess: accept,
    onError: toastProblem,
  });
}

/** Asks for the end of a run. What is settled stays; doing it twice is doing it once. */
export function useCancelRun(tenant: Tenant, runId: string) {
  return useMutation({
    mutationFn: () => call(operationRoutes.cancel, { params: { tenantId: tenant.slug, runId } }),
    onSuccess: (run) => void runStore.merge(tenant.id, [run], "change"),
    onError: toastProblem,
  });
}

/** Pauses a run, or resumes it. Doing either twice is doing it once. */
export function usePauseRun(tenant: Tenant, runId: string) {
  return useMutation({
    mutationFn: (act: "pause" | "resume") => call(operationRoutes[act], { params: { tenantId: tenant.slug, runId } }),
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
