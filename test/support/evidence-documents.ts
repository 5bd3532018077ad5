/** The documents of evidence items as they are stored. For the Workers runtime. */
import { readPlaces } from "../../src/database/evidence/evidence-items.ts";
import { readDocumentsAt } from "../../src/storage/evidence-documents.ts";
import { env } from "./environment.ts";

/** The document of an item, by its key, as the product reads it; null when the snapshot has none, or it is gone. */
export async function storedDocument(tenantId: string, snapshotId: string, key: string): Promise<string | null> {
  const places = await readPlaces(env.DATABASE, snapshotId, [key]);
  return (await readDocumentsAt(env.ARTIFACTS, { tenantId, snapshotId }, places))[0] ?? null;
}

/** Keeps a snapshot's documents in their rows, as an earlier version did, and nothing of them in R2. */
export async function keepDocumentsInRows(
  tenantId: string,
  snapshotId: string,
  keys: readonly string[],
): Promise<void> {
  const places = await readPlaces(env.DATABASE, snapshotId, keys);
  const documents = await readDocumentsAt(env.ARTIFACTS, { tenantId, snapshotId }, places);
  await env.DATABASE.prepare(
    `update evidence_items set segment = null, document = j.value ->> 1 from json_each(?2) j
      where snapshot_id = ?1 and evidence_items.key = j.value ->> 0`,
  )
    .bind(snapshotId, JSON.stringify(places.map(({ key }, index) => [key, documents[index]])))
    .run();
  await env.ARTIFACTS.delete(await documentObjects(tenantId, snapshotId));
}

/** The objects that hold a snapshot's documents. */
export async function documentObjects(tenantId: string, snapshotId: string): Promise<string[]> {
  const { objects } = await env.ARTIFACTS.list({ prefix: `tenants/${tenantId}/evidence/${snapshotId}/` });
  return objects.map(({ key }) => key);
}

/** Changes what the store holds of a snapshot's documents behind the product's back. */
export async function tamperWithDocuments(
  tenantId: string,
  snapshotId: string,
  change: (text: string) => string,
): Promise<void> {
  for (const key of await documentObjects(tenantId, snapshotId)) {
    const text = (await (await env.ARTIFACTS.get(key))?.text()) ?? "";
    await env.ARTIFACTS.put(key, change(text));
  }
}
