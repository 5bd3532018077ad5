/** Exports of everything of a tenant: their rows. Files are in R2 (`storage/archive-storage.ts`). */
import { and, desc, eq, getTableColumns, lt, lte, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { EXPORT_DAYS, type TenantExport } from "../../contract/tenant-exports.ts";
import { notMoving } from "../moves/fences.ts";
import { notHeld } from "../retention/legal-holds.ts";
import { archiveFacts } from "../review-packs/archive-row.ts";
import { forgetStaging } from "../review-packs/review-pack-staging.ts";
import { operationRuns } from "../runs/tables.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { tenants, users } from "../tenancy/tables.ts";
import { tenantExports } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const x = tenantExports;
const r = operationRuns;
const DAY_MS = 86_400_000;

/** The export that a run makes. One a run. */
export function exportIdOf(runId: string): string {
  return `export_${runId.replace(/^run_/, "")}`;
}

function specificationsWhere(database: TenantDatabase, condition: SQL | undefined) {
  return query(database)
    .select({
      id: x.id,
      tenantId: x.tenantId,
      tenantSlug: tenants.slug,
      tenantName: tenants.name,
      runId: x.runId,
      status: x.status,
      auditSeq: x.auditSeq,
      auditHash: x.auditHash,
      archiveName: x.archiveName,
      uploadId: x.uploadId,
      createdAt: x.createdAt,
    })
    .from(x)
    .innerJoin(tenants, eq(tenants.id, x.tenantId))
    .where(condition)
    .$dynamic();
}
/** What an export is made from. `createdAt`, milliseconds since the epoch, is every time in the archive. */
export type ExportSpecification = Awaited<ReturnType<typeof specificationsWhere>>[number];

/** Where an export's objects are in R2. */
export function placeOf({ tenantId, id }: Pick<ExportSpecification, "tenantId" | "id">) {
  return { folder: "exports", tenantId, id } as const;
}

/** Creates the export unless it is there; gives it as it stands. `audit` is the end of the chain, which the first call fixes. */
export async function openExport(
  database: TenantDatabase,
  made: { runId: string; tenantId: string; createdAt: number; initiatorId: string | null },
  audit: { seq: number; hash: string },
): Promise<ExportSpecification> {
  const id = exportIdOf(made.runId);
  await database
    .prepare(
      `insert into tenant_exports (id, tenant_id, run_id, status, audit_seq, audit_hash, archive_name, initiator_id, created_at)
       select ?1, t.id, ?3, 'writing', ?4, ?5,
              t.slug || '-export-' || strftime('%Y-%m-%d-%H%M', ?7 / 1000, 'unixepoch') || '.zip', ?6, ?7
         from tenants t where t.id = ?2
       on conflict do nothing`,
    )
    .bind(id, made.tenantId, made.runId, audit.seq, audit.hash, made.initiatorId, made.createdAt)
    .run();
  const opened = await readSpecification(database, id);
  if (opened === null) throw new Error(`there is no tenant to make ${id} of`);
  return opened;
}

export function readSpecification(database: TenantDatabase, id: string): Promise<ExportSpecification | null> {
  return firstOf(specificationsWhere(database, eq(x.id, id)));
}

/** From here on no entry is added: the manifest is made of what is noted by now. False when the export was closed. */
export async function beginAssembling(database: TenantDatabase, id: string): Promise<boolean> {
  const { meta } = await database
    .prepare("update tenant_exports set status = 'assembling' where id = ?1 and status in ('writing', 'assembling')")
    .bind(id)
    .run();
  return meta.changes === 1;
}

/** The archive is durable and proven: it can be downloaded from here on. */
export async function completeExport(
  database: TenantDatabase,
  id: string,
  archive: { fileCount: number; rowCount: number; archiveBytes: number; archiveHash: string; at: number },
): Promise<void> {
  const { fileCount, rowCount, archiveBytes, archiveHash, at } = archive;
  await database.batch([
    database
      .prepare(
        `update tenant_exports
            set status = 'complete', file_count = ?2, row_count = ?3, archive_bytes = ?4, archive_hash = ?5, completed_at = ?6,
                expires_at = ?7, upload_id = null
          where id = ?1 and status = 'assembling'`,
      )
      .bind(id, fileCount, rowCount, archiveBytes, archiveHash, at, at + EXPORT_DAYS * DAY_MS),
    ...forgetStaging(database, id),
  ]);
}

/** The export came to nothing. Its files are gone by now. */
export async function failExport(database: TenantDatabase, id: string): Promise<void> {
  await database.batch([
    database
      .prepare(
        `update tenant_exports
            set status = 'failed', upload_id = null, file_count = null, row_count = null, archive_bytes = null,
                archive_hash = null, completed_at = null, expires_at = null
          where id = ?1 and status in ('writing', 'assembling', 'complete')`,
      )
      .bind(id),
    ...forgetStaging(database, id),
  ]);
}

/** Its time is over and its file is gone. */
export async function expireExport(database: TenantDatabase, id: string, at: number): Promise<void> {
  await database
    .prepare("update tenant_exports set status = 'expired', expired_at = ?2 where id = ?1 and status = 'complete'")
    .bind(id, at)
    .run();
}

/** The run's own cleanup comes first. */
const ABANDONED_AFTER_MS = 5 * 60_000;

const NOT_HELD = sql.raw(notHeld("tenant_exports.tenant_id"));
const NOT_MOVING = sql.raw(notMoving("tenant_exports.tenant_id"));

/** Complete exports whose time is over and that no legal hold keeps, and those still in the making though their run ended a while ago. One batch. */
export async function listExportsToSweep(
  database: TenantDatabase,
  now: number,
  limit: number,
): Promise<{ expired: ExportSpecification[]; abandoned: ExportSpecification[] }> {
  // The statuses are written out: SQLite does not use the partial indexes for bound ones.
  const [expired, abandoned] = await query(database).batch([
    specificationsWhere(database, and(sql`${x.status} = 'complete'`, lte(x.expiresAt, now), NOT_HELD, NOT_MOVING))
      .orderBy(x.expiresAt)
      .limit(limit),
    specificationsWhere(
      database,
      and(sql`${x.status} in ('writing', 'assembling')`, lt(r.completedAt, now - ABANDONED_AFTER_MS), NOT_MOVING),
    )
      .innerJoin(r, and(eq(r.id, x.runId), eq(r.status, "completed")))
      .orderBy(x.createdAt)
      .limit(limit),
  ]);
  return { expired, abandoned };
}

/** An export whose run has ended without completing it has failed, whether or not its status says so yet. */
const STATUS = sql`case when ${r.status} = 'completed' and (${x.status} in ('writing', 'assembling')
  or (${x.status} = 'complete' and ${r.outcome} <> 'succeeded')) then 'failed' else ${x.status} end`;

function exportsWhere(database: TenantDatabase, condition: SQL | undefined) {
  return query(database)
    .select({ ...getTableColumns(x), status: STATUS.mapWith(x.status), initiatorName: users.name })
    .from(x)
    .leftJoin(r, eq(r.id, x.runId))
    .leftJoin(users, eq(users.id, x.initiatorId))
    .where(condition)
    .$dynamic();
}
type ExportRow = Awaited<ReturnType<typeof exportsWhere>>[number];

interface Tenant {
  id: string;
  slug: string;
}

function toExport(row: ExportRow, tenant: Tenant): TenantExport {
  return {
    id: row.id,
    status: row.status === "assembling" ? "writing" : row.status,
    fileCount: row.fileCount,
    rowCount: row.rowCount,
    auditHead: row.auditSeq === null || row.auditHash === null ? null : { seq: row.auditSeq, hash: row.auditHash },
    ...archiveFacts(row, tenant.slug, "exports"),
  };
}

export async function readExport(database: TenantDatabase, tenant: Tenant, id: string): Promise<TenantExport | null> {
  const row = await firstOf(exportsWhere(database, and(eq(x.id, id), eq(x.tenantId, tenant.id))));
  return row === null ? null : toExport(row, tenant);
}

/** The tenant's exports, newest first. */
export async function listExports(
  database: TenantDatabase,
  tenant: Tenant,
  request: { cursor: string | null; limit: number },
): Promise<Page<TenantExport>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rows = await rowsOf(
    exportsWhere(database, and(eq(x.tenantId, tenant.id), beyond([x.createdAt, x.id], "<", after)))
      .orderBy(desc(x.createdAt), desc(x.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.createdAt, last.id]),
    (row) => toExport(row, tenant),
  );
}
