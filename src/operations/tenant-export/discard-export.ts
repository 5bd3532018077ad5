/** The end of an export that came to nothing, or whose time is over: no file, no upload and no staged entry is left. */
import {
  expireExport,
  type ExportSpecification,
  failExport,
  listExportsToSweep,
  placeOf,
} from "../../database/exports/tenant-exports.ts";
import { openHold } from "../../database/retention/legal-holds.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { ArchiveStorage } from "../../storage/archive-storage.ts";

/** Deletes the export of a run that ended without its result. Idempotent. The row says `failed` only when the files are gone. */
export async function discardExport(env: Env, made: ExportSpecification): Promise<void> {
  if (made.status === "expired") return;
  const storage = new ArchiveStorage(env.ARTIFACTS, placeOf(made));
  if (made.uploadId !== null) await storage.abortUpload(made.uploadId);
  await storage.clear("everything");
  await failExport(env.DATABASE, made.id);
}

const EXPORTS_PER_SWEEP = 20;

/** For the cron: deletes the files of exports whose time is over, and cleans up after runs whose own cleanup never came. */
export async function sweepExports(env: Env, now: number): Promise<void> {
  const { expired, abandoned } = await listExportsToSweep(env.DATABASE, now, EXPORTS_PER_SWEEP);
  for (const made of expired) {
    await attempt(made, "tenant_export_expired", async () => {
      // Files cannot go in the statement that asks: a hold may have been placed since the exports were listed.
      if ((await openHold(env.DATABASE, made.tenantId)) !== null) return;
      await new ArchiveStorage(env.ARTIFACTS, placeOf(made)).clear("everything");
      await expireExport(env.DATABASE, made.id, now);
    });
  }
  for (const made of abandoned) await attempt(made, "tenant_export_discarded", () => discardExport(env, made));
}

/** One export's trouble is not the others': it is met again at the next sweep. */
async function attempt(made: ExportSpecification, event: string, work: () => Promise<void>): Promise<void> {
  const fields = { exportId: made.id, tenantId: made.tenantId };
  try {
    await work();
    logEvent("info", event, fields);
  } catch (error) {
    logEvent("error", "tenant_export_sweep_failed", { ...fields, ...errorFields(error) });
  }
}
