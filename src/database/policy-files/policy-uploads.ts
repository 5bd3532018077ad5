/** Uploads of policy files: their rows. Their bytes are in R2 (`storage/policy-uploads.ts`). */
import { and, eq, lte, sql } from "drizzle-orm";
import { type PolicyUpload, UPLOAD_HOURS, type UploadReport } from "../../contract/policy-files.ts";
import { notMoving } from "../moves/fences.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { policyUploads } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const u = policyUploads;
const HOUR_MS = 3_600_000;
/** How long the bytes of an upload stay after its import has begun: a retry reads them again. */
const KEPT_MS = 7 * 24 * HOUR_MS;
/** How often it is asked whether the set of an import is still there. */
const RECORD_MS = 30 * 24 * HOUR_MS;

export interface NewUpload {
  id: string;
  tenantId: string;
  name: string;
  bytes: number;
  sha256: string;
  fileCount: number;
  policyCount: number;
  report: UploadReport;
  /** Milliseconds since the epoch. */
  createdAt: number;
  createdBy: string;
}

export function newUploadId(): string {
  return `upload_${crypto.randomUUID()}`;
}

/** The set that an upload becomes: one of each. */
export function setOfUpload(uploadId: string): string {
  return `set_${uploadId.replace(/^upload_/, "")}`;
}

/** Before its bytes are stored, so that the sweep finds them whatever happens. Durable when it resolves. */
export async function insertUpload(database: TenantDatabase, upload: NewUpload): Promise<void> {
  const { id, tenantId, name, bytes, sha256, fileCount, policyCount, report, createdAt, createdBy } = upload;
  await database
    .prepare(
      `insert into policy_uploads (id, tenant_id, name, bytes, sha256, file_count, policy_count, report, created_at, created_by, due_at)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
    )
    .bind(
      id,
      tenantId,
      name,
      bytes,
      sha256,
      fileCount,
      policyCount,
      JSON.stringify(report),
      createdAt,
      createdBy,
      createdAt + UPLOAD_HOURS * HOUR_MS,
    )
    .run();
}

/** Its bytes are durable: it can be imported from here on. */
export async function noteStored(database: TenantDatabase, uploadId: string, at: number): Promise<void> {
  await database.prepare("update policy_uploads set stored_at = ?2 where id = ?1").bind(uploadId, at).run();
}

/** Notes which run imports the upload, and keeps its bytes from then on for a week. Of several runs the first stands. Again, it changes nothing. */
export async function noteImport(
  database: TenantDatabase,
  { tenantId, uploadId, runId, at }: { tenantId: string; uploadId: string; runId: string; at: number },
): Promise<void> {
  await database
    .prepare(
      "update policy_uploads set run_id = ?3, due_at = ?4 where id = ?1 and tenant_id = ?2 and run_id is null and removed_at is null",
    )
    .bind(uploadId, tenantId, runId, at + KEPT_MS)
    .run();
}

export interface UploadState {
  policyCount: number;
  createdAt: number;
  /** Its bytes can be read. */
  readable: boolean;
  /** There is, or was, a set of it. */
  imported: boolean;
}

/** Null where the tenant has no such upload. One query. */
export async function readUploadState(
  database: TenantDatabase,
  tenantId: string,
  uploadId: string,
): Promise<UploadState | null> {
  const row = await firstOf(
    query(database)
      .select({
        policyCount: u.policyCount,
        createdAt: u.createdAt,
        storedAt: u.storedAt,
        removedAt: u.removedAt,
        imported: sql<number>`exists (select 1 from backup_sets where id = ${setOfUpload(uploadId)})`,
      })
      .from(u)
      .where(and(eq(u.id, uploadId), eq(u.tenantId, tenantId))),
  );
  if (row === null) return null;
  const { policyCount, createdAt, storedAt, removedAt, imported } = row;
  return { policyCount, createdAt, readable: storedAt !== null && removedAt === null, imported: imported === 1 };
}

/** Null where the tenant has no such upload. One query. */
export async function readUpload(
  database: TenantDatabase,
  tenantId: string,
  uploadId: string,
): Promise<PolicyUpload | null> {
  const row = await firstOf(
    query(database)
      .select({
        id: u.id,
        name: u.name,
        bytes: u.bytes,
        fileCount: u.fileCount,
        policyCount: u.policyCount,
        report: u.report,
        createdAt: u.createdAt,
        createdBy: u.createdBy,
        creator: users.name,
        dueAt: u.dueAt,
        runId: u.runId,
      })
      .from(u)
      .leftJoin(users, eq(users.id, u.createdBy))
      .where(and(eq(u.id, uploadId), eq(u.tenantId, tenantId))),
  );
  if (row === null) return null;
  const { report, createdAt, createdBy, creator, dueAt, runId, ...rest } = row;
  return {
    ...rest,
    ...report,
    createdAt: isoTime(createdAt),
    createdBy: personOf(createdBy, creator),
    usableUntil: runId === null ? isoTime(dueAt) : null,
    runId,
  };
}

/** Uploads that the sweep has to look at, the longest due first. One query, by the index of what is due. */
export function listDueUploads(
  database: TenantDatabase,
  now: number,
  limit: number,
): Promise<{ id: string; tenantId: string; removedAt: number | null; importing: number; kept: number }[]> {
  return rowsOf(
    query(database)
      .select({
        id: u.id,
        tenantId: u.tenantId,
        removedAt: u.removedAt,
        importing: sql<number>`exists (select 1 from operation_runs r where r.id = policy_uploads.run_id and r.status <> 'completed')`,
        kept: sql<number>`exists (select 1 from backup_sets s where s.id = replace(policy_uploads.id, 'upload_', 'set_') and s.status <> 'deleted')`,
      })
      .from(u)
      .where(and(lte(u.dueAt, now), sql.raw(notMoving("policy_uploads.tenant_id"))))
      .orderBy(u.dueAt, u.id)
      .limit(limit),
  );
}

/** Looks at it again after a day: its import is under way. */
export async function postponeUpload(database: TenantDatabase, uploadId: string, now: number): Promise<void> {
  await database
    .prepare("update policy_uploads set due_at = ?2 where id = ?1")
    .bind(uploadId, now + UPLOAD_HOURS * HOUR_MS)
    .run();
}

/** Its bytes are gone. The record stays as long as the set that it became. */
export async function noteRemoved(database: TenantDatabase, uploadId: string, now: number): Promise<void> {
  await database
    .prepare("update policy_uploads set removed_at = coalesce(removed_at, ?2), due_at = ?3 where id = ?1")
    .bind(uploadId, now, now + RECORD_MS)
    .run();
}

/** Nothing is made of it any more, and its bytes are gone. */
export async function forgetUpload(database: TenantDatabase, uploadId: string): Promise<void> {
  await database.prepare("delete from policy_uploads where id = ?1").bind(uploadId).run();
}
