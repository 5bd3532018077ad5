/**
 * What matching has learned of policies, kept in R2 from one step and one comparison to the next, an object for each family of a followed standard. Lost, it is
 * learned anew: nothing depends on it.
 */
export interface KeptTraits<Traits> {
  /** By the id of the tenant's policy, or the key of the standard's: of which content, and what it sets. */
  tenant: Record<string, { of: string; traits: Traits }>;
  standard: Record<string, { of: string; traits: Traits }>;
}

const VERSION = 1;

function keyOf({ tenantId, followingId, family }: TraitsPlace): string {
  for (const part of [tenantId, followingId, family]) {
    if (!/^[A-Za-z0-9_-]+$/.test(part)) throw new Error("An id cannot stand in a key");
  }
  return `tenants/${tenantId}/standards/${followingId}/traits/${family}.json`;
}

export interface TraitsPlace {
  tenantId: string;
  followingId: string;
  family: string;
}

/** Empty where nothing is kept, or what is kept is of another version or cannot be read. One reading of R2. */
export async function loadTraits<Traits>(
  bucket: R2Bucket,
  place: TraitsPlace,
  parse: (stored: unknown) => KeptTraits<Traits> | null,
): Promise<KeptTraits<Traits>> {
  const object = await bucket.get(keyOf(place));
  const stored: unknown = object === null ? null : await object.json().catch(() => null);
  const isOurs = typeof stored === "object" && stored !== null && "version" in stored && stored.version === VERSION;
  return (isOurs ? parse(stored) : null) ?? { tenant: {}, standard: {} };
}

/** One write to R2. */
export async function saveTraits<Traits>(
  bucket: R2Bucket,
  place: TraitsPlace,
  kept: KeptTraits<Traits>,
): Promise<void> {
  await bucket.put(keyOf(place), JSON.stringify({ version: VERSION, ...kept }));
}
