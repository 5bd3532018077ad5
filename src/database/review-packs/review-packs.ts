/** Review packs: their rows, and how a pack's state is told. Files are in R2 (`storage/archive-storage.ts`). */
import { and, desc, eq, getTableColumns, lt, lte, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { PackInclude, ReviewPack } from "../../contract/review-packs.ts";
import { DEFAULT_TENANT_SETTINGS } from "../../contract/settings.ts";
import { evidenceSnapshots } from "../evidence/tables.ts";
import { notMoving } from "../moves/fences.ts";
import { notHeld } from "../retention/legal-holds.ts";
import { operationRuns } from "../runs/tables.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime } from "../sql/time.ts";
import { tenants, users } from "../tenancy/tables.ts";
import { archiveFacts } from "./archive-row.ts";
import { forgetStaging } from "./review-pack-staging.ts";
import { reviewPacks } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const p = reviewPacks;
const s = evidenceSnapshots;
const r = operationRuns;

/** The pack that a run makes. One a run. */
export function packIdOf(runId: string): string {
  return `pack_${runId.replace(/^run_/, "")}`;
}

function specificationsWhere(database: TenantDatabase, condition: SQL | undefined) {
  return query(database)
    .select({
      id: p.id,
      tenantId: p.tenantId,
      tenantSlug: tenants.slug,
      tenantName: tenants.name,
      runId: p.runId,
      snapshotId: p.snapshotId,
      include: p.options,
      status: p.status,
      archiveName: p.archiveName,
      uploadId: p.uploadId,
      takenAt: s.takenAt,
    })
    .from(p)
    .innerJoin(tenants, eq(tenants.id, p.tenantId))
    .innerJoin(s, eq(s.id, p.snapshotId))
    .where(condition)
    .$dynamic();
}
/** What a pack is made from. `takenAt`, milliseconds since the epoch, is the snapshot's time, and every time in the archive. */
export type PackSpecification = Awaited<ReturnType<typeof specificationsWhere>>[number];

/** Where a pack's objects are in R2. */
export function placeOf({ tenantId, id }: Pick<PackSpecification, "tenantId" | "id">) {
  return { folder: "review-packs", tenantId, id } as const;
}

/** Creates the pack unless it is there; gives it as it stands. Two statements; the first alone decides. */
export async function openPack(
  database: TenantDatabase,
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
  const { id, tenantId, runId, snapshotId, include, initiatorId, createdAt } = pack;
  await database
    // The name is the tenant's slug and the snapshot's day: letters, digits and dashes.
    .prepare(
      `insert into review_packs (id, tenant_id, run_id, snapshot_id, options, status, archive_name, initiator_id, created_at)
       select ?1, ?2, ?3, s.id, ?5, 'writing',
              t.slug || '-review-pack-' || strftime('%Y-%m-%d-%H%M', s.taken_at / 1000, 'unixepoch') || '.zip', ?6, ?7
         from evidence_snapshots s join tenants t on t.id = s.tenant_id
        where s.id = ?4 and s.tenant_id = ?2
       on conflict do nothing`,
    )
    .bind(id, tenantId, runId, snapshotId, JSON.stringify(include), initiatorId, createdAt)
    .run();
  const opened = await readPackSpecification(database, id);
  if (opened === null) throw new Error(`there is no evidence snapshot ${snapshotId} to make ${id} from`);
  return opened;
}

export function readPackSpecification(database: TenantDatabase, packId: string): Promise<PackSpecification | null> {
  return firstOf(specificationsWhere(database, eq(p.id, packId)));
}

/** The archive is durable and proven: the pack can be downloaded from here on. What it was made from is no longer needed. */
export async function completePack(
  database: TenantDatabase,
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
    ...forgetStaging(database, packId),
  ]);
}

/** The pack came to nothing. Its files are gone by now. */
export async function failPack(database: TenantDatabase, packId: string): Promise<void> {
  await database.batch([
    database
      .prepare(
        `update review_packs
            set status = 'failed', upload_id = null, file_count = null, archive_bytes = null, archive_hash = null,
                completed_at = null, expires_at = null
          where id = ?1 and status in ('writing', 'complete')`,
      )
      .bind(packId),
    ...forgetStaging(database, packId),
  ]);
}

/** Its time is over and its file is gone. */
export async function expirePack(database: TenantDatabase, packId: string, at: number): Promise<void> {
  await database
    .prepare("update review_packs set status = 'expired', expired_at = ?2 where id = ?1 and status = 'complete'")
    .bind(packId, at)
    .run();
}

const NOT_HELD = sql.raw(notHeld("review_packs.tenant_id"));
const NOT_MOVING = sql.raw(notMoving("review_packs.tenant_id"));

/** Complete packs whose time is over and that no legal hold keeps, and packs that are still `writing` though their run ended a while ago. One batch. */
export async function listPacksToSweep(
  database: TenantDatabase,
  now: number,
  limit: number,
): Promise<{ expired: PackSpecification[]; abandoned: PackSpecification[] }> {
  // The statuses are written out: SQLite does not use the partial indexes for bound ones.
  const [expired, abandoned] = await query(database).batch([
    specificationsWhere(database, and(sql`${p.status} = 'complete'`, lte(p.expiresAt, now), NOT_HELD, NOT_MOVING))
      .orderBy(p.expiresAt)
      .limit(limit),
    specificationsWhere(
      database,
      and(sql`${p.status} = 'writing'`, lt(r.completedAt, now - ABANDONED_AFTER_MS), NOT_MOVING),
    )
      .innerJoin(r, and(eq(r.id, p.runId), eq(r.status, "completed")))
      .orderBy(p.createdAt)
      .limit(limit),
  ]);
  return { expired, abandoned };
}

/** The run's own cleanup comes first. */
const ABANDONED_AFTER_MS = 5 * 60_000;

/** A pack whose run has ended without completing it has failed, whether or not its status says so yet. */
const STATUS = sql`case when ${r.status} = 'completed'
  and (${p.status} = 'writing' or (${p.status} = 'complete' and ${r.outcome} <> 'succeeded')) then 'failed' else ${p.status} end`;

function packsWhere(database: TenantDatabase, condition: SQL | undefined) {
  return query(database)
    .select({
      ...getTableColumns(p),
      status: STATUS.mapWith(p.status),
      initiatorName: users.name,
      takenAt: s.takenAt,
      merkleRoot: s.merkleRoot,
    })
    .from(p)
    .innerJoin(s, eq(s.id, p.snapshotId))
    .leftJoin(r, eq(r.id, p.runId))
    .leftJoin(users, eq(users.id, p.initiatorId))
    .where(condition)
    .$dynamic();
}
type PackRow = Awaited<ReturnType<typeof packsWhere>>[number];

interface Tenant {
  id: string;
  slug: string;
}

function toPack(row: PackRow, tenant: Tenant): ReviewPack {
  return {
    id: row.id,
    status: row.status,
    evidenceSnapshotId: row.snapshotId,
    snapshotTakenAt: isoTime(row.takenAt),
    include: row.options,
    fileCount: row.fileCount,
    merkleRoot: row.merkleRoot,
    ...archiveFacts(row, tenant.slug, "review-packs"),
  };
}

export async function readPack(database: TenantDatabase, tenant: Tenant, packId: string): Promise<ReviewPack | null> {
  const row = await firstOf(packsWhere(database, and(eq(p.id, packId), eq(p.tenantId, tenant.id))));
  return row === null ? null : toPack(row, tenant);
}

/** The tenant's packs, newest first. */
export async function listPacks(
  database: TenantDatabase,
  tenant: Tenant,
  request: { cursor: string | null; limit: number },
): Promise<Page<ReviewPack>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rows = await rowsOf(
    packsWhere(database, and(eq(p.tenantId, tenant.id), beyond([p.createdAt, p.id], "<", after)))
      .orderBy(desc(p.createdAt), desc(p.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.createdAt, last.id]),
    (row) => toPack(row, tenant),
  );
}
