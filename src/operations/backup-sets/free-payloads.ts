/** Frees payloads that removed sets referred to, if nothing else does: at once where that is safe, else by the cron sweep. */
import { eachOf } from "../../storage/each-of.ts";
import { emptyPayload } from "../../storage/payload-store.ts";
import { dueReleases, settleReleases, unreferencedPayloads } from "../../database/payloads/payload-references.ts";
import { logEvent } from "../../observability/log.ts";
import type { TenantEnv } from "../../database/databases.ts";

/**
 * A writer puts a payload and inserts the row that refers to it within its turn, of 15 minutes at most. What was put this long ago
 * and has no row will have none.
 */
const GRACE_MS = 60 * 60_000;
/** Of one unit, and of one sweep: a minute's work at most. */
const PAYLOADS_A_TURN = 500;

/**
 * Looks at released payloads of a tenant: those that a row still refers to are kept and forgotten, old ones are emptied, young
 * ones left for later. Idempotent. D1: one query and one batch. R2: one conditional write for each that nothing refers to.
 */
export async function freePayloads(
  env: TenantEnv,
  tenantId: string,
  released: readonly string[],
  now: number,
): Promise<void> {
  const hashes = released.slice(0, PAYLOADS_A_TURN);
  if (hashes.length === 0) return;
  // The references first, the age afterwards and with the write: see decisions/060-backup-sets.md.
  const unreferenced = new Set(await unreferencedPayloads(env.DATABASE, tenantId, hashes));
  const emptied: string[] = [];
  const postponed: string[] = [];
  await eachOf([...unreferenced], async (hash) => {
    const outcome = await emptyPayload(env.ARTIFACTS, tenantId, hash, now - GRACE_MS);
    (outcome === "emptied" ? emptied : postponed).push(hash);
  });
  await settleReleases(env.DATABASE, tenantId, {
    at: now,
    kept: hashes.filter((hash) => !unreferenced.has(hash)),
    emptied,
    postponed,
    dueAt: now + GRACE_MS,
  });
  logEvent("info", "payloads_freed", { tenantId, released: hashes.length, freed: emptied.length });
}

/** The sweep's part. What fails is due again at the next. */
export async function freeDuePayloads(env: TenantEnv, now: number): Promise<void> {
  const due = Map.groupBy(await dueReleases(env.DATABASE, now, PAYLOADS_A_TURN), ({ tenantId }) => tenantId);
  for (const [tenantId, releases] of due) {
    await freePayloads(
      env,
      tenantId,
      releases.map(({ hash }) => hash),
      now,
    );
  }
}
