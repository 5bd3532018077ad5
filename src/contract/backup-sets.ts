/**
 * Backup sets over HTTP, and the inputs of the operations that work on them. Server and console build and parse by these
 * schemas. Conventions of the API: docs/api.md.
 */
import { z } from "zod";
import { listOf } from "./lists.ts";
import { servedChangeSchema } from "./policy-diff.ts";
import { referenceKindSchema } from "./restore.ts";

const timestamp = z.iso.datetime();

export const MAX_BACKUP_SET_NAME_LENGTH = 200;
export const MAX_BACKUP_SET_DESCRIPTION_LENGTH = 2_000;
/** Ids that one request may name; what is more goes by a filter. */
export const MAX_SELECTED_POLICIES = 2_000;
export const MAX_SELECTED_BACKUP_SETS = 2_000;

export const BACKUP_SET_STATES = ["active", "archived"] as const;
export const backupSetStateSchema = z.enum(BACKUP_SET_STATES);
export type BackupSetState = z.infer<typeof backupSetStateSchema>;
export const backupSetStateFilterSchema = z.enum([...BACKUP_SET_STATES, "all"]);
export type BackupSetStateFilter = z.infer<typeof backupSetStateFilterSchema>;

/**
 * Where a set comes from: policies `captured` from the tenant; files of an `import`; a `standard` as it was prepared for this tenant; what a restore has
 * replaced, for an `undo`.
 */
export const BACKUP_SET_ORIGINS = ["captured", "import", "standard", "undo"] as const;
export const backupSetOriginSchema = z.enum(BACKUP_SET_ORIGINS);
export type BackupSetOrigin = z.infer<typeof backupSetOriginSchema>;
/** Made by a run for its own purpose, and complete: nothing is added to it. */
export const SEALED_ORIGINS = ["standard", "undo"] as const satisfies readonly BackupSetOrigin[];
/** Which sets a list shows: by default those that people keep policies in, else those of one sealed origin, or all. */
export const backupSetOriginFilterSchema = z.enum(["kept", ...SEALED_ORIGINS, "all"]);
export type BackupSetOriginFilter = z.infer<typeof backupSetOriginFilterSchema>;

export function isSealedOrigin(origin: BackupSetOrigin): boolean {
  return SEALED_ORIGINS.some((sealed) => sealed === origin);
}

const name = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(MAX_BACKUP_SET_NAME_LENGTH, `must have at most ${MAX_BACKUP_SET_NAME_LENGTH} characters`)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not contain control characters");
const description = z
  .string()
  .trim()
  .max(MAX_BACKUP_SET_DESCRIPTION_LENGTH, `must have at most ${MAX_BACKUP_SET_DESCRIPTION_LENGTH} characters`)
  // Lines and tabs belong into a text of several lines.
  .refine(
    (text) => text.isWellFormed() && !/\p{Cc}/u.test(text.replace(/[\t\n\r]/g, "")),
    "must not contain control characters",
  );

/** `POST …/backup-sets`: 201 with the set and its `Location`. */
export const createBackupSetSchema = z.strictObject({ name, description: description.default("") });
export type CreateBackupSet = z.infer<typeof createBackupSetSchema>;

/** `PATCH …/backup-sets/:id`: what is absent stays. */
export const changeBackupSetSchema = z
  .strictObject({ name: name.optional(), description: description.optional() })
  .refine((change) => change.name !== undefined || change.description !== undefined, "names nothing to change");
export type ChangeBackupSet = z.infer<typeof changeBackupSetSchema>;

/** `GET …/backup-sets?state=active|archived|all&query=&cursor=&limit=`, all by default: the active ones first, then the archived ones, each by name. */
export const backupSetSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  state: backupSetStateSchema,
  origin: backupSetOriginSchema,
  /** Of an `undo`, the run of the restore; of an `import`, the upload; of a `standard`, the run that prepared it. Null of what was captured. */
  originId: z.string().nullable(),
  /** Items, those of one policy taken at several times included. Exact, as are all counts here. */
  itemCount: z.int().min(0),
  /** Policies that it holds at least one item of. */
  policyCount: z.int().min(0),
  createdAt: timestamp,
  createdBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Of name, description or state; adding items does not move it. */
  updatedAt: timestamp,
  archivedAt: timestamp.nullable(),
  /** When its newest item was taken; null without items. */
  lastCapturedAt: timestamp.nullable(),
});
export type BackupSet = z.infer<typeof backupSetSchema>;
export const backupSetListSchema = listOf(backupSetSchema);

/**
 * What keeps a set that a schedule has made: it is the newest whole one of its `day`, `week` or `month`; `instead` of a whole one on its day; the `newest_whole`
 * backup of the tenant or of its schedule; a `person` has brought it back or added to it; a restore `plan` is made of it; it was the last that was `checked`;
 * its backup is `under_way`.
 */
export type KeptReason =
  | "day"
  | "week"
  | "month"
  | "instead"
  | "newest_whole"
  | "person"
  | "plan"
  | "checked"
  | "under_way";

/** How long the sets stay archived that no rule keeps any more, before they are deleted for good. */
export const EXPIRED_SET_DAYS = 7;

/** `GET …/backup-sets/:id`. */
export const backupSetDetailSchema = backupSetSchema.extend({
  /** What it holds, by family in catalogue order: for a filter's choices. Their sums are the set's counts. */
  families: z.array(
    z.object({ key: z.string(), label: z.string(), itemCount: z.int().min(1), policyCount: z.int().min(1) }),
  ),
  /** The schedule that made it; null of a set that a person made. */
  schedule: z.object({ id: z.string(), name: z.string(), removed: z.boolean() }).nullable(),
  /** Why it is kept by its schedule's rule; null where no rule holds for it: then it stays until a person deletes it. */
  kept: z
    .object({
      /** Each a `KeptReason`. None: nothing keeps it any more. */
      reasons: z.array(z.string()),
      /** A day of the schedule's time zone as YYYY-MM-DD, up to which the rule keeps it for sure. Null where no count keeps it. */
      untilDay: z.string().nullable(),
      /** When it is deleted for good, if nothing keeps it until then. Null while it is in service. */
      deletedAfter: timestamp.nullable(),
    })
    .nullable(),
});
export type BackupSetDetail = z.infer<typeof backupSetDetailSchema>;

/** A policy as it was when the set took it. */
export const backupSetItemSchema = z.object({
  id: z.string(),
  backupSetId: z.string(),
  /** The policy's id in the inventory: for `/inventory/policies/:policyId` and for `policyIds`. */
  policyId: z.string(),
  family: z.string(),
  familyLabel: z.string(),
  graphId: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  platform: z.string().nullable(),
  odataType: z.string().nullable(),
  assignmentCount: z.int().min(0).nullable(),
  contentHash: z.string(),
  contentBytes: z.int().min(0),
  /** It keeps values sealed that Graph tells only on request (encrypted OMA settings). They are never shown. */
  hasSecrets: z.boolean(),
  capturedAt: timestamp,
  /** When a later run last found the policy to be as it is here; null when none has looked. */
  confirmedAt: timestamp.nullable(),
  /** The set holds no newer item of this policy. */
  latest: z.boolean(),
  /** The run that took it, and Graph's id of the request that read it. */
  runId: z.string(),
  requestId: z.string().nullable(),
});
export type BackupSetItem = z.infer<typeof backupSetItemSchema>;
/** `GET …/backup-sets/:id/items?query=&family=&platform=&latest=true|false&cursor=&limit=`: by name. `latest` alone by "true". */
export const backupSetItemListSchema = listOf(backupSetItemSchema);

/** `GET …/items/:itemId/references`: what the item's policy refers to by id, each thing once, in the document's order. */
export const itemReferencesSchema = z.object({
  references: z.array(
    z.object({
      kind: referenceKindSchema,
      id: z.string(),
      /** What the thing was called when the item was taken; null where that is not known. */
      name: z.string().nullable(),
    }),
  ),
});
export type ItemReference = z.infer<typeof itemReferencesSchema>["references"][number];

/** `GET …/inventory/policies/:policyId/backups`: every item of the policy, newest first, with its set. Deleted sets have none. */
export const policyBackupSchema = backupSetItemSchema.extend({
  backupSet: z.object({ id: z.string(), name: z.string(), state: backupSetStateSchema }),
});
export type PolicyBackup = z.infer<typeof policyBackupSchema>;
export const policyBackupListSchema = listOf(policyBackupSchema);

/**
 * `GET …/items/:itemId/diff?against=inventory` or `?against=item&itemId=`, of whichever set: how the policy differs between the item
 * (`before`) and the other (`after`).
 */
export const itemComparisonSchema = z.object({
  item: backupSetItemSchema,
  /** What stands on the other side. `inventory` is the newest version that the inventory holds; reading never asks Graph. */
  against: z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("inventory"),
      policyId: z.string(),
      name: z.string(),
      versionNumber: z.int().min(1),
      contentHash: z.string(),
      lastSeenAt: timestamp,
      /** Not null: gone from the tenant, and this is how it was last seen. */
      removedAt: timestamp.nullable(),
    }),
    z.object({ kind: z.literal("item"), item: backupSetItemSchema }),
  ]),
  /** Empty: the two are the same policy in all that matters. */
  changes: z.array(servedChangeSchema),
});
export type ItemComparison = z.infer<typeof itemComparisonSchema>;

const text = z.string().trim().min(1).max(200).nullable().default(null);
const policyFilterSchema = z.strictObject({ query: text, family: text, platform: text });
const backupSetFilterSchema = z.strictObject({
  query: text,
  state: backupSetStateFilterSchema.default("all"),
  origin: backupSetOriginFilterSchema.optional(),
});
export type PolicyFilter = z.infer<typeof policyFilterSchema>;
export type BackupSetFilter = z.infer<typeof backupSetFilterSchema>;

const id = z.string().min(1).max(1_500);

/**
 * Input of `backup-set.add-policies`: either ids, or "all that this filter matches" of the policies that are in the tenant, which
 * is resolved once, when the run is planned. The filter is that of `/inventory/policies`.
 */
export const addPoliciesRequestSchema = z
  .strictObject({
    backupSetId: id.meta({ description: "A set that is in service." }),
    policyIds: z
      .array(id)
      .min(1, "selects nothing")
      .max(MAX_SELECTED_POLICIES, tooMany(MAX_SELECTED_POLICIES))
      .optional()
      .meta({ description: "Ids of the inventory. Give either these or `filter`." }),
    filter: policyFilterSchema.optional().meta({
      description: "All policies in the tenant that match when the run is planned. `{}` matches all.",
    }),
  })
  .refine(({ policyIds, filter }) => (policyIds === undefined) !== (filter === undefined), {
    path: ["policyIds"],
    message: "give either policyIds or filter",
  });

/**
 * Input of `backup-set.restore` (archived sets back into service), `backup-set.delete` (archives) and `backup-set.force-delete`
 * (removes for good): either ids, or all sets that a filter matches, resolved once, when the run is planned.
 */
export const backupSetSelectionSchema = z
  .strictObject({
    backupSetIds: z
      .array(id)
      .min(1, "selects nothing")
      .max(MAX_SELECTED_BACKUP_SETS, tooMany(MAX_SELECTED_BACKUP_SETS))
      .optional()
      .meta({ description: "Give either these or `filter`." }),
    filter: backupSetFilterSchema
      .optional()
      .meta({ description: "All sets that match when the run is planned. `{}` matches all." }),
  })
  .refine(({ backupSetIds, filter }) => (backupSetIds === undefined) !== (filter === undefined), {
    path: ["backupSetIds"],
    message: "give either backupSetIds or filter",
  });

function tooMany(most: number): string {
  return `names more than ${most}; select by a filter instead`;
}
