/**
 * Events of what a person can do again and again at no cost: refused requests, parts of a download. One of a person, action and thing is
 * written within a time, so that nobody floods the log.
 */
import { auditEventWhere, type NewAuditEvent } from "./audit-events.ts";

const QUIET_MS = 10 * 60_000;
/** How far back the log is looked at: a flood of other events may bring a repetition, and costs no more than that. */
const LOOKED_AT = 200;

/** The most events of an action that strangers can cause within the ten minutes. */
const MOST_OF_STRANGERS = 20;

/** Writes an event that anybody can cause, unless ten minutes have seen enough of its action. One statement. */
export async function recordOfStranger(database: D1Database, event: NewAuditEvent): Promise<void> {
  await auditEventWhere(database, event, {
    condition: `(select count(*) from (select * from audit_events where tenant_id = ?9 and seq > 0 order by seq desc limit ${LOOKED_AT})
                  where action = ?10 and at > ?11) < ${MOST_OF_STRANGERS}`,
    values: [event.tenantId, event.action, event.at - QUIET_MS],
  }).run();
}

/** Writes the event unless the newest 200 of its log have one of the last ten minutes that says the same. One statement. */
export async function recordOnceInAWhile(
  database: D1Database,
  event: NewAuditEvent & { actorId: string },
): Promise<void> {
  await auditEventWhere(database, event, {
    condition: `not exists (
      select 1 from (select * from audit_events where tenant_id = ?9 and seq > 0 order by seq desc limit ${LOOKED_AT})
       where actor_id = ?10 and action = ?11 and target_id = ?12 and at > ?13)`,
    values: [event.tenantId, event.actorId, event.action, event.targetId, event.at - QUIET_MS],
  }).run();
}
