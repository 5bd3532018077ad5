/** Reads of approvals, and decisions. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import type { ApprovalRequest, ApprovalSettings } from "../../contract/approvals.ts";
import { approvalRoutes } from "../../contract/routes/approvals.ts";
import { reasonHeaders } from "../../client/approval-waits.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";
import { mapTold, type Told } from "../api/told.ts";
import { useTold } from "../api/use-told.ts";
import { useTenant } from "../shell/tenant-context.ts";

/** How often the navigation looks for requests. No frame tells of them. */
const COUNT_EVERY_MS = 60_000;
/** The most that the navigation counts. */
export const MOST_COUNTED = 99;

const approvalsKey = (tenant: Tenant) => [...queryKeys.tenant(tenant), "approvals"] as const;

export function approvalSettingsQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...approvalsKey(tenant), "settings"],
    queryFn: ({ signal }) => call(approvalRoutes.settings, { params: { tenantId: tenant.slug }, signal }),
  });
}

export function requestsQuery(tenant: Tenant, state: "waiting" | "ended") {
  return pagedQuery([...approvalsKey(tenant), "requests", state], (cursor, signal) =>
    call(approvalRoutes.list, { params: { tenantId: tenant.slug }, query: { state, cursor }, signal }),
  );
}

/** How many requests wait that the person may decide on; one more than is counted stands for "or more". */
export function useWaitingCount(): Told<number> {
  const tenant = useTenant();
  const query = useQuery({
    queryKey: [...approvalsKey(tenant), "count"],
    queryFn: ({ signal }) =>
      call(approvalRoutes.list, {
        params: { tenantId: tenant.slug },
        query: { state: "waiting", limit: MOST_COUNTED + 1 },
        signal,
      }),
    refetchInterval: COUNT_EVERY_MS,
  });
  return mapTold(useTold(query), ({ items }) => items.filter(({ mayDecide }) => mayDecide).length);
}

/** What a person does with a request. */
export type Decision = { verb: "approve" | "reject"; reason: string } | { verb: "withdraw" };

export function useDecision({ id: requestId, hash }: Pick<ApprovalRequest, "id" | "hash">) {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  const params = { tenantId: tenant.slug, requestId };
  return useMutation({
    mutationFn: (decision: Decision) => {
      switch (decision.verb) {
        case "approve": {
          const reason = decision.reason.trim();
          return call(approvalRoutes.approve, { params, body: { hash, ...(reason === "" ? {} : { reason }) } });
        }
        case "reject":
          return call(approvalRoutes.reject, { params, body: { reason: decision.reason } });
        case "withdraw":
          return call(approvalRoutes.withdraw, { params });
      }
    },
    // What was carried out may show on any page of the tenant.
    onSettled: () => queryClient.invalidateQueries({ queryKey: queryKeys.tenant(tenant) }),
  });
}

export function useSaveApprovalSettings() {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ settings, reason }: { settings: ApprovalSettings; reason: string | null }) =>
      call(approvalRoutes.changeSettings, {
        params: { tenantId: tenant.slug },
        headers: reasonHeaders(reason),
        body: settings,
      }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: approvalsKey(tenant) }),
  });
}
