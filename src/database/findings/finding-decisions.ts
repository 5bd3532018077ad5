/** What people decide about findings. Each decision is one batch: the finding, its history, the audit event; all or nothing. */
import { expiredEvents, reopenExpired } from "./finding-expiry.ts";
import { isoTime } from "../sql/time.ts";

export interface FindingDecision {
  tenantId: string;
  findingId: string;
  actorId: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** ?1 the tenant, ?2 the finding, ?3 what the person has seen, or null. Asked by each statement of a batch. */
const ACCEPTABLE = `exists (select 1 from baseline_findings a where a.id = ?2 and a.tenant_id = ?1
    and a.status in ('open', 'accepted') and (?3 is null or a.changes_hash = ?3))`;
const ACCEPTED = `exists (select 1 from baseline_findings a where a.id = ?2 and a.tenant_id = ?1 and a.status = 'accepted')`;

/**
 * Accepts the differences as they are now until a time; accepted again, reason and time are the new ones. False when the
 * finding is not there, is resolved, or is not any more what the person has seen; then nothing was changed.
 */
export async function acceptFinding(
  database: D1Database,
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
    auditStatement(database, ACCEPTABLE, condition, decision, "finding.accept", {
      reason,
      until: isoTime(until),
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
export async function reopenFinding(database: D1Database, decision: FindingDecision): Promise<boolean> {
  const { tenantId, findingId, actorId, at } = decision;
  const [, , event] = await database.batch([
    ...expiryStatements(database, decision),
    database
      .prepare(
        `insert into finding_events (finding_id, id, tenant_id, at, event, actor_id)
         select ?2, ?3, ?1, ?4, 'reopened', ?5 where ${ACCEPTED}`,
      )
      .bind(tenantId, findingId, crypto.randomUUID(), at, actorId),
    auditStatement(database, ACCEPTED, [tenantId, findingId, null], decision, "finding.reopen", {}),
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
function expiryStatements(database: D1Database, { tenantId, findingId, at }: FindingDecision): D1PreparedStatement[] {
  const condition = "tenant_id = ?1 and id = ?2 and accepted_until <= ?3";
  return [expiredEvents(condition), reopenExpired(condition)].map((sql) =>
    database.prepare(sql).bind(tenantId, findingId, at),
  );
}

function auditStatement(
  database: D1Database,
  condition: string,
  bound: readonly [string, string, string | null],
  { actorId, at }: FindingDecision,
  action: string,
  detail: Record<string, unknown>,
): D1PreparedStatement {
  return database
    .prepare(
      `insert into audit_events (id, tenant_id, at, action, actor_id, target_kind, target_id, detail)
       select ?4, ?1, ?5, ?6, ?7, 'finding', ?2, ?8 where ${condition}`,
    )
    .bind(...bound, crypto.randomUUID(), at, action, actorId, JSON.stringify(detail));
}
