/**
 * What an archive is made of while it is written: segments in R2, and parts of its upload. Review packs and exports share these tables; the
 * id says whose a row is.
 */
import { and, eq } from "drizzle-orm";
import { query, rowsOf } from "../sql/read.ts";
import { reviewPackParts, reviewPackSegments, type SegmentEntries } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const parts = reviewPackParts;
const segments = reviewPackSegments;

/** The table that an archive's own row is in. */
export type ArchiveTable = "review_packs" | "tenant_exports";

/** An archive that is being written. */
export interface ArchiveInMaking {
  table: ArchiveTable;
  id: string;
  /** Of a multipart upload under way; null when there is none. */
  uploadId: string | null;
}

/** The words of a row whose archive is being put together. */
const IN_MAKING = "status in ('writing', 'assembling')";

/** Notes an upload before its first part. False when another call was quicker or the archive is closed: then this one is to be aborted. */
export async function noteUpload(
  database: TenantDatabase,
  { table, id }: Pick<ArchiveInMaking, "table" | "id">,
  uploadId: string,
): Promise<boolean> {
  const { meta } = await database
    .prepare(`update ${table} set upload_id = ?2 where id = ?1 and ${IN_MAKING} and upload_id is null`)
    .bind(id, uploadId)
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
  database: TenantDatabase,
  part: UploadedPart & { archiveId: string; uploadId: string },
): Promise<void> {
  await database
    .prepare(
      `insert into review_pack_parts (pack_id, upload_id, part_number, etag, part_bytes) values (?1, ?2, ?3, ?4, ?5)
       on conflict do update set etag = ?4, part_bytes = ?5`,
    )
    .bind(part.archiveId, part.uploadId, part.partNumber, part.etag, part.partBytes)
    .run();
}

export function listParts(database: TenantDatabase, archiveId: string, uploadId: string): Promise<UploadedPart[]> {
  return rowsOf(
    query(database)
      .select({ partNumber: parts.partNumber, etag: parts.etag, partBytes: parts.partBytes })
      .from(parts)
      .where(and(eq(parts.packId, archiveId), eq(parts.uploadId, uploadId)))
      .orderBy(parts.partNumber),
  );
}

export interface StoredSegment extends SegmentEntries {
  objectKey: string;
}

/**
 * Notes a segment that is durable in R2. False when the archive does not stand at `status` any more: nobody will ever read the segment.
 */
export async function noteSegment(
  database: TenantDatabase,
  { table, id, status = "writing" }: Pick<ArchiveInMaking, "table" | "id"> & { status?: "writing" | "assembling" },
  { objectKey, objectBytes, ...entries }: StoredSegment & { objectBytes: number },
): Promise<boolean> {
  const { meta } = await database
    .prepare(
      `insert into review_pack_segments (pack_id, first_ordinal, object_key, object_bytes, entries)
       select id, ?2, ?3, ?4, ?5 from ${table} where id = ?1 and status = ?6
       on conflict do update set object_bytes = ?4, entries = ?5`,
    )
    .bind(id, entries.ordinals[0] ?? 0, objectKey, objectBytes, JSON.stringify(entries), status)
    .run();
  return meta.changes === 1;
}

/** All segments of an archive, a row for every 64 entries or so. */
export async function listSegments(database: TenantDatabase, archiveId: string): Promise<StoredSegment[]> {
  const rows = await rowsOf(
    query(database)
      .select({ objectKey: segments.objectKey, entries: segments.entries })
      .from(segments)
      .where(eq(segments.packId, archiveId))
      .orderBy(segments.firstOrdinal, segments.objectKey),
  );
  return rows.map(({ objectKey, entries }) => ({ objectKey, ...entries }));
}

/** Statements that forget what an archive was made of, once it is complete or given up. */
export function forgetStaging(database: TenantDatabase, archiveId: string): D1PreparedStatement[] {
  return ["review_pack_segments", "review_pack_parts"].map((staged) =>
    database.prepare(`delete from ${staged} where pack_id = ?1`).bind(archiveId),
  );
}
