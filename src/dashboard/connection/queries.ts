/** Reads of how a tenant is connected, and the changes of it. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import type { ConnectionPurpose, Connections } from "../../contract/connections.ts";
import { connectionRoutes } from "../../contract/routes/connections.ts";
import { permissionRoutes } from "../../contract/routes/permissions.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";
import { permissionsQuery } from "../permissions/queries.ts";
import { useTenant } from "../shell/tenant-context.ts";

/** The end of a secret is a matter of days. */
const STALE_MS = 5 * 60_000;

export function connectionsQuery(tenant: Tenant) {
  return queryOptions({
    queryKey: [...queryKeys.tenant(tenant), "connection"],
    queryFn: ({ signal }) => call(connectionRoutes.show, { params: { tenantId: tenant.slug }, signal }),
    staleTime: STALE_MS,
  });
}

/** A change that answers with the connections as they are then. What a check found before is read anew. */
export function useConnectionChange<Change>(change: (change: Change) => Promise<Connections>) {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (connections) => {
      queryClient.setQueryData(connectionsQuery(tenant).queryKey, connections);
      void queryClient.invalidateQueries({ queryKey: [...queryKeys.tenant(tenant), "permissions"] });
    },
  });
}

/** Checks one of the connections: a new token, and a small reading of each family. */
export function useConnectionTest(purpose: ConnectionPurpose) {
  const tenant = useTenant();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      call(permissionRoutes.check, { params: { tenantId: tenant.slug }, query: { connection: purpose } }),
    onSuccess: (found) => queryClient.setQueryData(permissionsQuery(tenant, purpose).queryKey, found),
  });
}
