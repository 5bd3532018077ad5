/** Reads of what is kept for how long, and of legal holds; and the changes of both. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import type { NewLegalHold } from "../../contract/legal-holds.ts";
import type { RetentionPreview, RetentionRules } from "../../contract/retention.ts";
import { legalHoldRoutes } from "../../contract/routes/legal-holds.ts";
import { retentionRoutes } from "../../contract/routes/retention.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { toastManager } from "../shell/toasts.tsx";

export function retentionQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "retention"],
    queryFn: ({ signal }) => call(retentionRoutes.show, { params: { tenantId: tenant.slug }, signal }),
  });
}

export function legalHoldsQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "legal-holds"],
    queryFn: ({ signal }) => call(legalHoldRoutes.list, { params: { tenantId: tenant.slug }, signal }),
  });
}

/** Counts what rules would remove. Changes nothing. */
export function useRetentionPreview() {
  const { slug: tenantId } = useTenant();
  return useMutation({
    mutationFn: (rules: RetentionRules) => call(retentionRoutes.preview, { params: { tenantId }, body: { rules } }),
  });
}

/** Saves the rules of a preview. */
export function useSaveRetention() {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ rules, at, hash }: RetentionPreview) =>
      call(retentionRoutes.change, { params: { tenantId: tenant.slug }, body: { rules, preview: { at, hash } } }),
    // Not the form's: it begins anew with the rules that are saved.
    onSuccess: (saved) => {
      queryClient.setQueryData(retentionQuery(tenant).queryKey, saved);
      toastManager.add({ title: "Retention saved", variant: "success", timeout: 4_000 });
    },
  });
}

export function usePlaceHold() {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (hold: NewLegalHold) => call(legalHoldRoutes.place, { params: { tenantId: tenant.slug }, body: hold }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: legalHoldsQuery(tenant).queryKey }),
  });
}

export function useLiftHold() {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ holdId, reason }: { holdId: string; reason: string }) =>
      call(legalHoldRoutes.lift, { params: { tenantId: tenant.slug, holdId }, body: { reason } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: legalHoldsQuery(tenant).queryKey }),
  });
}
