/** What a review pack is made of while it is written: segments in R2, and parts of the upload of its archive. */
import { z } from "zod";
import { parseStoredJson } from "../sql/stored-json.ts";

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

const partSchema = z.object({ part_number: z.int(), etag: z.string(), part_bytes: z.int() });

export async function listParts(database: D1Database, packId: string, uploadId: string): Promise<UploadedPart[]> {
  const { results } = await database
    .prepare(
      "select part_number, etag, part_bytes from review_pack_parts where pack_id = ?1 and upload_id = ?2 order by part_number",
    )
    .bind(packId, uploadId)
    .all();
  return z
    .array(partSchema)
    .parse(results)
    .map((row) => ({ partNumber: row.part_number, etag: row.etag, partBytes: row.part_bytes }));
}

export interface StoredSegment {
  objectKey: string;
  /** Ordinals of its entries, ascending, in the order in which they stand in it. */
  ordinals: number[];
  /** Generated files that were written or told of with it: path and SHA-256. */
  generated: [path: string, hash: string][];
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

const segmentSchema = z.object({ object_key: z.string(), entries: z.string() });
const entriesSchema = z.object({
  ordinals: z.array(z.int().min(0)),
  generated: z.array(z.tuple([z.string(), z.string()])),
});

/** All segments of a pack, a row for every 64 entries or so. */
export async function listSegments(database: D1Database, packId: string): Promise<StoredSegment[]> {
  const { results } = await database
    .prepare(
      "select object_key, entries from review_pack_segments where pack_id = ?1 order by first_ordinal, object_key",
    )
    .bind(packId)
    .all();
  return z
    .array(segmentSchema)
    .parse(results)
    .map((row) => ({ objectKey: row.object_key, ...entriesSchema.parse(parseStoredJson(row.entries)) }));
}
