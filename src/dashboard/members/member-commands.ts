/** Changes of who belongs to a tenant. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Invitation, Member, Tenant } from "../../contract/access.ts";
import { invitationRoutes, memberRoutes } from "../../contract/routes/members.ts";
import { reasonHeaders } from "../../client/approval-waits.ts";
import { call } from "../api/client.ts";
import { meQuery } from "../shell/queries.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";
import { membersKey } from "./queries.ts";

/** Reads anew what a change of members may have changed: the person's own role too. */
function useReadAnew(tenant: Tenant): () => void {
  const queryClient = useQueryClient();
  return () => {
    void queryClient.invalidateQueries({ queryKey: membersKey(tenant) });
    void queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
  };
}

export function useChangeRole(tenant: Tenant) {
  const readAnew = useReadAnew(tenant);
  return useMutation({
    mutationFn: ({ userId, role, reason }: { userId: string; role: string; reason: string | null }) =>
      call(memberRoutes.changeRole, {
        params: { tenantId: tenant.slug, userId },
        headers: reasonHeaders(reason),
        body: { role },
      }),
    onSuccess: ({ name, roleName }) => toastDone(`${name} has the role ${roleName}`),
    onSettled: readAnew,
  });
}

export function useRemoveMember(tenant: Tenant) {
  const readAnew = useReadAnew(tenant);
  return useMutation({
    mutationFn: ({ member: { userId }, reason }: { member: Member; reason: string | null }) =>
      call(memberRoutes.remove, { params: { tenantId: tenant.slug, userId }, headers: reasonHeaders(reason) }),
    onSuccess: (_, { member: { name } }) => toastDone(`${name} is no member any more`),
    onError: toastProblem,
    onSettled: readAnew,
  });
}

export function useInvite(tenant: Tenant) {
  const readAnew = useReadAnew(tenant);
  return useMutation({
    mutationFn: ({ reason, ...body }: { role: string; note: string; reason: string | null }) =>
      call(invitationRoutes.create, { params: { tenantId: tenant.slug }, headers: reasonHeaders(reason), body }),
    onSettled: readAnew,
  });
}

export function useWithdraw(tenant: Tenant) {
  const readAnew = useReadAnew(tenant);
  return useMutation({
    mutationFn: ({ id }: Invitation) =>
      call(invitationRoutes.withdraw, { params: { tenantId: tenant.slug, invitationId: id } }),
    onSuccess: () => toastDone("Invitation withdrawn"),
    onError: toastProblem,
    onSettled: readAnew,
  });
}
