/** The inventory over HTTP: policies without their content, their versions, and what is known of each family. */
import { z } from "zod";
import { changeSchema } from "./changes.ts";
import { listOf, timestamp } from "./lists.ts";

/**
 * Why and since when a policy that the tenant's list tells of could not be read. What the inventory has of it is older: of its
 * `lastSeenAt`.
 */
export const unreadSchema = z.object({
  reason: z.object({ code: z.string(), message: z.string() }),
  /** The first reading, of those in a row, that could not read it. */
  since: timestamp,
  lastTriedAt: timestamp,
  /** Until its end, the policy's family does not fail for this policy. Another reason ends it early. */
  acknowledgment: z
    .object({
      reason: z.string(),
      by: z.object({ id: z.string(), name: z.string() }).nullable(),
      at: timestamp,
      until: timestamp,
    })
    .nullable(),
});
export type Unread = z.infer<typeof unreadSchema>;

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
  /** Null when the newest reading of its family could read it. */
  unread: unreadSchema.nullable(),
});
export type Policy = z.infer<typeof policySchema>;

export const policyListSchema = listOf(policySchema);

/** A policy that the tenant's list tells of and that could not be read, whether or not the inventory knows it. */
export const unreadablePolicySchema = unreadSchema.extend({
  /** As in the inventory. */
  id: z.string(),
  family: z.string(),
  familyLabel: z.string(),
  graphId: z.string(),
  name: z.string(),
  /** When it was read last; null when it never was. */
  lastSeenAt: timestamp.nullable(),
});
export type UnreadablePolicy = z.infer<typeof unreadablePolicySchema>;
export const unreadablePolicyListSchema = listOf(unreadablePolicySchema);

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

/** The reason of a family of which some policies could not be read, and are not acknowledged. */
export const PARTLY_READ = "partly_read";

/** What a family's last reading came to. */
export const familyOutcomeSchema = z.enum(["succeeded", "failed"]);

/** `GET …/inventory/families`: the catalogue with what is known of each family in this tenant. */
export const familyStateSchema = z.object({
  key: z.string(),
  label: z.string(),
  platform: z.string().nullable(),
  readPermission: z.string(),
  policyCount: z.int().min(0),
  /** Last time that its whole list was read, policies that could not be read among it; null when it never was. */
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
