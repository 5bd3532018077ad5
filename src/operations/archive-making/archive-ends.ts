/** The end of an archive that came to nothing, or whose time is over: no file, no upload and no staged entry is left. */
import { openHold } from "../../database/retention/legal-holds.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { type ArchivePlace, ArchiveStorage } from "../../storage/archive-storage.ts";
import type { TenantDatabase, TenantEnv } from "../../database/databases.ts";

interface EndingArchive {
  id: string;
  tenantId: string;
  status: string;
  uploadId: string | null;
}

/** How a kind of archive, review packs for example, is listed and ends. */
export interface ArchiveEnds<Archive extends EndingArchive> {
  placeOf: (archive: Archive) => ArchivePlace;
  listToSweep: (
    database: TenantDatabase,
    now: number,
    limit: number,
  ) => Promise<{ expired: Archive[]; abandoned: Archive[] }>;
  fail: (database: TenantDatabase, id: string) => Promise<void>;
  expire: (database: TenantDatabase, id: string, at: number) => Promise<void>;
  perSweep: number;
  /** What the log calls the events, and the archive's id in them. */
  log: { expired: string; discarded: string; failed: string; id: string };
}

/**
 * Deletes the archive of a run that ended without its result. Idempotent. The row says `failed` only when the files are gone. The run's
 * outcome decides: an archive that was completed while its run was being canceled is deleted too. The last call comes after all leases have
 * ended, and removes what a late consumer has written since.
 */
export async function discardArchive<Archive extends EndingArchive>(
  env: TenantEnv,
  archive: Archive,
  { placeOf, fail }: Pick<ArchiveEnds<Archive>, "placeOf" | "fail">,
): Promise<void> {
  if (archive.status === "expired") return;
  const storage = new ArchiveStorage(env.ARTIFACTS, placeOf(archive));
  if (archive.uploadId !== null) await storage.abortUpload(archive.uploadId);
  await storage.clear("everything");
  await fail(env.DATABASE, archive.id);
}

/** For the cron: deletes the files of archives whose time is over, and cleans up after runs whose own cleanup never came. */
export async function sweepArchives<Archive extends EndingArchive>(
  env: TenantEnv,
  now: number,
  ends: ArchiveEnds<Archive>,
): Promise<void> {
  const { placeOf, listToSweep, expire, perSweep, log } = ends;
  const { expired, abandoned } = await listToSweep(env.DATABASE, now, perSweep);
  for (const archive of expired) {
    await attempt(archive, log, log.expired, async () => {
      // Files cannot go in the statement that asks: a hold may have been placed since the archives were listed.
      if ((await openHold(env.DATABASE, archive.tenantId)) !== null) return;
      await new ArchiveStorage(env.ARTIFACTS, placeOf(archive)).clear("everything");
      await expire(env.DATABASE, archive.id, now);
    });
  }
  for (const archive of abandoned) await attempt(archive, log, log.discarded, () => discardArchive(env, archive, ends));
}

/** One archive's trouble is not the others': it is met again at the next sweep. */
async function attempt(
  { id, tenantId }: EndingArchive,
  log: ArchiveEnds<EndingArchive>["log"],
  event: string,
  work: () => Promise<void>,
): Promise<void> {
  const fields = { [log.id]: id, tenantId };
  try {
    await work();
    logEvent("info", event, fields);
  } catch (error) {
    logEvent("error", log.failed, { ...fields, ...errorFields(error) });
  }
}
