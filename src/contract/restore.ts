/**
 * Restoring policies to the tenant over HTTP: the preview (a plan, frozen, for people to review) and the results of a run of it.
 * Server and console build and parse by these schemas. Conventions of the API: docs/api.md.
 */
import { z } from "zod";
import { listOf } from "./lists.ts";
import { runOutcomeSchema, runStatusSchema } from "./runs.ts";
import { jsonValueSchema, servedChangeSchema } from "./policy-diff.ts";
import { type StopAfter, stopAfterSchema } from "./stop-after.ts";

const timestamp = z.iso.datetime();
const id = z.string().min(1).max(1_500);

/** Items that one request may name; without names the newest item of every policy in the set is meant. */
export const MAX_SELECTED_ITEMS = 2_000;
export const MAX_NAME_PREFIX_LENGTH = 60;
export const MAX_MAPPINGS = 500;

/** `create` makes copies beside what is there; `update` puts back what is there, and makes what is gone. */
export const RESTORE_MODES = ["create", "update"] as const;
export const restoreModeSchema = z.enum(RESTORE_MODES);
export type RestoreMode = z.infer<typeof restoreModeSchema>;

/** In which state conditional access policies come back. */
export const CONDITIONAL_ACCESS_STATES = ["report-only", "as-is"] as const;
export const conditionalAccessStateSchema = z.enum(CONDITIONAL_ACCESS_STATES);

/** What a policy refers to by an id that another tenant, or this one after a deletion, does not have. */
export const REFERENCE_KINDS = [
  "group",
  "user",
  "filter",
  "scopeTag",
  "notificationTemplate",
  "namedLocation",
  "authStrength",
  "termsOfUse",
  "complianceScript",
  "reusableSetting",
  "app",
  "application",
  "servicePrincipal",
  "directoryRole",
  "authContext",
  "settingsTemplate",
  "deviceConfiguration",
] as const;
export const referenceKindSchema = z.enum(REFERENCE_KINDS);
export type ReferenceKind = z.infer<typeof referenceKindSchema>;

/** Chosen by a person: what stands in the backup as `sourceId` is `targetId` in the tenant; null leaves it out. */
export const referenceMappingSchema = z.strictObject({
  kind: referenceKindSchema,
  sourceId: id,
  targetId: id.nullable(),
});
export type ReferenceMapping = z.infer<typeof referenceMappingSchema>;

const itemIds = z
  .array(id)
  .min(1, "selects nothing")
  .max(MAX_SELECTED_ITEMS, `names more than ${MAX_SELECTED_ITEMS}; leave it out to take the whole set`)
  .optional()
  .meta({ description: "Items of the set; the newest item of each policy when absent." });

/** Input of `policy.restore-preview`, a phased run. Its result is `{ kind: "restore-plan", id, href }`. */
export const restorePreviewRequestSchema = z.strictObject({
  backupSetId: id.optional().meta({ description: "Give either this or `followingId`." }),
  followingId: id.optional().meta({
    description:
      "A gold standard that the tenant follows, to be deployed: with `mode` `update`, and without `itemIds`. Its policies are found by what they set. Whether assignments are written, the standard says.",
  }),
  itemIds,
  mode: restoreModeSchema.meta({
    description:
      "`create` makes copies beside what is there; `update` puts back what is there, and makes what is gone.",
  }),
  namePrefix: z
    .string()
    .min(1, "must not be empty")
    .max(MAX_NAME_PREFIX_LENGTH, `must have at most ${MAX_NAME_PREFIX_LENGTH} characters`)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "must not contain control characters")
    .refine((text) => text.trim() !== "", "must not be empty")
    .optional()
    .meta({ description: 'With `create` only: stands before the names of the copies; "Restored " when absent.' }),
  assignments: z.boolean().meta({ description: "Whether assignments are put back as well." }),
  conditionalAccess: conditionalAccessStateSchema.default("report-only"),
  mapping: z.array(referenceMappingSchema).max(MAX_MAPPINGS).optional(),
});
export type RestorePreviewRequest = z.input<typeof restorePreviewRequestSchema>;

/** What a restore bears that says nothing else: a mistake in the plan, or a right that is missing, fails every policy. */
export const DEFAULT_RESTORE_STOP = { failures: 10 } as const satisfies StopAfter;

/** Input of `policy.restore`, counted, a unit per item of the plan. `approvedPlan` is the `planHash` that was reviewed. */
export const restoreRequestSchema = z.strictObject({
  backupSetId: id,
  itemIds,
  mode: restoreModeSchema,
  assignments: z.boolean(),
  approvedPlan: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "is not the hash of a plan")
    .meta({
      description: "The `planHash` of the plan that was reviewed. Items, mode and assignments are as that plan says.",
    }),
  justification: z.string().trim().min(1).max(500).optional().meta({
    description: "For those who approve the writes, where the tenant asks for Multi Admin Approval.",
  }),
  stopAfter: stopAfterSchema
    .nullable()
    .optional()
    .meta({
      description: `After how much failure the run stops by itself, for a person to look: so many policies, or percent of the plan. ${DEFAULT_RESTORE_STOP.failures} policies when absent; null for never.`,
    }),
});
export type RestoreRequest = z.input<typeof restoreRequestSchema>;

/** What would happen to an item. `ambiguous` and `blocked` are not done, each with its reason. `delete` stands in plans that undo a restore alone. */
export const RESTORE_ACTIONS = ["create", "update", "delete", "unchanged", "ambiguous", "blocked"] as const;
export const restoreActionSchema = z.enum(RESTORE_ACTIONS);
export type RestoreAction = z.infer<typeof restoreActionSchema>;

const itemCount = z.int().min(0);
/** Items by action. What was stored before there were undos has no deletions. */
export const actionCountsSchema = z.object({
  create: itemCount,
  update: itemCount,
  delete: itemCount.default(0),
  unchanged: itemCount,
  ambiguous: itemCount,
  blocked: itemCount,
} satisfies Record<RestoreAction, z.ZodType<number>>);

/** `preparing` until its preview run ends; `failed` holds nothing to run. */
export const RESTORE_PLAN_STATES = ["preparing", "ready", "failed"] as const;
export const restorePlanStateSchema = z.enum(RESTORE_PLAN_STATES);
export type RestorePlanState = z.infer<typeof restorePlanStateSchema>;

/** `GET …/restore-plans/:id`; a page of `GET …/backup-sets/:id/restore-plans?cursor=&limit=`, newest first. */
export const restorePlanSchema = z.object({
  id: z.string(),
  backupSetId: z.string(),
  /** The preview run that made it. */
  runId: z.string(),
  state: restorePlanStateSchema,
  options: z.object({
    mode: restoreModeSchema,
    /** Null: the newest item of every policy in the set, as it was then. */
    itemIds: z.array(z.string()).nullable(),
    namePrefix: z.string().nullable(),
    assignments: z.boolean(),
    conditionalAccess: conditionalAccessStateSchema,
    mapping: z.array(referenceMappingSchema),
    /** Of the deployment of a gold standard; absent in other plans. */
    standard: z
      .object({
        followingId: z.string(),
        name: z.string(),
        version: z.int().min(1),
        /** Whether names and descriptions are the standard's. Where not, a policy that is there keeps its own. */
        names: z.boolean(),
        assignments: z.boolean(),
      })
      .optional(),
  }),
  /** What `approvedPlan` has to be. Null until ready. */
  planHash: z.string().nullable(),
  /** Items by action. Exact, and their sum is the number of items; null until ready. */
  actionCounts: actionCountsSchema.nullable(),
  /** Items with references that the tenant does not have and that nothing was chosen for; null until ready. */
  itemsMissingReferences: z.int().min(0).nullable(),
  createdAt: timestamp,
  createdBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  readyAt: timestamp.nullable(),
  /** The restore that the plan undoes; null where it puts back a backup. `startedAt` is null once that run is not kept any more. */
  undoes: z.object({ runId: z.string(), startedAt: timestamp.nullable() }).nullable(),
  /** Runs that executed it, newest first, at most 20. */
  runs: z.array(z.object({ id: z.string(), status: runStatusSchema, outcome: runOutcomeSchema, createdAt: timestamp })),
});
export type RestorePlan = z.infer<typeof restorePlanSchema>;
export const restorePlanListSchema = listOf(restorePlanSchema);

const reasonSchema = z.object({ code: z.string(), message: z.string() });

/** `GET …/restore-plans/:id/items?action=&family=&query=&missing=true&cursor=&limit=`: in the order in which they are written. */
export const restorePlanItemSchema = z.object({
  ordinal: z.int().min(0),
  /** Of the backup set's item: `…/backup-sets/:id/items/:itemId`. */
  itemId: z.string(),
  family: z.string(),
  familyLabel: z.string(),
  /** The id that the policy had when it was backed up. */
  graphId: z.string(),
  /** The name that it had; a copy's has the prefix before it. */
  name: z.string(),
  action: restoreActionSchema,
  /** The tenant's policy that is updated, deleted or equal; null where there is none, or none for sure. */
  target: z.object({ graphId: z.string(), name: z.string() }).nullable(),
  /** Why it is ambiguous or blocked. */
  reason: reasonSchema.nullable(),
  /** Differences between the tenant's policy and what would be written. */
  changeCount: z.int().min(0),
  /** References that the tenant does not have and that nothing was chosen for. */
  missingCount: z.int().min(0),
});
export type RestorePlanItem = z.infer<typeof restorePlanItemSchema>;
export const restorePlanItemListSchema = listOf(restorePlanItemSchema);

/**
 * `found`: the tenant has it by the same id. `mapped`: another of the tenant's stands for it, chosen by a person or by exact name.
 * `planned`: this plan makes it, or puts it back, before. `left_out`: not written. `missing`: the tenant has none.
 * `unchecked`: written as it is, without having been looked up (well-known ids, or no permission to look).
 */
export const REFERENCE_STATES = ["found", "mapped", "planned", "left_out", "missing", "unchecked"] as const;
export const plannedReferenceSchema = z.object({
  kind: referenceKindSchema,
  sourceId: z.string(),
  /** Where the backup or the tenant tells one. */
  sourceName: z.string().nullable(),
  state: z.enum(REFERENCE_STATES),
  targetId: z.string().nullable(),
  targetName: z.string().nullable(),
  /** Of `mapped` and `left_out`: whether a person chose it (`mapping`) or a rule did. */
  chosenBy: z.enum(["request", "rule"]).nullable(),
  /** Of `planned`: the item of the plan that makes it. */
  plannedOrdinal: z.int().min(0).nullable(),
});
export type PlannedReference = z.infer<typeof plannedReferenceSchema>;

/** A request as it would be sent. `{…}` in a path or body stands for what is known only then; secrets are never shown. */
export const plannedStepSchema = z.object({
  /** In words: "Create the policy", "Assign it". */
  label: z.string(),
  method: z.enum(["POST", "PATCH", "PUT", "DELETE"]),
  /** From the version on: "/beta/deviceManagement/configurationPolicies". */
  path: z.string(),
  body: jsonValueSchema,
});
export type PlannedStep = z.infer<typeof plannedStepSchema>;

/** `GET …/restore-plans/:id/items/:ordinal`. */
export const restorePlanItemDetailSchema = restorePlanItemSchema.extend({
  steps: z.array(plannedStepSchema),
  /** From the tenant's policy (`before`) to what would be written (`after`); of a new policy none. */
  changes: z.array(servedChangeSchema),
  /** Of an ambiguous item: the tenant's policies that it may be. */
  candidates: z.array(
    z.object({
      graphId: z.string(),
      name: z.string(),
      odataType: z.string().nullable(),
      lastModifiedAt: z.string().nullable(),
    }),
  ),
  references: z.array(plannedReferenceSchema),
  /** What will be otherwise than in the backup, in sentences: "Comes back in report-only mode." */
  notes: z.array(z.string()),
});
export type RestorePlanItemDetail = z.infer<typeof restorePlanItemDetailSchema>;

export const RESTORE_OUTCOMES = ["created", "updated", "deleted", "unchanged", "skipped", "failed"] as const;
export const restoreOutcomeSchema = z.enum(RESTORE_OUTCOMES);
export type RestoreOutcome = z.infer<typeof restoreOutcomeSchema>;

/** `GET …/operations/:runId/restore-results?outcome=&cursor=&limit=`: what each unit came to, successes included. */
export const restoreResultSchema = z.object({
  planId: z.string(),
  /** The plan item's, which a retry keeps. */
  ordinal: z.int().min(0),
  /** Null once the plan was removed with its backup set. */
  itemId: z.string().nullable(),
  family: z.string(),
  familyLabel: z.string(),
  name: z.string(),
  outcome: restoreOutcomeSchema,
  /** The policy that was made, changed, deleted or found equal. */
  targetId: z.string().nullable(),
  /** Of what was skipped or failed. */
  reason: reasonSchema.nullable(),
  /** Of `approval_required`, `approval_denied`, `approval_canceled` and `approval_expired`: the request in Intune. */
  approvalCode: z.string().nullable(),
  /** Microsoft Graph's ids of the requests that wrote, oldest first. */
  requestIds: z.array(z.string()),
  /** Of `readback_mismatch`: from what was written (`before`) to what was read back (`after`). */
  differences: z.array(servedChangeSchema),
  at: timestamp,
});
export type RestoreResult = z.infer<typeof restoreResultSchema>;
export const restoreResultListSchema = listOf(restoreResultSchema);

/** `GET …/operations/:runId/restore-approvals`: what waits for another administrator's approval in Intune (Multi Admin Approval). */
export const restoreApprovalSchema = z.object({
  /** The plan item's. */
  ordinal: z.int().min(0),
  family: z.string(),
  familyLabel: z.string(),
  name: z.string(),
  /** Of the request, as Intune lists it. */
  approvalCode: z.string(),
  askedAt: timestamp,
  /** When the request is void if nobody has decided it: three days after it was asked. */
  expiresAt: timestamp,
});
export type RestoreApproval = z.infer<typeof restoreApprovalSchema>;
export const restoreApprovalListSchema = listOf(restoreApprovalSchema);

/** `GET …/operations/:runId/undo`: what undoes a restore, and what it undoes itself. */
export const restoreUndoSchema = z.object({
  /** What the run has overwritten and made, kept as a backup set of origin `undo`. Null while it has written nothing, and once the set is deleted. */
  undo: z
    .object({
      backupSet: z.object({ id: z.string(), name: z.string(), state: z.enum(["active", "archived"]) }),
      /** Policies that the run changed, made and deleted, or may have: an answer can be lost. Exact otherwise. */
      updated: z.int().min(0),
      created: z.int().min(0),
      deleted: z.int().min(0),
      /** Whether the run wrote assignments: the preview of an undo says the same. */
      assignments: z.boolean(),
    })
    .nullable(),
  /** Of a run that undoes a restore: that restore. */
  undoes: z.object({ runId: z.string(), startedAt: timestamp.nullable() }).nullable(),
});
export type RestoreUndo = z.infer<typeof restoreUndoSchema>;
