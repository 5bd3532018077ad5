/** What a person decides about a finding. The answer is the finding as it is then, and is shown at once. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { AcceptFinding, AcceptFindings, FindingDetail } from "../../contract/baselines.ts";
import { findingRoutes } from "../../contract/routes/findings.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { toastManager, toastProblem } from "../shell/toasts.tsx";
import { findingQuery } from "./queries.ts";

/** Errors are the caller's to show: it holds what the person has typed. */
export function useAcceptFinding(findingId: string) {
  const tenant = useTenant();
  const show = useShowDecided(findingId, "Finding accepted");
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (acceptance: AcceptFinding) =>
      call(findingRoutes.accept, { params: { tenantId: tenant.slug, findingId }, body: acceptance }),
    onSuccess: show,
    // It may not be any more what the person has seen.
    onError: () => queryClient.invalidateQueries({ queryKey: findingQuery(tenant, findingId).queryKey }),
  });
}

/** Many with one reason and one end. The answer tells what became of each, and is the caller's to show. */
export function useAcceptFindings() {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (acceptance: AcceptFindings) =>
      call(findingRoutes.acceptMany, { params: { tenantId: tenant.slug }, body: acceptance }),
    // Also after an answer that never came: some may be accepted.
    onSettled: () => void queryClient.invalidateQueries({ queryKey: queryKeys.records(tenant) }),
  });
}

export function useReopenFinding(findingId: string) {
  const tenant = useTenant();
  const show = useShowDecided(findingId, "Finding reopened");
  return useMutation({
    mutationFn: () => call(findingRoutes.reopen, { params: { tenantId: tenant.slug, findingId } }),
    onSuccess: show,
    onError: toastProblem,
  });
}

function useShowDecided(findingId: string, title: string): (finding: FindingDetail) => void {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return (finding) => {
    queryClient.setQueryData(findingQuery(tenant, findingId).queryKey, finding);
    void queryClient.invalidateQueries({ queryKey: queryKeys.records(tenant) });
    toastManager.add({ title, description: finding.name, variant: "success", timeout: 5_000 });
  };
}
