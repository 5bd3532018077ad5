/** What a person says of a policy that cannot be read. Everything that tells of the inventory is then read anew. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Acceptance } from "../../contract/acceptances.ts";
import { unreadablePolicyRoutes } from "../../contract/routes/unreadable-policies.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { toastManager, toastProblem } from "../shell/toasts.tsx";

/** Errors are the caller's to show: it holds what the person has typed. */
export function useAcknowledge(policyId: string) {
  const tenant = useTenant();
  const onSuccess = useShowDecided("Policy acknowledged");
  return useMutation({
    mutationFn: (acceptance: Acceptance) =>
      call(unreadablePolicyRoutes.acknowledge, { params: { tenantId: tenant.slug, policyId }, body: acceptance }),
    onSuccess,
  });
}

export function useWithdraw(policyId: string) {
  const tenant = useTenant();
  const onSuccess = useShowDecided("Acknowledgment withdrawn");
  return useMutation({
    mutationFn: () => call(unreadablePolicyRoutes.withdraw, { params: { tenantId: tenant.slug, policyId } }),
    onSuccess,
    onError: toastProblem,
  });
}

/** Resolves when the news is on the page, so that a button that it brings can take the focus. */
function useShowDecided(title: string): (policy: { name: string }) => Promise<void> {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return async ({ name }) => {
    toastManager.add({ title, description: name, variant: "success", timeout: 5_000 });
    await queryClient.invalidateQueries({ queryKey: queryKeys.inventory(tenant) });
  };
}
