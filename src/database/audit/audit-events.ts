/**
 * Who did what in a tenant. Written in the same batch as the change that it tells of, and never changed. The only place that adds a row to
 * the log.
 */
import { and, desc, eq, getTableColumns, gte, lt, type SQL } from "drizzle-orm";
import { z } from "zod";
import type { AuditAction } from "../../contract/audit-actions.ts";
import type { AuditEvent, AuditOrigin } from "../../contract/audit-events.ts";
import { currentOrigin } from "../../observability/origin.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, query, rowsOf } from "../sql/read.ts";
import { isoTime } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { auditEvents } from "./tables.ts";

/** The log of what belongs to no tenant. No tenant has this id. */
export const PLATFORM_LOG = "platform";

export interface NewAuditEvent {
  /** A new one where it is absent. An event whose id is there already is not written again. */
  id?: string;
  tenantId: string;
  /** Milliseconds since the epoch. */
  at: number;
  action: AuditAction;
  /** Null when the product itself did it, or the run of `runId`. */
  actorId: string | null;
  targetKind: string;
  targetId: string;
  /** Nothing secret, and no more than a person reads. */
  detail: Record<string, unknown>;
  /** The run whose work it is. The event names the person who started it. */
  runId?: string;
  /** Where it comes from, if that is not the request of now. */
  origin?: AuditOrigin;
}

/** Under which condition, and with what else, an event is written. Parameters of both are `?9` and up, in the order of `values`. */
export interface AuditCondition {
  condition: string;
  values: readonly (string | number | null)[];
  /** A table, whose rows the condition chooses: at most one of them. */
  from?: string;
  /** SQL of a JSON object: what the detail says beside what the event has. */
  detail?: string;
}

const ALWAYS: AuditCondition = { condition: "true", values: [] };

/** The insert, for the caller to put into its batch. */
export function auditEventStatement(database: D1Database, event: NewAuditEvent): D1PreparedStatement {
  return auditEventWhere(database, event, ALWAYS);
}

/**
 * The insert of an event that is written only where the condition holds: the one under which the batch makes the change as well. Its
 * `meta.changes` tells whether it was.
 */
export function auditEventWhere(
  database: D1Database,
  event: NewAuditEvent,
  conditions: AuditCondition,
): D1PreparedStatement {
  return insertion(
    database,
    event,
    conditions,
    `audit_events (id, tenant_id, at, action, actor_id, target_kind, target_id, detail, origin, seq)`,
    `, 1 + max(coalesce((select max(seq) from audit_events where tenant_id = ?2 and seq > 0), 0),
               coalesce((select max(through_seq) from audit_cuts where tenant_id = ?2), 0))`,
  );
}

/**
 * The insert of an event of a log that lies in another database: of the platform's log from a tenant's, or the other way round. It stands in the
 * outbox until it is delivered (`event-outbox.ts`).
 */
export function outboxEventWhere(
  database: D1Database,
  event: NewAuditEvent,
  conditions: AuditCondition,
): D1PreparedStatement {
  const columns = "audit_outbox (id, log, at, action, actor_id, target_kind, target_id, detail, origin)";
  return insertion(database, event, conditions, columns, "");
}

function insertion(
  database: D1Database,
  event: NewAuditEvent,
  { condition, values, from, detail }: AuditCondition,
  into: string,
  place: string,
): D1PreparedStatement {
  const origin = event.origin ?? (event.runId === undefined ? currentOrigin() : { way: "run", runId: event.runId });
  // The event's own parameters are ?1 to ?8, the caller's follow, then these two.
  const [originAt, runAt] = [9 + values.length, 10 + values.length].map((number) => `?${number}`);
  const actor = `coalesce(?5, (select initiator_id from operation_runs where id = ${runAt}))`;
  return database
    .prepare(
      `insert into ${into}
       select ?1, ?2, ?3, ?4, ${actor}, ?6, ?7, ${detail === undefined ? "?8" : `json_patch(${detail}, ?8)`},
              json_patch(${originAt}, coalesce((select json_object('issuer', issuer, 'subject', subject)
                                                 from user_identities where user_id = ${actor} limit 1), '{}')) ${place}
         ${from === undefined ? "" : `from ${from}`} where ${condition}
         on conflict (id) do nothing`,
    )
    .bind(
      event.id ?? crypto.randomUUID(),
      event.tenantId,
      event.at,
      event.action,
      event.actorId,
      event.targetKind,
      event.targetId,
      JSON.stringify(event.detail),
      ...values,
      JSON.stringify(origin),
      event.runId ?? null,
    );
}

/** What a list or an export is of; a null member is no filter. */
export interface AuditFilter {
  tenantId: string;
  action: string | null;
  actorId: string | null;
  /** Of the thing that it was done to. */
  targetId: string | null;
  /** Milliseconds since the epoch; the first moment, and the first that is too late. */
  from: number | null;
  until: number | null;
}

/** No filter but the tenant. */
export const WHOLE_LOG: Omit<AuditFilter, "tenantId"> = {
  action: null,
  actorId: null,
  targetId: null,
  from: null,
  until: null,
};

const e = auditEvents;

/** The condition of a filter. */
export function matching({ tenantId, action, actorId, targetId, from, until }: AuditFilter): SQL | undefined {
  return and(
    eq(e.tenantId, tenantId),
    action === null ? undefined : eq(e.action, action),
    actorId === null ? undefined : eq(e.actorId, actorId),
    targetId === null ? undefined : eq(e.targetId, targetId),
    from === null ? undefined : gte(e.at, from),
    until === null ? undefined : lt(e.at, until),
  );
}

/** The tenant's events, newest first: in the order in which they were committed. */
export async function listAuditEvents(
  database: D1Database,
  request: AuditFilter & { cursor: string | null; limit: number },
): Promise<Page<AuditEvent>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rows = await rowsOf(
    query(database)
      .select({ ...getTableColumns(e), actorName: users.name })
      .from(e)
      .leftJoin(users, eq(users.id, e.actorId))
      .where(and(matching(request), beyond([e.seq, e.id], "<", after)))
      .orderBy(desc(e.seq), desc(e.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ seq, id }) => [seq, id]),
    (row) => ({
      id: row.id,
      seq: row.seq,
      at: isoTime(row.at),
      action: row.action,
      actor: personOf(row.actorId, row.actorName),
      target: { kind: row.targetKind, id: row.targetId },
      detail: row.detail,
      origin: row.origin,
    }),
  );
}
