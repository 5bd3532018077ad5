/**
 * Requests to cancel, to pause or to resume a run that are not done yet. The run's object decides, and its answer can be lost: what is noted
 * here before it is asked, the sweep asks again and writes into the audit log.
 */
import { and, eq, getTableColumns, lt, sql } from "drizzle-orm";
import type { AuditOrigin } from "../../contract/audit-events.ts";
import { currentOrigin } from "../../observability/origin.ts";
import { auditEventStatement, type NewAuditEvent } from "../audit/audit-events.ts";
import { notFenced } from "../moves/fences.ts";
import { query, rowsOf } from "../sql/read.ts";
import { FORMER_MEMBER } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { runIntents } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

export type RunAct = "cancel" | "pause" | "resume";

export interface RunIntent {
  /** The same for each time that the object is asked. */
  id: string;
  act: RunAct;
  tenantId: string;
  tenantSlug: string;
  runId: string;
  runType: string;
  actor: { id: string; name: string };
  /** Milliseconds since the epoch. */
  at: number;
  origin: AuditOrigin;
}

/** Notes what a person asks for now. Durable when it resolves. Noting a request of the same id again changes nothing. */
export async function noteRunIntent(database: TenantDatabase, intent: Omit<RunIntent, "origin">): Promise<RunIntent> {
  const noted = { ...intent, origin: currentOrigin() };
  const { actor, ...stored } = noted;
  const row = { ...stored, actorId: actor.id };
  const insert = query(database).insert(runIntents).values(row).onConflictDoNothing();
  await rowsOf(insert.returning({ id: runIntents.id }));
  return noted;
}

/** What became of it: the event if it was this request that did it, and the note is gone. One batch; again, it changes nothing. */
export async function settleRunIntent(database: TenantDatabase, intent: RunIntent, did: boolean): Promise<void> {
  const { id, act, tenantId, runId, runType, actor, at, origin } = intent;
  const event: NewAuditEvent = {
    id,
    tenantId,
    at,
    action: `operation.${act}`,
    actorId: actor.id,
    targetKind: "operation",
    targetId: runId,
    detail: { type: runType },
    origin,
  };
  await database.batch([
    ...(did ? [auditEventStatement(database, event)] : []),
    database.prepare("delete from cancel_intents where id = ?1").bind(id),
  ]);
}

/** Requests from before a time, oldest first. */
export async function listRunIntents(database: TenantDatabase, before: number, limit: number): Promise<RunIntent[]> {
  const rows = await rowsOf(
    query(database)
      .select({ ...getTableColumns(runIntents), actorName: sql<string | null>`${users.name}`.as("actor_name") })
      .from(runIntents)
      .leftJoin(users, eq(users.id, runIntents.actorId))
      .where(and(lt(runIntents.at, before), sql.raw(notFenced("cancel_intents.tenant_id"))))
      .orderBy(runIntents.at)
      .limit(limit),
  );
  return rows.map(({ actorId, actorName, ...intent }) => ({
    ...intent,
    actor: { id: actorId, name: actorName ?? FORMER_MEMBER },
  }));
}
