/**
 * Requests to cancel a run that are not done yet. The run's object decides, and its answer can be lost: what is noted here before it is
 * asked, the sweep asks again and writes into the audit log.
 */
import { lt } from "drizzle-orm";
import type { AuditOrigin } from "../../contract/audit-events.ts";
import { currentOrigin } from "../../observability/origin.ts";
import { auditEventStatement, type NewAuditEvent } from "../audit/audit-events.ts";
import { query, rowsOf } from "../sql/read.ts";
import { cancelIntents } from "./tables.ts";

export interface CancelIntent {
  /** The same for each time that the object is asked. */
  id: string;
  tenantId: string;
  tenantSlug: string;
  runId: string;
  runType: string;
  actorId: string;
  /** Milliseconds since the epoch. */
  at: number;
  origin: AuditOrigin;
}

/** Notes what a person asks for now. Durable when it resolves. */
export async function noteCancelIntent(
  database: D1Database,
  intent: Omit<CancelIntent, "id" | "origin">,
): Promise<CancelIntent> {
  const noted = { ...intent, id: crypto.randomUUID(), origin: currentOrigin() };
  await rowsOf(query(database).insert(cancelIntents).values(noted).returning({ id: cancelIntents.id }));
  return noted;
}

/** What became of it: the event if this request canceled the run, and the note is gone. One batch; again, it changes nothing. */
export async function settleCancelIntent(database: D1Database, intent: CancelIntent, canceled: boolean): Promise<void> {
  const { id, tenantId, runId, runType, actorId, at, origin } = intent;
  const event: NewAuditEvent = {
    id,
    tenantId,
    at,
    action: "operation.cancel",
    actorId,
    targetKind: "operation",
    targetId: runId,
    detail: { type: runType },
    origin,
  };
  await database.batch([
    ...(canceled ? [auditEventStatement(database, event)] : []),
    database.prepare("delete from cancel_intents where id = ?1").bind(id),
  ]);
}

/** Requests from before a time, oldest first. */
export async function listCancelIntents(database: D1Database, before: number, limit: number): Promise<CancelIntent[]> {
  return rowsOf(
    query(database)
      .select()
      .from(cancelIntents)
      .where(lt(cancelIntents.at, before))
      .orderBy(cancelIntents.at)
      .limit(limit),
  );
}
