/**
 * Cutting the beginning off a tenant's audit log. The chain goes on from the hash of the last place that went (`audit_cuts`), so what is
 * left is verified as before.
 */
import { z } from "zod";
import { auditEventWhere } from "../audit/audit-events.ts";
import { isoTime } from "../sql/time.ts";
import { notHeld } from "./legal-holds.ts";
import type { TenantDatabase } from "../databases.ts";

const placeSchema = z.object({ place: z.int().nullable() });
const hashSchema = z.object({ hash: z.string() });

/**
 * The last place whose event may go: it and all before it are older than `before` (milliseconds since the epoch), have their hashes, and
 * lie before the first place that a snapshot pins. 0 when none may. One query.
 */
export async function lastPlaceToCut(database: TenantDatabase, tenantId: string, before: number): Promise<number> {
  const found = await database
    .prepare(
      `select min(
         coalesce((select seq - 1 from audit_events where tenant_id = ?1 and seq > 0 and at >= ?2 order by seq limit 1),
                  (select max(seq) from audit_events where tenant_id = ?1 and seq > 0), 0),
         coalesce((select max(seq) from audit_chain where tenant_id = ?1), 0),
         coalesce((select min(i.audit_place) - 1
                     from evidence_snapshots s join evidence_items i on i.snapshot_id = s.id and i.key = 'operations'
                    where s.tenant_id = ?1 and i.audit_place > 0), 9e15)) as place`,
    )
    .bind(tenantId, before)
    .first();
  return Math.max(0, placeSchema.parse(found).place ?? 0);
}

/** How many events there are up to a place. One query, by an index. */
export async function eventsUpTo(database: TenantDatabase, tenantId: string, place: number): Promise<number> {
  const found = await database
    .prepare("select count(*) as place from audit_events where tenant_id = ?1 and seq > 0 and seq <= ?2")
    .bind(tenantId, place)
    .first();
  return placeSchema.parse(found).place ?? 0;
}

/**
 * Removes the oldest events of a log, at most `limit`, with an event that tells how many went, up to where, and the hash that the chain
 * goes on from. Returns whether some are left to go. Two queries and one batch; under a legal hold nothing goes.
 */
export async function cutAuditLog(
  database: TenantDatabase,
  { tenantId, before, at, limit }: { tenantId: string; before: number; at: number; limit: number },
): Promise<boolean> {
  const last = await lastPlaceToCut(database, tenantId, before);
  const bounds = await database
    .prepare(
      `select c.seq as place, c.hash from audit_chain c
        where c.tenant_id = ?1 and c.seq <= ?2
          and c.seq < ?3 + (select min(seq) from audit_events where tenant_id = ?1 and seq > 0)
        order by c.seq desc limit 1`,
    )
    .bind(tenantId, last, limit)
    .first();
  if (bounds === null) return false;
  const place = placeSchema.parse(bounds).place ?? 0;
  const { hash } = hashSchema.parse(bounds);
  const isCut = "exists (select 1 from audit_cuts where tenant_id = ?1 and through_seq = ?2)";
  await database.batch([
    auditEventWhere(
      database,
      {
        tenantId,
        at,
        action: "retention.remove",
        actorId: null,
        targetKind: "retention",
        targetId: "audit",
        detail: { kind: "audit", before: isoTime(before), throughPlace: place, hash },
        origin: { way: "system" },
      },
      {
        condition: `${notHeld("?9")} and exists (select 1 from audit_events where tenant_id = ?9 and seq > 0 and seq <= ?10)`,
        values: [tenantId, place],
        detail: `json_object('removed', (select count(*) from audit_events where tenant_id = ?9 and seq > 0 and seq <= ?10))`,
      },
    ),
    database
      .prepare(
        `insert into audit_cuts (tenant_id, through_seq, hash, at) select ?1, ?2, ?3, ?4 where ${notHeld("?1")}
         on conflict do nothing`,
      )
      .bind(tenantId, place, hash, at),
    database
      .prepare(`delete from audit_events where tenant_id = ?1 and seq > 0 and seq <= ?2 and ${isCut}`)
      .bind(tenantId, place),
    database.prepare(`delete from audit_chain where tenant_id = ?1 and seq <= ?2 and ${isCut}`).bind(tenantId, place),
    database
      .prepare(`delete from audit_cuts where tenant_id = ?1 and through_seq < ?2 and ${isCut}`)
      .bind(tenantId, place),
  ]);
  return place < last;
}
