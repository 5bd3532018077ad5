/** Changes of a tenant's own roles. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Capability, Tenant } from "../../contract/access.ts";
import type { TenantRole } from "../../contract/roles.ts";
import { roleRoutes } from "../../contract/routes/roles.ts";
import { reasonHeaders } from "../../client/approval-waits.ts";
import { call } from "../api/client.ts";
import { membersKey } from "../members/queries.ts";
import { meQuery } from "../shell/queries.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";

export interface RoleChoice {
  name: string;
  capabilities: Capability[];
}

function useReadAnew(tenant: Tenant): () => void {
  const queryClient = useQueryClient();
  return () => {
    void queryClient.invalidateQueries({ queryKey: membersKey(tenant) });
    void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
  };
}

/** Makes a role, or changes the one with that id. */
export function useSaveRole(tenant: Tenant, roleId: string | null) {
  const readAnew = useReadAnew(tenant);
  const params = { tenantId: tenant.slug };
  return useMutation({
    mutationFn: ({ reason, ...body }: RoleChoice & { reason: string | null }) => {
      const headers = reasonHeaders(reason);
      return roleId === null
        ? call(roleRoutes.create, { params, headers, body })
        : call(roleRoutes.change, { params: { ...params, roleId }, headers, body });
    },
    onSuccess: ({ name }) => toastDone(`Role ${name} saved`),
    onSettled: readAnew,
  });
}

export function useDeleteRole(tenant: Tenant) {
  const readAnew = useReadAnew(tenant);
  return useMutation({
    mutationFn: ({ role: { id }, reason }: { role: TenantRole; reason: string | null }) =>
      call(roleRoutes.delete, { params: { tenantId: tenant.slug, roleId: id }, headers: reasonHeaders(reason) }),
    onSuccess: (_, { role: { name } }) => toastDone(`Role ${name} deleted`),
    onError: toastProblem,
    onSettled: readAnew,
  });
}
