/** Writing the items of a snapshot: inserted once, never changed; gone with a snapshot that came to nothing. */
import { jsonLists } from "../sql/json-lists.ts";
import type { TenantDatabase } from "../databases.ts";

export interface NewEvidenceItem {
  snapshotId: string;
  key: string;
  title: string;
  exception: { code: string; message: string } | null;
  contentHash: string | null;
  contentBytes: number | null;
  itemHash: string;
  itemBytes: number;
  auditPlace: number | null;
}

/**
 * Inserts the items that are not there yet, whose documents are in `segment`: durable when it resolves, and may be repeated. One statement for every 400 kB,
 * and only into a snapshot that is still building, so that nothing late changes a complete one.
 */
export async function insertItems(
  database: TenantDatabase,
  segment: string,
  items: readonly NewEvidenceItem[],
): Promise<void> {
  const lists = jsonLists(items);
  if (lists.length === 0) return;
  const statement = database.prepare(
    `insert into evidence_items (snapshot_id, key, title, exception_code, exception_message, content_hash, content_bytes, item_hash,
                                 item_bytes, segment, audit_place)
     select j.value ->> 'snapshotId', j.value ->> 'key', j.value ->> 'title', j.value ->> '$.exception.code',
            j.value ->> '$.exception.message', unhex(j.value ->> 'contentHash'), j.value ->> 'contentBytes',
            unhex(j.value ->> 'itemHash'), j.value ->> 'itemBytes', unhex(?2), j.value ->> 'auditPlace'
       from json_each(?1) j
       join evidence_snapshots s on s.id = j.value ->> 'snapshotId' and s.status = 'building'
      where true
         on conflict do nothing`,
  );
  await database.batch(lists.map((list) => statement.bind(list, segment)));
}

const DELETED_AT_ONCE = 1_000;

/**
 * Deletes the items of a snapshot that came to nothing. May be repeated; a complete snapshot's stay, whoever asks. Returns whether it came to
 * nothing, and so has no document left to keep.
 */
export async function deleteItems(database: TenantDatabase, snapshotId: string): Promise<boolean> {
  const statement = database
    .prepare(
      `delete from evidence_items where snapshot_id = ?1
          and key in (select key from evidence_items where snapshot_id = ?1 order by key limit ?2)
          and exists (select 1 from evidence_snapshots where id = ?1 and status = 'incomplete')`,
    )
    .bind(snapshotId, DELETED_AT_ONCE);
  for (;;) {
    const { meta } = await statement.run();
    if (meta.changes === 0) break;
  }
  const incomplete = await database
    .prepare("select id from evidence_snapshots where id = ?1 and status = 'incomplete'")
    .bind(snapshotId)
    .first();
  return incomplete !== null;
}
