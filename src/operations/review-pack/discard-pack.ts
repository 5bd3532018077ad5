/** The end of a pack that came to nothing, or whose time is over: no file, no upload and no staged entry is left. */
import { ArchiveStorage } from "../../storage/archive-storage.ts";
import {
  expirePack,
  failPack,
  listPacksToSweep,
  type PackSpecification,
  placeOf,
} from "../../database/review-packs/review-packs.ts";
import { openHold } from "../../database/retention/legal-holds.ts";
import { errorFields, logEvent } from "../../observability/log.ts";

/**
 * Deletes the pack of a run that ended without its result. Idempotent. The row says `failed` only when the files are gone. The run's
 * outcome decides: a pack that was completed while its run was being canceled is deleted too. The last call comes after all leases have
 * ended, and removes what a late consumer has written since.
 */
export async function discardPack(env: Env, pack: PackSpecification): Promise<void> {
  if (pack.status === "expired") return;
  const storage = new ArchiveStorage(env.ARTIFACTS, placeOf(pack));
  if (pack.uploadId !== null) await storage.abortUpload(pack.uploadId);
  await storage.clear("everything");
  await failPack(env.DATABASE, pack.id);
}

const PACKS_PER_SWEEP = 50;

/** For the cron: deletes the files of packs whose time is over, and cleans up after runs whose own cleanup never came. */
export async function sweepPacks(env: Env, now: number): Promise<void> {
  const { expired, abandoned } = await listPacksToSweep(env.DATABASE, now, PACKS_PER_SWEEP);
  for (const pack of expired) {
    await attempt(pack, "review_pack_expired", async () => {
      // Files cannot go in the statement that asks: a hold may have been placed since the packs were listed.
      if ((await openHold(env.DATABASE, pack.tenantId)) !== null) return;
      await new ArchiveStorage(env.ARTIFACTS, placeOf(pack)).clear("everything");
      await expirePack(env.DATABASE, pack.id, now);
    });
  }
  for (const pack of abandoned) await attempt(pack, "review_pack_discarded", () => discardPack(env, pack));
}

/** One pack's trouble is not the others': it is met again at the next sweep. */
async function attempt(pack: PackSpecification, event: string, work: () => Promise<void>): Promise<void> {
  const fields = { packId: pack.id, tenantId: pack.tenantId };
  try {
    await work();
    logEvent("info", event, fields);
  } catch (error) {
    logEvent("error", "review_pack_sweep_failed", { ...fields, ...errorFields(error) });
  }
}
