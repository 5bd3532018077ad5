/**
 * Takes events to logs in other databases. An event is stored with what it tells of, in the outbox of that database; it is delivered at once
 * where the caller does so, and by the sweep otherwise.
 */
import { sql } from "drizzle-orm";
import { isAuditAction } from "../../contract/audit-actions.ts";
import { type ControlEnv, type ControlDatabase, envOfTenant, type TenantDatabase } from "../databases.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { query, rowsOf } from "../sql/read.ts";
import { readTenant } from "../tenancy/tenants.ts";
import { auditEventStatement, PLATFORM_LOG } from "./audit-events.ts";
import { auditOutbox } from "./tables.ts";

/** Deliveries that one call tries, at three queries each: an invocation has a thousand, and a request makes such a call too. */
const TRIES = 200;

/**
 * Delivers what the database has for other logs. May be called any number of times: an event that is in its log is not written again. An event
 * of a tenant that is gone goes with it. Three queries for each event.
 */
export async function deliverEvents(env: ControlEnv, database: ControlDatabase | TenantDatabase): Promise<void> {
  // A log that takes no event, of a tenant that moves or of a shard that does not answer, costs one try, and keeps no event from the others.
  const failed = new Map<string, unknown>();
  let tries = TRIES;
  while (tries > 0) {
    const asked = tries;
    const waiting = await rowsOf(
      query(database)
        .select()
        .from(auditOutbox)
        .where(sql`${auditOutbox.log} not in (select value from json_each(${JSON.stringify([...failed.keys()])}))`)
        .orderBy(auditOutbox.at, auditOutbox.id)
        .limit(asked),
    );
    for (const event of waiting) {
      // The order within a log stays.
      if (failed.has(event.log)) continue;
      tries -= 1;
      try {
        await deliver(env, database, event);
      } catch (error) {
        failed.set(event.log, error);
      }
    }
    // Fewer: that was all.
    if (waiting.length < asked) break;
  }
  for (const error of failed.values()) throw error;
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
