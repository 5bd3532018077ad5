/** The documents that a tenant has in R2, apart from the archives that are made of them. */

/** Folders below the tenant's prefix, in the order in which they are listed. */
export const CONTENT_AREAS = ["differences", "evidence", "normal-forms", "payloads", "restore-plans"] as const;

export interface StoredContent {
  /** Below the tenant's prefix. */
  key: string;
  /** By its key: each is stored under the hash of its bytes. */
  sha256: string;
  bytes: number;
}

/** All that a tenant has in R2 stands below this. Throws for an id that could leave it: none of ours does. */
export function tenantPrefix(tenantId: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(tenantId)) throw new Error("A tenant's id cannot stand in a key");
  return `tenants/${tenantId}/`;
}

/** A page of an area's documents, by key; those that were freed (`emptyPayload`) are none. `last` is null on the last page. */
export async function listContents(
  bucket: R2Bucket,
  request: { tenantId: string; area: (typeof CONTENT_AREAS)[number]; after: string; limit: number },
): Promise<{ contents: StoredContent[]; last: string | null }> {
  const root = tenantPrefix(request.tenantId);
  const { objects, truncated } = await bucket.list({
    prefix: `${root}${request.area}/`,
    limit: request.limit,
    ...(request.after === "" ? {} : { startAfter: root + request.after }),
  });
  const listed = objects.map(({ key, size }) => ({ key: key.slice(root.length), bytes: size }));
  const contents = listed.flatMap(({ key, bytes }) => {
    const [sha256] = /[0-9a-f]{64}(?=(\.jsonl?)?$)/.exec(key) ?? [];
    return bytes === 0 || sha256 === undefined ? [] : [{ key, sha256, bytes }];
  });
  return { contents, last: truncated ? (listed.at(-1)?.key ?? null) : null };
}

/** The bytes under a key below the tenant's prefix; null when there are none. */
export async function readContent(bucket: R2Bucket, tenantId: string, key: string): Promise<Uint8Array | null> {
  const object = await bucket.get(tenantPrefix(tenantId) + key);
  if (object === null || object.size === 0) return null;
  return new Uint8Array(await object.arrayBuffer());
}
