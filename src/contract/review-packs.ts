/** Review packs: what can be chosen, what a pack is, as the API tells it. */
import { z } from "zod";
import { archiveFields, archiveStatusSchema } from "./archives.ts";
import { listOf, timestamp } from "./lists.ts";

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

export const reviewPackSchema = z.object({
  id: z.string(),
  status: archiveStatusSchema,
  evidenceSnapshotId: z.string(),
  /** When what it shows was true. */
  snapshotTakenAt: timestamp,
  include: packIncludeSchema,
  /** Files in the archive; null until they are counted. */
  fileCount: z.int().min(0).nullable(),
  /** Of a snapshot that it shows: the Merkle root. */
  merkleRoot: z.string().nullable(),
  ...archiveFields,
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
