/**
 * The HTTP shapes (interface.md). The server builds them, the console parses them; both take the types from here.
 * Times are ISO 8601 UTC, ids are opaque strings, lists are `{ items, nextCursor }`.
 */
import { z } from "zod";
import { progressSchema } from "./progress.ts";
import { SUMMARY_KEYS } from "./summary-counts.ts";

const timestamp = z.iso.datetime();

export const runStatusSchema = z.enum(["queued", "running", "completed"]);
export const runOutcomeSchema = z.enum(["pending", "succeeded", "partially_succeeded", "failed", "canceled"]);
export type RunStatus = z.infer<typeof runStatusSchema>;
export type RunOutcome = z.infer<typeof runOutcomeSchema>;

export const runSchema = z.object({
  id: z.string(),
  tenantId: z.string(),
  type: z.string(),
  /** The operation in words: "Inventory sync". */
  label: z.string(),
  status: runStatusSchema,
  outcome: runOutcomeSchema,
  progress: progressSchema,
  summaryCounts: z.partialRecord(z.enum(SUMMARY_KEYS), z.int().min(0)),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  initiator: z.object({ id: z.string(), name: z.string() }).nullable(),
  retryOf: z.string().nullable(),
  result: z.object({ kind: z.string(), id: z.string(), href: z.string() }).nullable(),
  /** Grows with every change of the run. A reader drops what is not newer than what it shows. */
  version: z.int().min(0),
  /** The run's canonical page in the console. */
  href: z.string(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  completedAt: timestamp.nullable(),
});
export type Run = z.infer<typeof runSchema>;

/** A page of a list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const runListSchema = listOf(runSchema);
export type RunList = z.infer<typeof runListSchema>;

/** `GET …/activity`: active runs, newest first, then the recently finished. */
export const activitySchema = runListSchema;

/**
 * One live frame. `snapshot` replaces what the client knows (sent on connect, read from D1); `change` carries the runs that
 * changed. Both carry the activity payload's `items`.
 */
export const liveFrameSchema = z.object({
  kind: z.enum(["snapshot", "change"]),
  items: z.array(runSchema),
  nextCursor: z.string().nullable(),
});
export type LiveFrame = z.infer<typeof liveFrameSchema>;

export const startOperationSchema = z.strictObject({
  type: z.string().min(1).max(64),
  input: z.record(z.string(), z.unknown()).default({}),
});
export const startedOperationSchema = z.object({ run: runSchema, deduplicated: z.boolean() });
export type StartedOperation = z.infer<typeof startedOperationSchema>;

/** A unit that did not succeed. */
export const runUnitSchema = z.object({
  ordinal: z.int().min(0),
  key: z.string(),
  label: z.string(),
  outcome: z.enum(["failed", "skipped"]),
  reasonCode: z.string(),
  message: z.string(),
  /** Attempts that ended with an answer, the last one included. */
  attempts: z.int().min(1),
});
export type RunUnit = z.infer<typeof runUnitSchema>;
export const runUnitListSchema = listOf(runUnitSchema);

const proofCountsSchema = z.object({
  total: z.int().min(0),
  processed: z.int().min(0),
  succeeded: z.int().min(0),
  failed: z.int().min(0),
  skipped: z.int().min(0),
});
/** `GET …/operations/:runId/proof`: the counts recounted from the ledger, beside what readers are shown. */
export const proofSchema = z.object({
  ledger: proofCountsSchema,
  projection: proofCountsSchema,
  /** Unit deliveries that the ledger recorded, duplicates included. */
  deliveries: z.int().min(0),
  duplicatesSuppressed: z.int().min(0),
  /** Units sent again by healing. */
  redispatched: z.int().min(0),
  /** The recount, the running counts and (once caught up) the projection do not agree. */
  drift: z.boolean(),
  /** The projection has not caught up with the ledger yet: normal while a run is going. */
  projectionPending: z.boolean(),
  recountedAt: timestamp,
});
export type Proof = z.infer<typeof proofSchema>;

export const ROLES = ["owner", "manager", "operator", "readonly"] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** What a member may do. `access/capabilities.ts` maps roles to these; the console only hides what it would be refused. */
export const CAPABILITIES = [
  "tenant.read",
  "inventory.read",
  "operations.read",
  "operations.cancel",
  "operations.retry",
  "inventory.sync",
  "members.read",
  "audit.read",
  "settings.manage",
  "evidence.read",
  "evidence.create",
  "review-pack.read",
  "review-pack.download",
  "review-pack.generate",
  "backup.read",
  "backup.write",
  "backup.delete",
  "backup.force-delete",
  "restore.preview",
  "restore.execute",
  "baseline.read",
  "baseline.capture",
  "baseline.compare",
  "finding.accept",
] as const;
export const capabilitySchema = z.enum(CAPABILITIES);
export type Capability = z.infer<typeof capabilitySchema>;

export const tenantSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  role: roleSchema,
  capabilities: z.array(capabilitySchema),
});
export type Tenant = z.infer<typeof tenantSchema>;
export const tenantListSchema = listOf(tenantSchema);

export const meSchema = z.object({
  user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
  tenants: z.array(tenantSchema),
});
export type Me = z.infer<typeof meSchema>;

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
});
export type PolicyVersion = z.infer<typeof policyVersionSchema>;
export const policyVersionListSchema = listOf(policyVersionSchema);

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
  lastOutcome: z.enum(["succeeded", "failed"]).nullable(),
  lastReason: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type FamilyState = z.infer<typeof familyStateSchema>;
export const familyStateListSchema = listOf(familyStateSchema);

/** Stored exactly once per run for its initiator. */
export const notificationSchema = z.object({
  id: z.string(),
  runId: z.string(),
  tenantId: z.string(),
  outcome: runOutcomeSchema,
  title: z.string(),
  body: z.string(),
  href: z.string(),
  createdAt: timestamp,
  seenAt: timestamp.nullable(),
});
export type Notification = z.infer<typeof notificationSchema>;
export const notificationListSchema = listOf(notificationSchema);

export const memberSchema = z.object({ userId: z.string(), email: z.string(), name: z.string(), role: roleSchema });
export type Member = z.infer<typeof memberSchema>;
export const memberListSchema = listOf(memberSchema);

export const auditEventSchema = z.object({
  id: z.string(),
  at: timestamp,
  action: z.string(),
  actor: z.object({ id: z.string(), name: z.string() }).nullable(),
  target: z.object({ kind: z.string(), id: z.string() }),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;
export const auditEventListSchema = listOf(auditEventSchema);

/** RFC 9457 problem, with a stable `code`. `fields` names what is wrong with an `invalid_input`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  requestId: z.string().optional(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
