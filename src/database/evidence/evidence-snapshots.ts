/** Evidence snapshots: written by their run, immutable once complete, read by everybody who may. */
import { and, desc, eq, getTableColumns, sql } from "drizzle-orm";
import { z } from "zod";
import { snapshotAddress } from "../../contract/console-addresses.ts";
import type { EvidenceSnapshot } from "../../contract/evidence.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { operationRuns } from "../runs/tables.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { evidenceSnapshots } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** The snapshot that a run takes. One a run, so that whoever plans again finds it. */
export function snapshotIdOf(runId: string): string {
  return `evs_${runId.replace(/^run_/, "")}`;
}

/** Creates the snapshot unless it is there. Returns when it was taken: the first call's time, whoever calls again. */
export async function openSnapshot(
  database: TenantDatabase,
  snapshot: { id: string; tenantId: string; runId: string; takenAt: number; initiatorId: string | null },
): Promise<number> {
  const { id, tenantId, runId, takenAt, initiatorId } = snapshot;
  const [, read] = await database.batch<{ taken_at: number }>([
    database
      .prepare(
        `insert into evidence_snapshots (id, tenant_id, run_id, status, taken_at, initiator_id)
         values (?1, ?2, ?3, 'building', ?4, ?5) on conflict do nothing`,
      )
      .bind(id, tenantId, runId, takenAt, initiatorId),
    database.prepare("select taken_at from evidence_snapshots where id = ?1").bind(id),
  ]);
  return read?.results[0]?.taken_at ?? takenAt;
}

/** Closes a snapshot that is still building; one that is closed stays as it is. */
export async function closeSnapshot(
  database: TenantDatabase,
  snapshotId: string,
  end:
    | { status: "complete"; at: number; itemCount: number; exceptionCount: number; merkleRoot: string }
    | { status: "empty"; at: number }
    | { status: "incomplete" },
): Promise<void> {
  const complete = end.status === "complete" ? end : null;
  await database
    .prepare(
      `update evidence_snapshots
          set status = ?2, completed_at = ?3, item_count = ?4, exception_count = ?5, merkle_root = ?6
        where id = ?1 and status = 'building'`,
    )
    .bind(
      snapshotId,
      end.status,
      end.status === "incomplete" ? null : end.at,
      complete?.itemCount ?? 0,
      complete?.exceptionCount ?? 0,
      complete?.merkleRoot ?? null,
    )
    .run();
}

const s = evidenceSnapshots;
/** A row whose run has ended without completing it is incomplete, whether or not its status says so yet. */
const STATUS = sql`case when ${s.status} = 'building' and ${operationRuns.status} = 'completed' then 'incomplete' else ${s.status} end`;
const COLUMNS = {
  ...getTableColumns(s),
  status: STATUS.mapWith(s.status),
  initiatorName: users.name,
};

function snapshots(database: TenantDatabase) {
  return query(database)
    .select(COLUMNS)
    .from(s)
    .leftJoin(operationRuns, eq(operationRuns.id, s.runId))
    .leftJoin(users, eq(users.id, s.initiatorId))
    .$dynamic();
}

interface Tenant {
  id: string;
  slug: string;
}

type SnapshotRow = typeof evidenceSnapshots.$inferSelect & { initiatorName: string | null };

function toSnapshot(row: SnapshotRow, tenant: Tenant): EvidenceSnapshot {
  const complete = row.status === "complete";
  return {
    id: row.id,
    status: row.status,
    itemCount: complete ? row.itemCount : null,
    exceptionCount: complete ? row.exceptionCount : null,
    merkleRoot: row.merkleRoot,
    takenAt: isoTime(row.takenAt),
    completedAt: isoTimeOrNull(row.completedAt),
    initiator: personOf(row.initiatorId, row.initiatorName),
    runId: row.runId,
    href: snapshotAddress(tenant.slug, row.id),
  };
}

export async function readSnapshot(
  database: TenantDatabase,
  tenant: Tenant,
  snapshotId: string,
): Promise<EvidenceSnapshot | null> {
  const row = await firstOf(snapshots(database).where(and(eq(s.id, snapshotId), eq(s.tenantId, tenant.id))));
  return row === null ? null : toSnapshot(row, tenant);
}

/** The tenant's snapshots, newest first. */
export async function listSnapshots(
  database: TenantDatabase,
  tenant: Tenant,
  request: { cursor: string | null; limit: number },
): Promise<Page<EvidenceSnapshot>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rows = await rowsOf(
    snapshots(database)
      .where(and(eq(s.tenantId, tenant.id), beyond([s.takenAt, s.id], "<", after)))
      .orderBy(desc(s.takenAt), desc(s.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ takenAt, id }) => [takenAt, id]),
    (row) => toSnapshot(row, tenant),
  );
}

/** The newest snapshot that may be used; null when there is none. */
export async function newestCompleteSnapshotId(database: TenantDatabase, tenantId: string): Promise<string | null> {
  const newest = await firstOf(
    query(database)
      .select({ id: s.id })
      .from(s)
      .where(and(eq(s.tenantId, tenantId), eq(s.status, "complete")))
      .orderBy(desc(s.takenAt), desc(s.id))
      .limit(1),
  );
  return newest?.id ?? null;
}
