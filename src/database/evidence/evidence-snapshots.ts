/** Evidence snapshots: written by their run, immutable once complete, read by everybody who may. */
import { z } from "zod";
import { snapshotAddress } from "../../contract/console-addresses.ts";
import type { EvidenceSnapshot } from "../../contract/evidence.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";

/** The snapshot that a run takes. One a run, so that whoever plans again finds it. */
export function snapshotIdOf(runId: string): string {
  return `evs_${runId.replace(/^run_/, "")}`;
}

/** Creates the snapshot unless it is there. Returns when it was taken: the first call's time, whoever calls again. */
export async function openSnapshot(
  database: D1Database,
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
  database: D1Database,
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

/** A row whose run has ended without completing it is incomplete, whether or not anybody has written that down yet. */
const SELECT = `select s.id, s.run_id, s.item_count, s.exception_count, s.merkle_root, s.taken_at, s.completed_at,
    s.initiator_id, u.name as initiator_name,
    case when s.status = 'building' and r.status = 'completed' then 'incomplete' else s.status end as status
  from evidence_snapshots s
  left join operation_runs r on r.id = s.run_id
  left join users u on u.id = s.initiator_id`;

const rowSchema = z.object({
  id: z.string(),
  run_id: z.string(),
  item_count: z.int(),
  exception_count: z.int(),
  merkle_root: z.string().nullable(),
  taken_at: z.int(),
  completed_at: z.int().nullable(),
  initiator_id: z.string().nullable(),
  initiator_name: z.string().nullable(),
  status: z.enum(["building", "complete", "empty", "incomplete"]),
});

interface Tenant {
  id: string;
  slug: string;
}

function toSnapshot(raw: unknown, tenant: Tenant): EvidenceSnapshot {
  const row = rowSchema.parse(raw);
  const complete = row.status === "complete";
  return {
    id: row.id,
    status: row.status,
    itemCount: complete ? row.item_count : null,
    exceptionCount: complete ? row.exception_count : null,
    merkleRoot: row.merkle_root,
    takenAt: new Date(row.taken_at).toISOString(),
    completedAt: row.completed_at === null ? null : new Date(row.completed_at).toISOString(),
    initiator: row.initiator_id === null ? null : { id: row.initiator_id, name: row.initiator_name ?? "Former member" },
    runId: row.run_id,
    href: snapshotAddress(tenant.slug, row.id),
  };
}

export async function readSnapshot(
  database: D1Database,
  tenant: Tenant,
  snapshotId: string,
): Promise<EvidenceSnapshot | null> {
  const row = await database
    .prepare(`${SELECT} where s.id = ?1 and s.tenant_id = ?2`)
    .bind(snapshotId, tenant.id)
    .first();
  return row === null ? null : toSnapshot(row, tenant);
}

/** The tenant's snapshots, newest first. */
export async function listSnapshots(
  database: D1Database,
  tenant: Tenant,
  request: { cursor: string | null; limit: number },
): Promise<Page<EvidenceSnapshot>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const [takenAt, id] = after ?? [null, null];
  const { results } = await database
    .prepare(
      `${SELECT} where s.tenant_id = ?1 and (?2 is null or (s.taken_at, s.id) < (?2, ?3))
       order by s.taken_at desc, s.id desc limit ?4`,
    )
    .bind(tenant.id, takenAt, id, oneMore(request.limit))
    .all();
  const rows = z.array(rowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.taken_at, last.id]),
    (row) => toSnapshot(row, tenant),
  );
}

/** The newest snapshot that may be used; null when there is none. */
export async function newestCompleteSnapshotId(database: D1Database, tenantId: string): Promise<string | null> {
  return database
    .prepare(
      "select id from evidence_snapshots where tenant_id = ?1 and status = 'complete' order by taken_at desc, id desc limit 1",
    )
    .bind(tenantId)
    .first<string>("id");
}
