/** What a preview is asked for: parsed, in one spelling, and looked at before there is a run. */
import type { z } from "zod";
import { compareCodeUnits, rfc8785Text } from "../../policies/canonical-json.ts";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { type ReferenceMapping, restorePreviewRequestSchema } from "../../contract/restore.ts";
import { findBackupSet } from "../../database/backups/backup-sets.ts";
import { undoesAssignments } from "../../database/restore/undo-sets.ts";
import { baselineName, findFollowing } from "../../database/standards/followings.ts";
import { readHomeVersion } from "../../database/standards/home.ts";
import { heldValues } from "../../standards/hold-for-tenant.ts";
import { holdsItems, selectedItems } from "../../database/restore/restore-selection.ts";
import type { PlanOptions } from "../../database/restore/tables.ts";
import type { Preparation } from "../../runs/operation.ts";
import type { TenantEnv } from "../../database/databases.ts";

export type PreviewInput = z.output<typeof restorePreviewRequestSchema>;

/** Put before the names of copies when the request names nothing. All families take it: Autopilot refuses a hyphen. */
export const DEFAULT_NAME_PREFIX = "Restored ";

/** Equal requests have equal text: ids and mappings in order and once, the prefix spelled out. */
export const previewInputSchema: z.ZodType<PreviewInput> = restorePreviewRequestSchema
  .superRefine(({ backupSetId, followingId, itemIds, mode, namePrefix, mapping }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if ((backupSetId === undefined) === (followingId === undefined))
      wrong("backupSetId", "give either backupSetId or followingId");
    if (followingId !== undefined && itemIds !== undefined) wrong("itemIds", "goes with a backup set only");
    if (followingId !== undefined && mode !== "update") wrong("mode", "must be update to deploy a standard");
    if (mode === "update" && namePrefix !== undefined) {
      context.addIssue({ code: "custom", path: ["namePrefix"], message: "goes with mode create only" });
    }
    const keys = (mapping ?? []).map(mappingKey);
    if (new Set(keys).size < keys.length) {
      context.addIssue({ code: "custom", path: ["mapping"], message: "names a reference twice" });
    }
  })
  .transform(({ backupSetId, followingId, itemIds, mode, namePrefix, assignments, conditionalAccess, mapping }) => ({
    ...(backupSetId === undefined ? {} : { backupSetId }),
    ...(followingId === undefined ? {} : { followingId }),
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

/** `standard`: what is deployed; its word on assignments goes before the request's. */
export function planOptions(input: PreviewInput, standard?: PlanOptions["standard"]): PlanOptions {
  return {
    mode: input.mode,
    itemIds: input.itemIds ?? null,
    namePrefix: input.namePrefix ?? null,
    assignments: standard?.assignments ?? input.assignments,
    conditionalAccess: input.conditionalAccess,
    mapping: input.mapping ?? [],
    ...(standard === undefined ? {} : { standard }),
  };
}

/** Refuses what can come to nothing. Three queries at most. */
export async function preparePreview(
  tenantId: string,
  asked: PreviewInput,
  env: TenantEnv,
): Promise<Preparation<PreviewInput>> {
  const { backupSetId } = asked;
  if (backupSetId === undefined) return prepareDeployment(tenantId, asked, env);
  const set = await findBackupSet(env.DATABASE, tenantId, backupSetId);
  if (set === null) return refuse("backupSetId", "is not a backup set of this tenant");
  if (set.status !== "active") return refuse("backupSetId", "is an archived backup set: restore it first");
  if (set.origin === "standard")
    return refuse("backupSetId", "is of one deployment of a standard: deploy the standard instead");
  const subject = OPERATION_TYPES["policy.restore-preview"].subject(set);
  const refused = set.origin === "undo" ? await refusedOfUndo(tenantId, { ...asked, backupSetId }, env) : null;
  if (refused !== null) return refused;
  // Conditional access as it was before: an undo that brought it back as report-only would leave less than there was.
  const input: PreviewInput = set.origin === "undo" ? { ...asked, conditionalAccess: "as-is" } : asked;
  if (input.itemIds === undefined) {
    const any = await holdsItems(env.DATABASE, tenantId, backupSetId);
    return any ? { kind: "ready", input, subject } : refuse("backupSetId", "holds no policy to restore");
  }
  const found = await selectedItems(env.DATABASE, tenantId, backupSetId, input.itemIds);
  const unknown = input.itemIds.filter((id) => !found.some((item) => item.id === id));
  if (unknown.length > 0) return refuse("itemIds", `names items that the backup set does not have: ${list(unknown)}`);
  const policies = new Set(found.map(({ family, graphId }) => rfc8785Text([family, graphId])));
  if (policies.size < found.length) return refuse("itemIds", "names more than one item of a policy");
  return { kind: "ready", input, subject };
}

/** An undo takes back what its restore has written, no more and no less. One query. */
async function refusedOfUndo(tenantId: string, input: PreviewInput & { backupSetId: string }, { DATABASE }: TenantEnv) {
  if (input.mode !== "update") return refuse("mode", "is update for what undoes a restore: copies are made of backups");
  const assignments = await undoesAssignments(DATABASE, tenantId, input.backupSetId);
  if (input.assignments === assignments) return null;
  return refuse(
    "assignments",
    `is ${assignments} for this set: the restore that it undoes wrote ${assignments ? "them" : "none"}`,
  );
}

/** Four queries at most. */
async function prepareDeployment(
  tenantId: string,
  input: PreviewInput,
  env: TenantEnv,
): Promise<Preparation<PreviewInput>> {
  const following = await findFollowing(env.DATABASE, tenantId, input.followingId ?? "");
  if (following === null) return refuse("followingId", "is not a standard that this tenant follows");
  const found = await readHomeVersion(env, following);
  if (found === null) return refuse("followingId", "is of a standard that is not kept any more");
  const { missing } = heldValues(found.version.parameters, following.parameters);
  if (missing.length > 0)
    return refuse("followingId", `asks for values that this tenant has not given: ${list(missing)}`);
  const name = baselineName(found.name, following.number);
  return { kind: "ready", input, subject: OPERATION_TYPES["policy.restore-preview"].subject({ name }) };
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
