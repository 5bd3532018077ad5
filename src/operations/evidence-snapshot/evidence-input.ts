/** What a unit of an evidence snapshot is told: which item it has to record, with what was frozen when it was listed. */
import { z } from "zod";

export const policyInputSchema = z.object({
  kind: z.literal("policy"),
  family: z.string(),
  graphId: z.string(),
  name: z.string(),
  platform: z.string().nullable(),
  odataType: z.string().nullable(),
  assignmentCount: z.int().nullable(),
  versionNumber: z.int(),
  contentHash: z.string(),
  contentBytes: z.int(),
  /** ISO 8601 as Graph tells it; null where it tells none. */
  lastModifiedAt: z.string().nullable(),
  /** Milliseconds since the epoch. */
  firstSeenAt: z.int(),
  lastSeenAt: z.int(),
  lastSeenRunId: z.string(),
  lastRequestId: z.string().nullable(),
  /** Since when the policy could not be read, and why; absent when it was read. */
  unread: z.object({ since: z.int(), message: z.string() }).optional(),
});
export type PolicyInput = z.infer<typeof policyInputSchema>;

export const familyInputSchema = z.object({
  kind: z.literal("family"),
  family: z.string(),
  label: z.string(),
  readPermission: z.string(),
  policyCount: z.int(),
  lastCompleteAt: z.string().nullable(),
  lastAttemptAt: z.string().nullable(),
  lastOutcome: z.enum(["succeeded", "failed"]).nullable(),
  lastReason: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type FamilyInput = z.infer<typeof familyInputSchema>;

/** Topics of which there is one item each: told of what was so until `takenAt`. */
export const TOPICS = ["backup-coverage", "drift-findings", "membership", "operations", "roles"] as const;
export type Topic = (typeof TOPICS)[number];

const topicInputSchema = z.object({ kind: z.enum(TOPICS) });

export const evidenceInputSchema = z.object({
  snapshotId: z.string(),
  takenAt: z.int(),
  item: z.discriminatedUnion("kind", [policyInputSchema, familyInputSchema, topicInputSchema]),
});
export type EvidenceInput = z.infer<typeof evidenceInputSchema>;

export function evidenceKey(item: EvidenceInput["item"]): string {
  switch (item.kind) {
    case "policy":
      return `policy/${item.family}/${item.graphId}`;
    case "family":
      return `family/${item.family}`;
    default:
      return item.kind;
  }
}
