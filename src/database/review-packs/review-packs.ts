/** Review packs: their rows, and how a pack's state is told. Files are in R2 (`storage/pack-storage.ts`). */
import { z } from "zod";
import { type PackInclude, packIncludeSchema, type ReviewPack } from "../../contract/review-packs.ts";
import { DEFAULT_TENANT_SETTINGS } from "../../contract/settings.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { isoTime } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";

/** The pack that a run makes. One a run. */
export function packIdOf(runId: string): string {
  return `pack_${runId.replace(/^run_/, "")}`;
}

export interface PackSpecification {
  id: string;
  tenantId: string;
  tenantSlug: string;
  tenantName: string;
  runId: string;
  snapshotId: string;
  include: PackInclude;
  /** Milliseconds since the epoch: the snapshot's, and so every time in the archive. */
  takenAt: number;
  status: "writing" | "complete" | "failed" | "expired";
  archiveName: string;
  uploadId: string | null;
}

const SPECIFICATION = `select p.id, p.tenant_id, t.slug as tenant_slug, t.name as tenant_name, p.run_id, p.snapshot_id, p.options,
    p.status, p.archive_name, p.upload_id, s.taken_at
  from review_packs p
  join tenants t on t.id = p.tenant_id
  join evidence_snapshots s on s.id = p.snapshot_id`;

const specificationSchema = z.object({
  id: z.string(),
  tenant_id: z.string(),
  tenant_slug: z.string(),
  tenant_name: z.string(),
  run_id: z.string(),
  snapshot_id: z.string(),
  options: z.string(),
  status: z.enum(["writing", "complete", "failed", "expired"]),
  archive_name: z.string(),
  upload_id: z.string().nullable(),
  taken_at: z.int(),
});

function toSpecification(raw: unknown): PackSpecification {
  const row = specificationSchema.parse(raw);
  return {
    id: row.id,
    tenantId: row.tenant_id,
    tenantSlug: row.tenant_slug,
    tenantName: row.tenant_name,
    runId: row.run_id,
    snapshotId: row.snapshot_id,
    include: packIncludeSchema.parse(parseStoredJson(row.options)),
    takenAt: row.taken_at,
    status: row.status,
    archiveName: row.archive_name,
    uploadId: row.upload_id,
  };
}

/** Creates the pack unless it is there; gives it as it stands. One batch. */
export async function openPack(
  database: D1Database,
  pack: {
    id: string;
    tenantId: string;
    runId: string;
    snapshotId: string;
    include: PackInclude;
    createdAt: number;
    initiatorId: string | null;
  },
): Promise<PackSpecification> {
  const [, read] = await database.batch([
    // The name is the tenant's slug and the snapshot's day: letters, digits and dashes.
    database
      .prepare(
        `insert into review_packs (id, tenant_id, run_id, snapshot_id, options, status, archive_name, initiator_id, created_at)
         select ?1, ?2, ?3, s.id, ?5, 'writing',
                t.slug || '-review-pack-' || strftime('%Y-%m-%d-%H%M', s.taken_at / 1000, 'unixepoch') || '.zip', ?6, ?7
           from evidence_snapshots s join tenants t on t.id = s.tenant_id
          where s.id = ?4 and s.tenant_id = ?2
         on conflict do nothing`,
      )
      .bind(
        pack.id,
        pack.tenantId,
        pack.runId,
        pack.snapshotId,
        JSON.stringify(pack.include),
        pack.initiatorId,
        pack.createdAt,
      ),
    database.prepare(`${SPECIFICATION} where p.id = ?1`).bind(pack.id),
  ]);
  return toSpecification(read?.results[0]);
}

export async function readPackSpecification(database: D1Database, packId: string): Promise<PackSpecification | null> {
  const row = await database.prepare(`${SPECIFICATION} where p.id = ?1`).bind(packId).first();
  return row === null ? null : toSpecification(row);
}

/** The archive is durable and proven: the pack can be downloaded from here on. What it was made from is no longer needed. */
export async function completePack(
  database: D1Database,
  packId: string,
  archive: { fileCount: number; archiveBytes: number; archiveHash: string; at: number },
): Promise<void> {
  await database.batch([
    database
      .prepare(
        `update review_packs
            set status = 'complete', file_count = ?2, archive_bytes = ?3, archive_hash = ?4, completed_at = ?5, upload_id = null,
                expires_at = ?5 + 86400000 * coalesce(
                  (select review_pack_retention_days from tenant_settings where tenant_id = review_packs.tenant_id), ?6)
          where id = ?1 and status = 'writing'`,
      )
      .bind(
        packId,
        archive.fileCount,
        archive.archiveBytes,
        archive.archiveHash,
        archive.at,
        DEFAULT_TENANT_SETTINGS.reviewPackRetentionDays,
      ),
    ...forgetParts(database, packId),
  ]);
}

/** The pack came to nothing. Its files are gone by now. */
export async function failPack(database: D1Database, packId: string): Promise<void> {
  await database.batch([
    database
      .prepare(
        `update review_packs
            set status = 'failed', upload_id = null, file_count = null, archive_bytes = null, archive_hash = null,
                completed_at = null, expires_at = null
          where id = ?1 and status in ('writing', 'complete')`,
      )
      .bind(packId),
    ...forgetParts(database, packId),
  ]);
}

/** Its time is over and its file is gone. */
export async function expirePack(database: D1Database, packId: string, at: number): Promise<void> {
  await database
    .prepare("update review_packs set status = 'expired', expired_at = ?2 where id = ?1 and status = 'complete'")
    .bind(packId, at)
    .run();
}

function forgetParts(database: D1Database, packId: string): D1PreparedStatement[] {
  return ["review_pack_segments", "review_pack_parts"].map((table) =>
    database.prepare(`delete from ${table} where pack_id = ?1`).bind(packId),
  );
}

/** Complete packs whose time is over, and packs that are still `writing` though their run ended a while ago. */
export async function listPacksToSweep(
  database: D1Database,
  now: number,
  limit: number,
): Promise<{ expired: PackSpecification[]; abandoned: PackSpecification[] }> {
  const [expired, abandoned] = await database.batch([
    database
      .prepare(`${SPECIFICATION} where p.status = 'complete' and p.expires_at <= ?1 order by p.expires_at limit ?2`)
      .bind(now, limit),
    database
      .prepare(
        `${SPECIFICATION} join operation_runs r on r.id = p.run_id
          where p.status = 'writing' and r.status = 'completed' and r.completed_at < ?1 order by p.created_at limit ?2`,
      )
      .bind(now - ABANDONED_AFTER_MS, limit),
  ]);
  return {
    expired: (expired?.results ?? []).map(toSpecification),
    abandoned: (abandoned?.results ?? []).map(toSpecification),
  };
}

/** The run's own cleanup comes first. */
const ABANDONED_AFTER_MS = 5 * 60_000;

/** A row whose run has ended without completing it has failed, whether or not anybody has written that down yet. */
const SELECT = `select p.id, p.run_id, p.snapshot_id, p.options, p.file_count, p.archive_name, p.archive_bytes, p.archive_hash,
    p.created_at, p.completed_at, p.expires_at, p.expired_at, p.initiator_id, u.name as initiator_name,
    s.taken_at, s.merkle_root,
    case when r.status = 'completed' and (p.status = 'writing' or (p.status = 'complete' and r.outcome <> 'succeeded'))
         then 'failed' else p.status end as status
  from review_packs p
  join evidence_snapshots s on s.id = p.snapshot_id
  left join operation_runs r on r.id = p.run_id
  left join users u on u.id = p.initiator_id`;

const rowSchema = z.object({
  id: z.string(),
  run_id: z.string(),
  snapshot_id: z.string(),
  options: z.string(),
  file_count: z.int().nullable(),
  archive_name: z.string(),
  archive_bytes: z.int().nullable(),
  archive_hash: z.string().nullable(),
  created_at: z.int(),
  completed_at: z.int().nullable(),
  expires_at: z.int().nullable(),
  expired_at: z.int().nullable(),
  initiator_id: z.string().nullable(),
  initiator_name: z.string().nullable(),
  taken_at: z.int(),
  merkle_root: z.string().nullable(),
  status: z.enum(["writing", "complete", "failed", "expired"]),
});

interface Tenant {
  id: string;
  slug: string;
}

function toPack(raw: unknown, tenant: Tenant): ReviewPack {
  const row = rowSchema.parse(raw);
  return {
    id: row.id,
    status: row.status,
    evidenceSnapshotId: row.snapshot_id,
    snapshotTakenAt: isoTime(row.taken_at),
    include: packIncludeSchema.parse(parseStoredJson(row.options)),
    fileCount: row.file_count,
    archiveName: row.archive_name,
    archiveBytes: row.archive_bytes,
    archiveHash: row.archive_hash,
    merkleRoot: row.merkle_root,
    initiator: personOf(row.initiator_id, row.initiator_name),
    runId: row.run_id,
    createdAt: isoTime(row.created_at),
    completedAt: row.completed_at === null ? null : isoTime(row.completed_at),
    expiresAt: row.expires_at === null ? null : isoTime(row.expires_at),
    expiredAt: row.expired_at === null ? null : isoTime(row.expired_at),
    downloadHref:
      row.status === "complete"
        ? `/api/tenants/${encodeURIComponent(tenant.slug)}/review-packs/${encodeURIComponent(row.id)}/download`
        : null,
  };
}

export async function readPack(database: D1Database, tenant: Tenant, packId: string): Promise<ReviewPack | null> {
  const row = await database.prepare(`${SELECT} where p.id = ?1 and p.tenant_id = ?2`).bind(packId, tenant.id).first();
  return row === null ? null : toPack(row, tenant);
}

/** The tenant's packs, newest first. */
export async function listPacks(
  database: D1Database,
  tenant: Tenant,
  request: { cursor: string | null; limit: number },
): Promise<Page<ReviewPack>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const [createdAt, id] = after ?? [null, null];
  const { results } = await database
    .prepare(
      `${SELECT} where p.tenant_id = ?1 and (?2 is null or (p.created_at, p.id) < (?2, ?3))
       order by p.created_at desc, p.id desc limit ?4`,
    )
    .bind(tenant.id, createdAt, id, oneMore(request.limit))
    .all();
  const rows = z.array(rowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.created_at, last.id]),
    (row) => toPack(row, tenant),
  );
}
