/** Reads and changes of API tokens. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import type { Tenant } from "../../contract/access.ts";
import type { ApiToken, newApiTokenSchema } from "../../contract/api-tokens.ts";
import { apiTokenRoutes } from "../../contract/routes/api-tokens.ts";
import { call } from "../api/client.ts";
import { pagedQuery } from "../api/paged-query.ts";
import { queryKeys } from "../api/query-keys.ts";
import { toastDone, toastProblem } from "../shell/toasts.tsx";

export function apiTokensQuery(tenant: Tenant) {
  return pagedQuery([...queryKeys.tenant(tenant), "api-tokens"], (cursor, signal) =>
    call(apiTokenRoutes.list, { params: { tenantId: tenant.slug }, query: { cursor }, signal }),
  );
}

export function useCreateToken(tenant: Tenant) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: z.input<typeof newApiTokenSchema>) => call(apiTokenRoutes.create, { params: {}, body }),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: apiTokensQuery(tenant).queryKey }),
  });
}

export function useRevokeToken(tenant: Tenant) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: ApiToken) =>
      call(apiTokenRoutes.revoke, { params: { tenantId: tenant.slug, apiTokenId: id } }),
    onSuccess: (_, { name }) => toastDone(`${name} is revoked`),
    onError: toastProblem,
    onSettled: () => void queryClient.invalidateQueries({ queryKey: apiTokensQuery(tenant).queryKey }),
  });
}
