/**
 * Takes events to logs in other databases. An event is stored with what it tells of, in the outbox of that database; it is delivered at once
 * where the caller does so, and by the sweep otherwise.
 */
import { isAuditAction } from "../../contract/audit-actions.ts";
import { type ControlEnv, type ControlDatabase, envOfTenant, type TenantDatabase } from "../databases.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { query, rowsOf } from "../sql/read.ts";
import { readTenant } from "../tenancy/tenants.ts";
import { auditEventStatement, PLATFORM_LOG } from "./audit-events.ts";
import { auditOutbox } from "./tables.ts";

const EVENTS_AT_ONCE = 100;

/**
 * Delivers what the database has for other logs. May be called any number of times: an event that is in its log is not written again. An event
 * of a tenant that is gone goes with it. Three queries for each event.
 */
export async function deliverEvents(env: ControlEnv, database: ControlDatabase | TenantDatabase): Promise<void> {
  const waiting = await rowsOf(
    query(database).select().from(auditOutbox).orderBy(auditOutbox.at, auditOutbox.id).limit(EVENTS_AT_ONCE),
  );
  const failures: unknown[] = [];
  for (const event of waiting) {
    try {
      await deliver(env, database, event);
    } catch (error) {
      // A shard that does not answer keeps no event from the others.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function deliver(
  env: ControlEnv,
  database: ControlDatabase | TenantDatabase,
  { log, action, ...event }: typeof auditOutbox.$inferSelect,
): Promise<void> {
  const target = await databaseOfLog(env, log);
  if (!isAuditAction(action)) throw new Error(`an event in the outbox has the action ${action}`);
  if (target !== null) await auditEventStatement(target, { ...event, action, tenantId: log }).run();
  await database.prepare("delete from audit_outbox where id = ?1").bind(event.id).run();
}

/** Delivers at once. What fails, the sweep delivers: the caller's work is done. */
export async function deliverSoon(env: ControlEnv, database: ControlDatabase | TenantDatabase): Promise<void> {
  try {
    await deliverEvents(env, database);
  } catch (error) {
    logEvent("warn", "audit_events_wait", errorFields(error));
  }
}

async function databaseOfLog(env: ControlEnv, log: string): Promise<ControlDatabase | TenantDatabase | null> {
  if (log === PLATFORM_LOG) return env.CONTROL;
  if ((await readTenant(env.CONTROL, log)) === null) return null;
  return (await envOfTenant(env, log)).DATABASE;
}
