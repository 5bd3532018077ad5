/** For the cron: uploads whose time is over. Their bytes go; their record stays with the set that they became. */
import {
  forgetUpload,
  listDueUploads,
  noteRemoved,
  postponeUpload,
} from "../../database/policy-files/policy-uploads.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { removeUpload } from "../../storage/policy-uploads.ts";
import type { TenantEnv } from "../../database/databases.ts";

const PER_SWEEP = 20;

export async function sweepUploads(env: TenantEnv, now: number): Promise<void> {
  for (const upload of await listDueUploads(env.DATABASE, now, PER_SWEEP)) {
    const { id: uploadId, tenantId, removedAt, importing, kept } = upload;
    try {
      if (importing === 1) {
        await postponeUpload(env.DATABASE, uploadId, now);
        continue;
      }
      // Bytes first: a row that is left is met again, bytes without one never.
      if (removedAt === null) await removeUpload(env.ARTIFACTS, { tenantId, uploadId });
      if (kept === 1) await noteRemoved(env.DATABASE, uploadId, now);
      else await forgetUpload(env.DATABASE, uploadId);
      logEvent("info", "policy_upload_removed", { uploadId, tenantId });
    } catch (error) {
      logEvent("error", "policy_upload_sweep_failed", { uploadId, tenantId, ...errorFields(error) });
    }
  }
}
