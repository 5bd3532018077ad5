/** What a preview is asked for: parsed, in one spelling, and looked at before there is a run. */
import type { z } from "zod";
import { compareCodeUnits, rfc8785Text } from "../../policies/canonical-json.ts";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { type ReferenceMapping, restorePreviewRequestSchema } from "../../contract/restore.ts";
import { findBackupSet } from "../../database/backups/backup-sets.ts";
import { undoesAssignments } from "../../database/restore/undo-sets.ts";
import { holdsItems, selectedItems } from "../../database/restore/restore-selection.ts";
import type { PlanOptions } from "../../database/restore/tables.ts";
import type { Preparation } from "../../runs/operation.ts";
import type { TenantEnv } from "../../database/databases.ts";

export type PreviewInput = z.output<typeof restorePreviewRequestSchema>;

/** Put before the names of copies when the request names nothing. All families take it: Autopilot refuses a hyphen. */
export const DEFAULT_NAME_PREFIX = "Restored ";

/** Equal requests have equal text: ids and mappings in order and once, the prefix spelled out. */
export const previewInputSchema: z.ZodType<PreviewInput> = restorePreviewRequestSchema
  .superRefine(({ mode, namePrefix, mapping }, context) => {
    if (mode === "update" && namePrefix !== undefined) {
      context.addIssue({ code: "custom", path: ["namePrefix"], message: "goes with mode create only" });
    }
    const keys = (mapping ?? []).map(mappingKey);
    if (new Set(keys).size < keys.length) {
      context.addIssue({ code: "custom", path: ["mapping"], message: "names a reference twice" });
    }
  })
  .transform(({ backupSetId, itemIds, mode, namePrefix, assignments, conditionalAccess, mapping }): PreviewInput => ({
    backupSetId,
    ...(itemIds === undefined ? {} : { itemIds: normalIds(itemIds) }),
    mode,
    ...(mode === "create" ? { namePrefix: namePrefix ?? DEFAULT_NAME_PREFIX } : {}),
    assignments,
    conditionalAccess,
    mapping: (mapping ?? []).toSorted((a, b) => compareCodeUnits(mappingKey(a), mappingKey(b))),
  }));

export function normalIds(ids: readonly string[]): string[] {
  return [...new Set(ids)].toSorted(compareCodeUnits);
}

function mappingKey({ kind, sourceId }: ReferenceMapping): string {
  return rfc8785Text([kind, sourceId]);
}

export function planOptions(input: PreviewInput): PlanOptions {
  return {
    mode: input.mode,
    itemIds: input.itemIds ?? null,
    namePrefix: input.namePrefix ?? null,
    assignments: input.assignments,
    conditionalAccess: input.conditionalAccess,
    mapping: input.mapping ?? [],
  };
}

/** Refuses what can come to nothing. Two queries at most. */
export async function preparePreview(
  tenantId: string,
  input: PreviewInput,
  env: TenantEnv,
): Promise<Preparation<PreviewInput>> {
  const set = await findBackupSet(env.DATABASE, tenantId, input.backupSetId);
  if (set === null) return refuse("backupSetId", "is not a backup set of this tenant");
  if (set.status !== "active") return refuse("backupSetId", "is an archived backup set: restore it first");
  const subject = OPERATION_TYPES["policy.restore-preview"].subject(set);
  if (set.origin === "undo") {
    const refused = await refusedOfUndo(tenantId, input, env);
    if (refused !== null) return refused;
    // As it was before: an undo that weakened it to report-only would leave less than there was.
    input = { ...input, conditionalAccess: "as-is" };
  }
  if (input.itemIds === undefined) {
    const any = await holdsItems(env.DATABASE, tenantId, input.backupSetId);
    return any ? { kind: "ready", input, subject } : refuse("backupSetId", "holds no policy to restore");
  }
  const found = await selectedItems(env.DATABASE, tenantId, input.backupSetId, input.itemIds);
  const unknown = input.itemIds.filter((id) => !found.some((item) => item.id === id));
  if (unknown.length > 0) return refuse("itemIds", `names items that the backup set does not have: ${list(unknown)}`);
  const policies = new Set(found.map(({ family, graphId }) => rfc8785Text([family, graphId])));
  if (policies.size < found.length) return refuse("itemIds", "names more than one item of a policy");
  return { kind: "ready", input, subject };
}

/** An undo takes back what its restore has written, no more and no less. One query. */
async function refusedOfUndo(tenantId: string, input: PreviewInput, { DATABASE }: TenantEnv) {
  if (input.mode !== "update") return refuse("mode", "is update for what undoes a restore: copies are made of backups");
  const assignments = await undoesAssignments(DATABASE, tenantId, input.backupSetId);
  if (input.assignments === assignments) return null;
  return refuse(
    "assignments",
    `is ${assignments} for this set: the restore that it undoes wrote ${assignments ? "them" : "none"}`,
  );
}

export function refuse(
  path: string,
  message: string,
): { kind: "refused"; fields: { path: string; message: string }[] } {
  return { kind: "refused", fields: [{ path, message }] };
}

/** The ids are the caller's own; a few are enough to find the mistake. */
function list(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).map((id) => id.slice(0, 100));
  return ids.length > shown.length ? `${shown.join(", ")} and ${ids.length - shown.length} more` : shown.join(", ");
}
