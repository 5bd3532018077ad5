/** Who did what in a tenant. Written in the same batch as the change that it tells of, and never changed. */
import { and, desc, eq, getTableColumns } from "drizzle-orm";
import { z } from "zod";
import type { AuditEvent } from "../../contract/audit-events.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, query, rowsOf } from "../sql/read.ts";
import { isoTime } from "../sql/time.ts";
import { personOf } from "./person.ts";
import { auditEvents, users } from "./tables.ts";

export interface NewAuditEvent {
  tenantId: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** What was done, as noun and verb: "operation.start". */
  action: string;
  /** Null when the product itself did it. */
  actorId: string | null;
  targetKind: string;
  targetId: string;
  detail: Record<string, unknown>;
  /** Write it only if that run exists by then: for a batch that inserts the run conditionally. */
  onlyIfRunExists?: string;
}

/** The insert, for the caller to put into its batch. */
export function auditEventStatement(
  database: D1Database,
  { onlyIfRunExists, ...event }: NewAuditEvent,
): D1PreparedStatement {
  return onlyIfRunExists === undefined
    ? auditEventWhere(database, event, { condition: "true", values: [] })
    : auditEventWhere(database, event, {
        condition: "exists (select 1 from operation_runs where id = ?9)",
        values: [onlyIfRunExists],
      });
}

/**
 * The insert of an event that is written only where the condition holds: the one under which the batch makes the change as well. The
 * condition's parameters are `?9` and up.
 */
export function auditEventWhere(
  database: D1Database,
  event: Omit<NewAuditEvent, "onlyIfRunExists">,
  { condition, values }: { condition: string; values: readonly (string | number)[] },
): D1PreparedStatement {
  return database
    .prepare(
      `insert into audit_events (id, tenant_id, at, action, actor_id, target_kind, target_id, detail)
       select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where ${condition}`,
    )
    .bind(
      crypto.randomUUID(),
      event.tenantId,
      event.at,
      event.action,
      event.actorId,
      event.targetKind,
      event.targetId,
      JSON.stringify(event.detail),
      ...values,
    );
}

/** The tenant's events, newest first. */
export async function listAuditEvents(
  database: D1Database,
  request: { tenantId: string; cursor: string | null; limit: number },
): Promise<Page<AuditEvent>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const e = auditEvents;
  const rows = await rowsOf(
    query(database)
      .select({ ...getTableColumns(e), actorName: users.name })
      .from(e)
      .leftJoin(users, eq(users.id, e.actorId))
      .where(and(eq(e.tenantId, request.tenantId), beyond([e.at, e.id], "<", after)))
      .orderBy(desc(e.at), desc(e.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ at, id }) => [at, id]),
    (row) => ({
      id: row.id,
      at: isoTime(row.at),
      action: row.action,
      actor: personOf(row.actorId, row.actorName),
      target: { kind: row.targetKind, id: row.targetId },
      detail: row.detail,
    }),
  );
}
