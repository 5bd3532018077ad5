/** Review packs: what can be chosen, what a pack is, as the API tells it. */
import { z } from "zod";
import { listOf } from "./lists.ts";

const timestamp = z.iso.datetime();

/** What a pack may hold beside its index, its manifest and the inventory's CSV, in the order in which people are asked. */
export const PACK_PARTS = ["rawPolicies", "evidence", "operations", "findings"] as const;
export const packPartSchema = z.enum(PACK_PARTS);
export type PackPart = z.infer<typeof packPartSchema>;

/** Every part, chosen or not: a normalized choice. */
export const packIncludeSchema = z.object({
  rawPolicies: z.boolean(),
  evidence: z.boolean(),
  operations: z.boolean(),
  findings: z.boolean(),
});
export type PackInclude = z.infer<typeof packIncludeSchema>;

/** The whole `input` of `review-pack.generate`. What is left out is included; the snapshot is the newest complete one. */
export const packInputSchema = z.strictObject({
  evidenceSnapshotId: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: "A complete snapshot; the newest one when absent." }),
  include: z
    .strictObject({
      rawPolicies: z.boolean().optional(),
      evidence: z.boolean().optional(),
      operations: z.boolean().optional(),
      findings: z.boolean().optional(),
    })
    .optional()
    .meta({ description: "What is left out is included." }),
});

export const packStatusSchema = z.enum(["writing", "complete", "failed", "expired"]);
/**
 * `writing` until its run ends; `complete`: it can be downloaded until `expiresAt`; `failed`: there is no file, and a retry
 * makes a new pack; `expired`: the file is gone for good.
 */
export const reviewPackSchema = z.object({
  id: z.string(),
  status: packStatusSchema,
  evidenceSnapshotId: z.string(),
  /** When what it shows was true. */
  snapshotTakenAt: timestamp,
  include: packIncludeSchema,
  /** Files in the archive; null until they are counted. */
  fileCount: z.int().min(0).nullable(),
  archiveName: z.string(),
  archiveBytes: z.int().min(0).nullable(),
  /** SHA-256 of the archive, hexadecimal. */
  archiveHash: z.string().nullable(),
  /** Of a snapshot that it shows: the Merkle root. */
  merkleRoot: z.string().nullable(),
  initiator: z.object({ id: z.string(), name: z.string() }).nullable(),
  runId: z.string(),
  createdAt: timestamp,
  completedAt: timestamp.nullable(),
  expiresAt: timestamp.nullable(),
  expiredAt: timestamp.nullable(),
  /** Where to download it; null when there is nothing to download. */
  downloadHref: z.string().nullable(),
});
export type ReviewPack = z.infer<typeof reviewPackSchema>;
export const reviewPackListSchema = listOf(reviewPackSchema);

/** `GET …/review-packs/options?evidenceSnapshotId=`: what each part would add, in files. */
export const reviewPackOptionsSchema = z.object({
  /** Null when the tenant has no complete snapshot. */
  snapshot: z.object({ id: z.string(), takenAt: timestamp, itemCount: z.int().min(0) }).nullable(),
  /** In every pack: index, manifest, its checksums, the inventory's CSV. */
  always: z.int().min(0),
  parts: z.object({
    rawPolicies: z.int().min(0),
    evidence: z.int().min(0),
    operations: z.int().min(0),
    findings: z.int().min(0),
  }),
  retentionDays: z.int().min(1),
});
export type ReviewPackOptions = z.infer<typeof reviewPackOptionsSchema>;
