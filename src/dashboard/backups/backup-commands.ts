/** What a person does with one set at once, without a run. What is done to many is a run (`runs/run-commands.ts`). */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import type { BackupSet, ChangeBackupSet, CreateBackupSet } from "../../contract/backup-sets.ts";
import { backupSetRoutes } from "../../contract/routes/backup-sets.ts";
import { call } from "../api/client.ts";
import { queryKeys } from "../api/query-keys.ts";
import { toastManager, toastProblem } from "../shell/toasts.tsx";

export function useCreateSet(tenant: Tenant) {
  const settle = useReadAnew(tenant);
  return useMutation({
    mutationFn: (set: CreateBackupSet) =>
      call(backupSetRoutes.create, { params: { tenantId: tenant.slug }, body: set }),
    onSuccess: settle,
    onError: toastProblem,
  });
}

export function useChangeSet(tenant: Tenant, setId: string) {
  const settle = useReadAnew(tenant);
  return useMutation({
    mutationFn: (change: ChangeBackupSet) =>
      call(backupSetRoutes.change, { params: { tenantId: tenant.slug, backupSetId: setId }, body: change }),
    onSuccess: settle,
    onError: toastProblem,
  });
}

/** One that is archived already stays as it is. */
export function useArchiveSet(tenant: Tenant) {
  const settle = useReadAnew(tenant);
  return useMutation({
    mutationFn: ({ id }: Pick<BackupSet, "id">) =>
      call(backupSetRoutes.archive, { params: { tenantId: tenant.slug, backupSetId: id } }),
    onSuccess: (set) => {
      toastManager.add({ title: `“${set.name}” is archived`, variant: "success", timeout: 4_000 });
      settle();
    },
    onError: toastProblem,
  });
}

function useReadAnew(tenant: Tenant): () => void {
  const queryClient = useQueryClient();
  return () => void queryClient.invalidateQueries({ queryKey: queryKeys.records(tenant) });
}
