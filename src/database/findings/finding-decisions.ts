/** What people decide about findings. Each decision is one batch: the finding, its history, the audit event; all or nothing. */
import type { AuditAction } from "../../contract/audit-actions.ts";
import { auditEventWhere, type NewAuditEvent } from "../audit/audit-events.ts";
import { expiredEvents, reopenExpired } from "./finding-expiry.ts";
import { isoTime } from "../sql/time.ts";
import type { TenantDatabase } from "../databases.ts";

export interface FindingDecision {
  tenantId: string;
  findingId: string;
  actorId: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** By the names of three parameters: the tenant, the finding, what the person has seen, or null. */
const acceptable = (tenant: string, finding: string, seen: string): string =>
  `id = ${finding} and tenant_id = ${tenant} and status in ('open', 'accepted') and (${seen} is null or changes_hash = ${seen})`;
const accepted = (tenant: string, finding: string): string =>
  `id = ${finding} and tenant_id = ${tenant} and status = 'accepted'`;

/** Asked by each statement of a batch, of what ?1 to ?3 are. */
const ACCEPTABLE = `exists (select 1 from baseline_findings where ${acceptable("?1", "?2", "?3")})`;
const ACCEPTED = `exists (select 1 from baseline_findings where ${accepted("?1", "?2")})`;

/** What an event says of the finding: by its name, and the acceptance that was in force. */
const FINDING_DETAIL = `json_object('name', name, 'family', family, 'previousStatus', status,
  'previousReason', accepted_reason, 'previousUntil', strftime('%Y-%m-%dT%H:%M:%fZ', accepted_until / 1000.0, 'unixepoch'))`;

/**
 * Accepts the differences as they are now until a time; accepted again, reason and time are the new ones. False when the
 * finding is not there, is resolved, or is not any more what the person has seen; then nothing was changed.
 */
export async function acceptFinding(
  database: TenantDatabase,
  decision: FindingDecision,
  acceptance: { reason: string; until: number; changesHash: string | null },
): Promise<boolean> {
  const { tenantId, findingId, actorId, at } = decision;
  const { reason, until, changesHash } = acceptance;
  const condition = [tenantId, findingId, changesHash] as const;
  const [, , event] = await database.batch([
    ...expiryStatements(database, decision),
    database
      .prepare(
        `insert into finding_events (finding_id, id, tenant_id, at, event, actor_id, reason, until)
         select ?2, ?4, ?1, ?5, 'accepted', ?6, ?7, ?8 where ${ACCEPTABLE}`,
      )
      .bind(...condition, crypto.randomUUID(), at, actorId, reason, until),
    auditEventWhere(database, eventOf(decision, "finding.accept", { reason, until: isoTime(until) }), {
      from: "baseline_findings",
      condition: acceptable("?9", "?10", "?11"),
      values: condition,
      detail: FINDING_DETAIL,
    }),
    database
      .prepare(
        `update baseline_findings
            set status = 'accepted', accepted_reason = ?4, accepted_by = ?5, accepted_at = ?6, accepted_until = ?7
          where id = ?2 and tenant_id = ?1 and ${ACCEPTABLE}`,
      )
      .bind(...condition, reason, actorId, at, until),
  ]);
  return event?.meta.changes === 1;
}

/** Takes an acceptance back. False when there is none (any more); then nothing was changed. */
export async function reopenFinding(database: TenantDatabase, decision: FindingDecision): Promise<boolean> {
  const { tenantId, findingId, actorId, at } = decision;
  const [, , event] = await database.batch([
    ...expiryStatements(database, decision),
    database
      .prepare(
        `insert into finding_events (finding_id, id, tenant_id, at, event, actor_id)
         select ?2, ?3, ?1, ?4, 'reopened', ?5 where ${ACCEPTED}`,
      )
      .bind(tenantId, findingId, crypto.randomUUID(), at, actorId),
    auditEventWhere(database, eventOf(decision, "finding.reopen", {}), {
      from: "baseline_findings",
      condition: accepted("?9", "?10"),
      values: [tenantId, findingId],
      detail: FINDING_DETAIL,
    }),
    database
      .prepare(
        `update baseline_findings
            set status = 'open', accepted_reason = null, accepted_by = null, accepted_at = null, accepted_until = null
          where id = ?2 and tenant_id = ?1 and status = 'accepted'`,
      )
      .bind(tenantId, findingId),
  ]);
  return event?.meta.changes === 1;
}

/** An acceptance that has run out is over by itself, before anybody decides anything, and the history says so. */
function expiryStatements(
  database: TenantDatabase,
  { tenantId, findingId, at }: FindingDecision,
): D1PreparedStatement[] {
  const condition = "tenant_id = ?1 and id = ?2 and accepted_until <= ?3";
  return [expiredEvents(condition), reopenExpired(condition)].map((sql) =>
    database.prepare(sql).bind(tenantId, findingId, at),
  );
}

function eventOf(
  { tenantId, findingId, actorId, at }: FindingDecision,
  action: AuditAction,
  detail: Record<string, unknown>,
): NewAuditEvent {
  return { tenantId, at, action, actorId, targetKind: "finding", targetId: findingId, detail };
}
