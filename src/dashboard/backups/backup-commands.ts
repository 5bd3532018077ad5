/** What a person does with one set at once, without a run. What is done to many is a run (`runs/run-commands.ts`). */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Tenant } from "../../contract/access.ts";
import {
  type BackupSet,
  backupSetDetailSchema,
  type ChangeBackupSet,
  type CreateBackupSet,
} from "../../contract/backup-sets.ts";
import { patchJson, postJson } from "../api/client.ts";
import { tenantPath } from "../api/paths.ts";
import { queryKeys } from "../api/query-keys.ts";
import { toastManager, toastProblem } from "../shell/toasts.tsx";

export function useCreateSet(tenant: Tenant) {
  const settle = useReadAnew(tenant);
  return useMutation({
    mutationFn: (set: CreateBackupSet) => postJson(tenantPath(tenant.slug, "backup-sets"), set, backupSetDetailSchema),
    onSuccess: settle,
    onError: toastProblem,
  });
}

export function useChangeSet(tenant: Tenant, setId: string) {
  const settle = useReadAnew(tenant);
  return useMutation({
    mutationFn: (change: ChangeBackupSet) =>
      patchJson(tenantPath(tenant.slug, "backup-sets", setId), change, backupSetDetailSchema),
    onSuccess: settle,
    onError: toastProblem,
  });
}

/** One that is archived already stays as it is. */
export function useArchiveSet(tenant: Tenant) {
  const settle = useReadAnew(tenant);
  return useMutation({
    mutationFn: ({ id }: Pick<BackupSet, "id">) =>
      postJson(tenantPath(tenant.slug, "backup-sets", id, "archive"), {}, backupSetDetailSchema),
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
