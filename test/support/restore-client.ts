/** Backups and restores over the product's HTTP API, for tests that stand outside of it. */
import { z } from "zod";
import type { Run } from "../../src/contract/runs.ts";
import {
  type RestorePlan,
  type RestorePlanItem,
  restorePlanItemListSchema,
  restorePlanSchema,
  type RestorePreviewRequest,
  type RestoreResult,
  restoreResultListSchema,
  restoreUndoSchema,
} from "../../src/contract/restore.ts";
import { apiClient } from "./api-client.ts";

export function restoreClient(url: string, tenant: string, headers: Readonly<Record<string, string>> = {}) {
  const base = `${url}/api/tenants/${tenant}`;
  const api = apiClient(url, tenant, headers);
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(base + path, { headers });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const all = async <T>(path: string, schema: z.ZodType<{ items: T[]; nextCursor: string | null }>): Promise<T[]> => {
    const items: T[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page = schema.parse(await get(`${path}?limit=200${cursor === "" ? "" : `&cursor=${cursor}`}`));
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  };
  const finished = async (type: string, input: Record<string, unknown>, limitMs = 300_000): Promise<Run> => {
    const { run } = await api.start(type, input);
    return api.completed(run.id, limitMs);
  };
  return {
    ...api,
    finished,
    /** A new set with all that the tenant has, freshly synced. */
    async backedUp(name: string, limitMs?: number): Promise<string> {
      await finished("inventory.sync", {}, limitMs);
      const response = await fetch(`${base}/backup-sets`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ name }),
      });
      const { id } = z.object({ id: z.string() }).parse(await response.json());
      await finished("backup-set.add-policies", { backupSetId: id, filter: {} }, limitMs);
      return id;
    },
    async preview(request: RestorePreviewRequest): Promise<{ run: Run; plan: RestorePlan; items: RestorePlanItem[] }> {
      const run = await finished("policy.restore-preview", { ...request });
      if (run.result === null) throw new Error(JSON.stringify(run.failure));
      const plan = restorePlanSchema.parse(await get(`/restore-plans/${run.result.id}`));
      return { run, plan, items: await all(`/restore-plans/${plan.id}/items`, restorePlanItemListSchema) };
    },
    /** The input of a run of the plan, as a person who has reviewed it gives it. */
    approved: ({ backupSetId, options, planHash }: RestorePlan): Record<string, unknown> => ({
      backupSetId,
      ...(options.itemIds === null ? {} : { itemIds: options.itemIds }),
      mode: options.mode,
      assignments: options.assignments,
      approvedPlan: planHash,
    }),
    /** A plan that undoes a restore. */
    async undoPreview(runId: string): Promise<{ run: Run; plan: RestorePlan; items: RestorePlanItem[] }> {
      const { undo } = restoreUndoSchema.parse(await get(`/operations/${runId}/undo`));
      if (undo === null) throw new Error(`nothing undoes ${runId}`);
      return this.preview({ backupSetId: undo.backupSet.id, mode: "update", assignments: undo.assignments });
    },
    results: (runId: string): Promise<RestoreResult[]> =>
      all(`/operations/${runId}/restore-results`, restoreResultListSchema),
  };
}

/** The items with something to do, by action. */
export function toDo(items: readonly RestorePlanItem[], action: RestorePlanItem["action"]): string[] {
  return items
    .filter((item) => item.action === action)
    .map(({ family, graphId }) => `${family}/${graphId}`)
    .toSorted();
}
