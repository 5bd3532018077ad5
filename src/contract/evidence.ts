/** Evidence snapshots and their items, as the API tells them. */
import { z } from "zod";
import { listOf } from "./lists.ts";

const timestamp = z.iso.datetime();

/** Input of `evidence.snapshot`, which leaves nothing to choose. */
export const evidenceSnapshotRequestSchema = z.strictObject({});

/**
 * `building` while its run goes on. `complete`: immutable, with a Merkle root. `empty`: there was nothing to record.
 * `incomplete`: its run failed or was canceled; it is shown, without items, and never used.
 */
export const SNAPSHOT_STATUSES = ["building", "complete", "empty", "incomplete"] as const;
export const evidenceSnapshotSchema = z.object({
  id: z.string(),
  status: z.enum(SNAPSHOT_STATUSES),
  /** Items recorded, and those among them that an auditor should see first; null until the snapshot is complete. */
  itemCount: z.int().min(0).nullable(),
  exceptionCount: z.int().min(0).nullable(),
  /** Hexadecimal; over all items in the order of their keys (docs/evidence.md). */
  merkleRoot: z.string().nullable(),
  /** When the items were listed: what they tell was true then. */
  takenAt: timestamp,
  completedAt: timestamp.nullable(),
  initiator: z.object({ id: z.string(), name: z.string() }).nullable(),
  runId: z.string(),
  /** Its page in the console. */
  href: z.string(),
});
export type EvidenceSnapshot = z.infer<typeof evidenceSnapshotSchema>;
export const evidenceSnapshotListSchema = listOf(evidenceSnapshotSchema);

export const EVIDENCE_KINDS = [
  "policy",
  "family",
  "membership",
  "roles",
  "drift-findings",
  "operations",
  "backup-coverage",
] as const;
export const evidenceKindSchema = z.enum(EVIDENCE_KINDS);
export type EvidenceKind = z.infer<typeof evidenceKindSchema>;

export const evidenceItemSchema = z.object({
  /** Opaque, unique in the snapshot. */
  id: z.string(),
  /** Unique in the snapshot, and the order of the Merkle tree's leaves. */
  key: z.string(),
  kind: evidenceKindSchema,
  /** Family key of the catalogue, for a policy or a family. */
  family: z.string().nullable(),
  title: z.string(),
  exception: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** SHA-256 of the item's canonical JSON, hexadecimal. */
  itemHash: z.string(),
  itemBytes: z.int().min(0),
});
export type EvidenceItem = z.infer<typeof evidenceItemSchema>;
export const evidenceItemListSchema = listOf(evidenceItemSchema);

/**
 * `GET …/evidence-snapshots/:id/verification`: everything recomputed from the stored documents. Of a snapshot that is not
 * complete nothing is computed, and nothing matches.
 */
export const evidenceVerificationSchema = z.object({
  matches: z.boolean(),
  storedRoot: z.string().nullable(),
  recomputedRoot: z.string().nullable(),
  items: z.int().min(0),
  /** Keys of items whose document is not what its hash says, or that are listed otherwise than it says; at most 100. */
  mismatches: z.array(z.string()),
  verifiedAt: timestamp,
});
export type EvidenceVerification = z.infer<typeof evidenceVerificationSchema>;
