/**
 * Legal holds, and the one answer to whether a tenant's things may be deleted. A deletion asks in its own statement (`notHeld`), so that
 * no hold can come between the question and the deletion; who wants to tell a person why asks `openHold`. A test finds a deletion that
 * does neither (test/database/deletions.test.ts).
 */
import { and, asc, desc, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { HOLDS_LISTED, type LegalHold, MAX_OPEN_HOLDS, type NewLegalHold } from "../../contract/legal-holds.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { legalHolds } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const h = legalHolds;
const placer = alias(users, "placer");
const lifter = alias(users, "lifter");

/** SQL that holds while no hold of the tenant is open; `tenant` is the SQL of its id. A look into an index. */
export function notHeld(tenant: string): string {
  return `not exists (select 1 from legal_holds where legal_holds.tenant_id = ${tenant} and legal_holds.lifted_at is null)`;
}

function holds(database: TenantDatabase) {
  return query(database)
    .select({ hold: h, placerName: placer.name, lifterName: lifter.name })
    .from(h)
    .leftJoin(placer, eq(placer.id, h.placedBy))
    .leftJoin(lifter, eq(lifter.id, h.liftedBy))
    .$dynamic();
}

function toHold({ hold, placerName, lifterName }: Awaited<ReturnType<typeof holds>>[number]): LegalHold {
  return {
    id: hold.id,
    name: hold.name,
    reason: hold.reason,
    placedAt: isoTime(hold.placedAt),
    placedBy: personOf(hold.placedBy, placerName),
    liftedAt: isoTimeOrNull(hold.liftedAt),
    liftedBy: personOf(hold.liftedBy, lifterName),
    liftReason: hold.liftReason,
  };
}

/** Written out, not bound: only so does SQLite use the index of open holds. */
const OPEN = sql`${h.liftedAt} is null`;

/** The oldest hold of the tenant that is open; null when its things may be deleted. One query. */
export async function openHold(database: TenantDatabase, tenantId: string): Promise<LegalHold | null> {
  const [oldest] = await rowsOf(
    holds(database)
      .where(and(eq(h.tenantId, tenantId), OPEN))
      .orderBy(asc(h.placedAt), asc(h.id))
      .limit(1),
  );
  return oldest === undefined ? null : toHold(oldest);
}

/** Open holds, oldest first; then those that were lifted, newest first. One query. */
export async function listHolds(database: TenantDatabase, tenantId: string): Promise<LegalHold[]> {
  const rows = await rowsOf(
    holds(database)
      .where(eq(h.tenantId, tenantId))
      .orderBy(
        sql`${h.liftedAt} is not null`,
        sql`case when ${h.liftedAt} is null then ${h.placedAt} end`,
        desc(h.liftedAt),
      )
      .limit(HOLDS_LISTED),
  );
  return rows.map(toHold);
}

export async function readHold(database: TenantDatabase, tenantId: string, holdId: string): Promise<LegalHold | null> {
  const [row] = await rowsOf(holds(database).where(and(eq(h.tenantId, tenantId), eq(h.id, holdId))));
  return row === undefined ? null : toHold(row);
}

/** Who acts in which tenant, and when (milliseconds since the epoch). */
interface HoldAct {
  tenantId: string;
  actorId: string;
  at: number;
}

/** Places a hold, with its event. The hold's id; null when the tenant has as many open ones as it may have. One batch. */
export async function placeHold(
  database: TenantDatabase,
  { tenantId, actorId, at }: HoldAct,
  { name, reason }: NewLegalHold,
): Promise<string | null> {
  const id = `hold_${crypto.randomUUID()}`;
  const isRoom = (tenant: string) =>
    `(select count(*) from legal_holds where tenant_id = ${tenant} and lifted_at is null) < ${MAX_OPEN_HOLDS}`;
  const [event] = await database.batch([
    auditEventWhere(
      database,
      {
        tenantId,
        at,
        action: "legal-hold.place",
        actorId,
        targetKind: "legal-hold",
        targetId: id,
        detail: { name, reason },
      },
      { condition: isRoom("?9"), values: [tenantId] },
    ),
    database
      .prepare(
        `insert into legal_holds (id, tenant_id, name, reason, placed_by, placed_at)
         select ?1, ?2, ?3, ?4, ?5, ?6 where ${isRoom("?2")}`,
      )
      .bind(id, tenantId, name, reason, actorId, at),
  ]);
  return event?.meta.changes === 1 ? id : null;
}

/** Lifts a hold, with its event; false when it is not open. One batch. */
export async function liftHold(
  database: TenantDatabase,
  { tenantId, actorId, at }: HoldAct,
  { holdId, reason }: { holdId: string; reason: string },
): Promise<boolean> {
  const [event] = await database.batch([
    auditEventWhere(
      database,
      {
        tenantId,
        at,
        action: "legal-hold.lift",
        actorId,
        targetKind: "legal-hold",
        targetId: holdId,
        detail: { liftReason: reason },
      },
      {
        from: "legal_holds",
        condition: "id = ?9 and tenant_id = ?10 and lifted_at is null",
        values: [holdId, tenantId],
        detail: "json_object('name', name, 'reason', reason, 'placedAt', placed_at, 'placedBy', placed_by)",
      },
    ),
    database
      .prepare(
        `update legal_holds set lifted_by = ?3, lifted_at = ?4, lift_reason = ?5
          where id = ?1 and tenant_id = ?2 and lifted_at is null`,
      )
      .bind(holdId, tenantId, actorId, at, reason),
  ]);
  return event?.meta.changes === 1;
}
