/** Who did what in a tenant. Written in the same batch as the change that it tells of, and never changed. */
import { z } from "zod";
import type { AuditEvent } from "../../contract/audit-events.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";

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
export function auditEventStatement(database: D1Database, event: NewAuditEvent): D1PreparedStatement {
  return database
    .prepare(
      `insert into audit_events (id, tenant_id, at, action, actor_id, target_kind, target_id, detail)
       select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
        where ?9 is null or exists (select 1 from operation_runs where id = ?9)`,
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
      event.onlyIfRunExists ?? null,
    );
}

const rowSchema = z.object({
  id: z.string(),
  at: z.int(),
  action: z.string(),
  actor_id: z.string().nullable(),
  actor_name: z.string().nullable(),
  target_kind: z.string(),
  target_id: z.string(),
  detail: z.string(),
});
const detailSchema = z.record(z.string(), z.unknown());
const cursorSchema = z.tuple([z.int(), z.string()]);

/** The tenant's events, newest first. */
export async function listAuditEvents(
  database: D1Database,
  request: { tenantId: string; cursor: string | null; limit: number },
): Promise<Page<AuditEvent>> {
  const after = decodeCursor(request.cursor, cursorSchema);
  const [at, id] = after ?? [null, null];
  const { results } = await database
    .prepare(
      `select e.id, e.at, e.action, e.actor_id, u.name as actor_name, e.target_kind, e.target_id, e.detail
         from audit_events e left join users u on u.id = e.actor_id
        where e.tenant_id = ?1 and (?2 is null or (e.at, e.id) < (?2, ?3))
        order by e.at desc, e.id desc
        limit ?4`,
    )
    .bind(request.tenantId, at, id, oneMore(request.limit))
    .all();
  const rows = z.array(rowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.at, last.id]),
    (row) => ({
      id: row.id,
      at: new Date(row.at).toISOString(),
      action: row.action,
      actor: row.actor_id === null ? null : { id: row.actor_id, name: row.actor_name ?? "Former member" },
      target: { kind: row.target_kind, id: row.target_id },
      detail: detailSchema.parse(JSON.parse(row.detail)),
    }),
  );
}
