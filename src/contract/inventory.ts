/** The inventory over HTTP: policies without their content, their versions, and what is known of each family. */
import { z } from "zod";
import { changeSchema } from "./changes.ts";
import { listOf, timestamp } from "./lists.ts";

/** One policy of the inventory, without its content. */
export const policySchema = z.object({
  /** Opaque, unique in the tenant. */
  id: z.string(),
  /** Family key of the catalogue: "settingsCatalog". */
  family: z.string(),
  familyLabel: z.string(),
  /** The id Microsoft Graph knows it by. */
  graphId: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  platform: z.string().nullable(),
  odataType: z.string().nullable(),
  /** Number of assignments; null where the family has none or they were not read. */
  assignmentCount: z.int().min(0).nullable(),
  versionNumber: z.int().min(1),
  contentHash: z.string(),
  contentBytes: z.int().min(0),
  /** What Graph says of the last change; null where the family does not tell. */
  lastModifiedAt: z.string().nullable(),
  firstSeenAt: timestamp,
  lastSeenAt: timestamp,
  removedAt: timestamp.nullable(),
});
export type Policy = z.infer<typeof policySchema>;

export const policyListSchema = listOf(policySchema);

export const policyVersionSchema = z.object({
  versionNumber: z.int().min(1),
  contentHash: z.string(),
  contentBytes: z.int().min(0),
  seenAt: timestamp,
  runId: z.string(),
  /** The latest change between the version before and this one; of the first version, the latest before it was seen. */
  change: changeSchema,
});
export type PolicyVersion = z.infer<typeof policyVersionSchema>;

export const policyVersionListSchema = listOf(policyVersionSchema);

/** What a family's last reading came to. */
export const familyOutcomeSchema = z.enum(["succeeded", "failed"]);

/** `GET …/inventory/families`: the catalogue with what is known of each family in this tenant. */
export const familyStateSchema = z.object({
  key: z.string(),
  label: z.string(),
  platform: z.string().nullable(),
  readPermission: z.string(),
  policyCount: z.int().min(0),
  /** Last time that every policy of the family was read; null when it never was. */
  lastCompleteAt: timestamp.nullable(),
  lastAttemptAt: timestamp.nullable(),
  lastOutcome: familyOutcomeSchema.nullable(),
  lastReason: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type FamilyState = z.infer<typeof familyStateSchema>;

export const familyStateListSchema = listOf(familyStateSchema);

/** `name` and `family` ascend; `lastModified` begins with the newest and ends with those that tell no time. */
export const POLICY_SORTS = ["name", "family", "lastModified"] as const;
export type PolicySort = (typeof POLICY_SORTS)[number];
/** Policies that are gone from the tenant: left out, alone, or among the others. */
export const REMOVED_FILTERS = ["hide", "only", "include"] as const;
export type RemovedFilter = (typeof REMOVED_FILTERS)[number];

/** Input of `inventory.sync`. `families` are the keys that this version reads; absent means all of them, `[]` none. */
export function inventorySyncRequestSchema<Key extends string>(families: readonly Key[]) {
  const keys = z.array(z.enum(families)).max(1_000).optional();
  return z.strictObject({
    families: keys.meta({ description: "Keys of families; all when absent, none when empty." }),
  });
}
