/** After a change of the secrets key: what is sealed with another key of the ring is sealed anew, a few at each sweep. */
import {
  countSealed,
  countSealedItems,
  replaceSealed,
  type SealedValue,
  sealedChannels,
  sealedConnections,
  sealedItems,
  sealedRequests,
  type SealRange,
} from "../../database/tenancy/sealed-values.ts";
import { readSettings } from "../../environment.ts";
import { logEvent } from "../../observability/log.ts";
import {
  approvalSecretContext,
  backupItemSecretContext,
  connectionSecretContext,
  type KeyRing,
  newsChannelSecretContext,
  openSecret,
  type SecretContext,
  sealedPrefix,
  sealSecret,
  SecretUnreadableError,
} from "../../secrets/secret-box.ts";
import type { TenantDatabase, TenantEnv } from "../../database/databases.ts";

const ITEMS_PER_PAGE = 100;
/** Bounds a sweep. */
const PAGES_PER_SWEEP = 5;
const ITEMS_PER_SWEEP = ITEMS_PER_PAGE * PAGES_PER_SWEEP;
const SWEEP_EVERY_MS = 60_000;

/**
 * One bounded step. May be called any number of times; a text that another has replaced meanwhile stays as it is. Logs
 * `secrets_resealed` when there was something to do, with what is left to do.
 *
 * @param now milliseconds since the epoch
 */
export async function resealSecrets(env: Pick<TenantEnv, "DATABASE">, now: number): Promise<void> {
  const { secretsKeys: ring } = readSettings(env);
  if (ring === null) return;
  const tally = { resealed: 0, unreadable: 0 };
  for (const range of await outdated(ring)) {
    await reseal(env.DATABASE, ring, await sealedConnections(env.DATABASE, range), tally);
    await reseal(env.DATABASE, ring, await sealedRequests(env.DATABASE, range), tally);
    await reseal(env.DATABASE, ring, await sealedChannels(env.DATABASE, range), tally);
    let after: SealedValue | null = null;
    const skipped = placeOf(await countSealedItems(env.DATABASE, range), now);
    for (let pages = 0; pages < PAGES_PER_SWEEP; pages += 1) {
      const skip = after === null ? skipped : 0;
      const page: SealedValue[] = await sealedItems(env.DATABASE, range, { after, skip, limit: ITEMS_PER_PAGE });
      await reseal(env.DATABASE, ring, page, tally);
      after = page.at(-1) ?? null;
      if (page.length < ITEMS_PER_PAGE) break;
    }
  }
  if (tally.resealed + tally.unreadable === 0) return;
  logEvent(tally.unreadable > 0 ? "warn" : "info", "secrets_resealed", { ...tally, left: await countLeft(env, ring) });
}

/** Where a sweep begins among so many items: elsewhere each minute, so that many that do not open hide none that does. */
function placeOf(count: number, now: number): number {
  const places = Math.max(1, Math.ceil(count / ITEMS_PER_SWEEP));
  return (Math.floor(now / SWEEP_EVERY_MS) % places) * ITEMS_PER_SWEEP;
}

/** What the ring opens and its current key has not sealed. */
async function outdated({ current, previous }: KeyRing): Promise<SealRange[]> {
  const ranges: SealRange[] = [{ from: "v1.", to: "v1/" }];
  for (const key of new Set(previous)) {
    const from = await sealedPrefix(key);
    // The letter after the point, in the order of the database.
    if (key !== current) ranges.push({ from, to: `${from.slice(0, -1)}/` });
  }
  return ranges;
}

async function reseal(
  database: TenantDatabase,
  ring: KeyRing,
  values: readonly SealedValue[],
  tally: { resealed: number; unreadable: number },
): Promise<void> {
  const changes: { value: SealedValue; sealed: string }[] = [];
  for (const value of values) {
    const context = contextOf(value);
    const text = await openOrNull(ring, value.sealed, context);
    if (text === null) tally.unreadable += 1;
    else changes.push({ value, sealed: await sealSecret(ring, text, context) });
  }
  await replaceSealed(database, changes);
  tally.resealed += changes.length;
}

function contextOf(value: SealedValue): SecretContext {
  switch (value.kind) {
    case "connection":
      return connectionSecretContext(value.tenantId, value.purpose);
    case "approval-request":
      return approvalSecretContext(value.tenantId, value.requestId);
    case "news-channel":
      return newsChannelSecretContext(value.tenantId, value.channelId);
    case "backup-item":
      return backupItemSecretContext(value.tenantId, value.itemId);
  }
}

async function openOrNull(ring: KeyRing, sealed: string, context: SecretContext): Promise<string | null> {
  try {
    return await openSecret(ring, sealed, context);
  } catch (error) {
    if (error instanceof SecretUnreadableError) return null;
    throw error;
  }
}

async function countLeft(env: Pick<TenantEnv, "DATABASE">, ring: KeyRing): Promise<number> {
  const done = await sealedPrefix(ring.current);
  const others = (await countSealed(env.DATABASE)).filter(({ prefix }) => prefix !== done);
  return others.reduce(
    (sum, each) => sum + each.connections + each.approvalRequests + each.newsChannels + each.backupItems,
    0,
  );
}
