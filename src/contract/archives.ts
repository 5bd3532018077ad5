/** What review packs and exports have in common, as the API tells it: an archive that a run makes, and that is kept for a time. */
import { z } from "zod";
import { timestamp } from "./lists.ts";

/**
 * `writing` until its run ends; `complete`: it can be downloaded until `expiresAt`; `failed`: there is no file, and a retry
 * makes a new archive; `expired`: the file is gone for good.
 */
export const archiveStatusSchema = z.enum(["writing", "complete", "failed", "expired"]);

export const archiveFields = {
  archiveName: z.string(),
  archiveBytes: z.int().min(0).nullable(),
  /** SHA-256 of the archive, hexadecimal. */
  archiveHash: z.string().nullable(),
  initiator: z.object({ id: z.string(), name: z.string() }).nullable(),
  runId: z.string(),
  createdAt: timestamp,
  completedAt: timestamp.nullable(),
  expiresAt: timestamp.nullable(),
  expiredAt: timestamp.nullable(),
  /** Where to download it; null when there is nothing to download. */
  downloadHref: z.string().nullable(),
};

/** The fields as a value. */
export type ArchiveFacts = z.infer<z.ZodObject<typeof archiveFields>>;
