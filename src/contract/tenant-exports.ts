/** Exports of everything of a tenant, as the API tells of them. */
import { z } from "zod";
import { archiveFields, archiveStatusSchema } from "./archives.ts";
import { listOf } from "./lists.ts";

/** The whole `input` of `tenant.export`, which leaves nothing to choose: an export that leaves something out is no export of everything. */
export const tenantExportRequestSchema = z.strictObject({});

/** Days from its completion that an export is kept. It holds everything of a tenant: it is to be downloaded, not to lie around. */
export const EXPORT_DAYS = 14;

export const storedExportStatusSchema = z.enum([...archiveStatusSchema.options, "assembling"]);

/** An archive of everything. `fileCount` and `rowCount`: files in it, and rows in its tables; null until they are counted. */
export const tenantExportSchema = z.object({
  id: z.string(),
  status: archiveStatusSchema,
  fileCount: z.int().min(0).nullable(),
  rowCount: z.int().min(0).nullable(),
  /** The end of the audit log's chain, up to which the export has the log; null until it is known. */
  auditHead: z.object({ seq: z.int(), hash: z.string() }).nullable(),
  ...archiveFields,
});
export type TenantExport = z.infer<typeof tenantExportSchema>;
export const tenantExportListSchema = listOf(tenantExportSchema);
