/** What a review pack is made of while it is written: segments in R2, and parts of the upload of its archive. */
import { and, eq } from "drizzle-orm";
import { query, rowsOf } from "../sql/read.ts";
import { reviewPackParts, reviewPackSegments, type SegmentEntries } from "./tables.ts";

const parts = reviewPackParts;
const segments = reviewPackSegments;

/** Notes an upload before its first part. False when another call was quicker or the pack is closed: then this one is to be aborted. */
export async function noteUpload(database: D1Database, packId: string, uploadId: string): Promise<boolean> {
  const { meta } = await database
    .prepare("update review_packs set upload_id = ?2 where id = ?1 and status = 'writing' and upload_id is null")
    .bind(packId, uploadId)
    .run();
  return meta.changes === 1;
}

/** A part that R2 has taken. */
export interface UploadedPart {
  partNumber: number;
  etag: string;
  partBytes: number;
}

export async function notePart(
  database: D1Database,
  part: UploadedPart & { packId: string; uploadId: string },
): Promise<void> {
  await database
    .prepare(
      `insert into review_pack_parts (pack_id, upload_id, part_number, etag, part_bytes) values (?1, ?2, ?3, ?4, ?5)
       on conflict do update set etag = ?4, part_bytes = ?5`,
    )
    .bind(part.packId, part.uploadId, part.partNumber, part.etag, part.partBytes)
    .run();
}

export function listParts(database: D1Database, packId: string, uploadId: string): Promise<UploadedPart[]> {
  return rowsOf(
    query(database)
      .select({ partNumber: parts.partNumber, etag: parts.etag, partBytes: parts.partBytes })
      .from(parts)
      .where(and(eq(parts.packId, packId), eq(parts.uploadId, uploadId)))
      .orderBy(parts.partNumber),
  );
}

export interface StoredSegment extends SegmentEntries {
  objectKey: string;
}

/** Notes a segment that is durable in R2. False when the pack is closed: nobody will ever read the segment. */
export async function noteSegment(
  database: D1Database,
  packId: string,
  { objectKey, objectBytes, ordinals, generated }: StoredSegment & { objectBytes: number },
): Promise<boolean> {
  const { meta } = await database
    .prepare(
      `insert into review_pack_segments (pack_id, first_ordinal, object_key, object_bytes, entries)
       select id, ?2, ?3, ?4, ?5 from review_packs where id = ?1 and status = 'writing'
       on conflict do update set object_bytes = ?4, entries = ?5`,
    )
    .bind(packId, ordinals[0] ?? 0, objectKey, objectBytes, JSON.stringify({ ordinals, generated }))
    .run();
  return meta.changes === 1;
}

/** All segments of a pack, a row for every 64 entries or so. */
export async function listSegments(database: D1Database, packId: string): Promise<StoredSegment[]> {
  const rows = await rowsOf(
    query(database)
      .select({ objectKey: segments.objectKey, entries: segments.entries })
      .from(segments)
      .where(eq(segments.packId, packId))
      .orderBy(segments.firstOrdinal, segments.objectKey),
  );
  return rows.map(({ objectKey, entries }) => ({ objectKey, ...entries }));
}
