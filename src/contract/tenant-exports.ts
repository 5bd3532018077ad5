/** Exports of everything of a tenant, as the API tells of them. */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";

/** The whole `input` of `tenant.export`, which leaves nothing to choose: an export that leaves something out is no export of everything. */
export const tenantExportRequestSchema = z.strictObject({});

/** Days from its completion that an export is kept. It holds everything of a tenant: it is to be downloaded, not to lie around. */
export const EXPORT_DAYS = 14;

const exportStatusSchema = z.enum(["writing", "complete", "failed", "expired"]);
export const storedExportStatusSchema = z.enum([...exportStatusSchema.options, "assembling"]);

/**
 * `writing` until its run ends; `complete`: it can be downloaded until `expiresAt`; `failed`: there is no file, and a retry
 * makes a new export; `expired`: the file is gone for good.
 */
export const tenantExportSchema = z.object({
  id: z.string(),
  status: exportStatusSchema,
  /** Files in the archive, and rows in the files of tables; null until they are counted. */
  fileCount: z.int().min(0).nullable(),
  rowCount: z.int().min(0).nullable(),
  /** The end of the audit log's chain, up to which the export has the log; null until it is known. */
  auditHead: z.object({ seq: z.int(), hash: z.string() }).nullable(),
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
});
export type TenantExport = z.infer<typeof tenantExportSchema>;
export const tenantExportListSchema = listOf(tenantExportSchema);
