/** The rows of sessions. When a token is good, and what follows from it, is decided in `access/sessions.ts`. */
import { and, desc, eq, gt, or } from "drizzle-orm";
import type { AuditOrigin } from "../../contract/audit-events.ts";
import { auditEventStatement, auditEventWhere, PLATFORM_LOG } from "../audit/audit-events.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import type { KnownUser } from "./identities.ts";
import { sessions, users } from "./tables.ts";
import type { ControlDatabase } from "../databases.ts";

export type Session = typeof sessions.$inferSelect;

/** Sessions that have ended and are deleted at a sign-in: more than one, so that their number goes down. */
const FORGOTTEN_AT_ONCE = 100;

/** The session that a token belongs to, whichever of its tokens that is; with its person. One query. */
export async function findSession(
  database: ControlDatabase,
  tokenHash: string,
): Promise<{ session: Session; user: KnownUser } | null> {
  return firstOf(
    query(database)
      .select({
        session: sessions,
        user: { id: users.id, email: users.email, name: users.name, disabledAt: users.disabledAt },
      })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(
        or(eq(sessions.tokenHash, tokenHash), eq(sessions.nextHash, tokenHash), eq(sessions.previousHash, tokenHash)),
      )
      .limit(1),
  );
}

/** Stores a new session with its event, and deletes some of those that are over. */
export async function insertSession(
  database: ControlDatabase,
  session: Pick<Session, "id" | "userId" | "tokenHash" | "createdAt" | "idleEndsAt" | "endsAt" | "browser">,
  origin?: AuditOrigin,
): Promise<void> {
  const { id, userId, tokenHash, createdAt, idleEndsAt, endsAt, browser } = session;
  await database.batch([
    database
      .prepare(
        `insert into sessions (id, user_id, token_hash, created_at, rotated_at, idle_ends_at, ends_at, browser)
         values (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)`,
      )
      .bind(id, userId, tokenHash, createdAt, idleEndsAt, endsAt, browser),
    database
      .prepare(
        `delete from sessions where id in (select id from sessions where ends_at <= ?1 order by ends_at limit ?2)`,
      )
      .bind(createdAt, FORGOTTEN_AT_ONCE),
    auditEventStatement(database, {
      ...sessionEvent("session.begin", { userId, at: createdAt }),
      targetId: id,
      detail: { browser },
      ...(origin === undefined ? {} : { origin }),
    }),
  ]);
}

function sessionEvent<Action extends "session.begin" | "session.end">(
  action: Action,
  { userId, at }: { userId: string; at: number },
) {
  return { tenantId: PLATFORM_LOG, at, action, actorId: userId, targetKind: "session" };
}

/** Offers a session's next token. False when another request has just offered one. */
export async function offerNextToken(
  database: ControlDatabase,
  offer: { id: string; tokenHash: string; nextHash: string; at: number; unlessOfferedSince: number },
): Promise<boolean> {
  const { meta } = await database
    .prepare(
      `update sessions set next_hash = ?3, next_issued_at = ?4
        where id = ?1 and token_hash = ?2 and (next_issued_at is null or next_issued_at <= ?5)`,
    )
    .bind(offer.id, offer.tokenHash, offer.nextHash, offer.at, offer.unlessOfferedSince)
    .run();
  return meta.changes === 1;
}

/** The browser uses the token that it was offered: from now on that is the session's. Of two requests at a time, one makes the change. */
export async function promoteNextToken(
  database: ControlDatabase,
  promotion: { id: string; nextHash: string; at: number; previousUntil: number; idleEndsAt: number },
): Promise<void> {
  await database
    .prepare(
      `update sessions
          set previous_hash = token_hash, previous_until = ?4, token_hash = ?2, next_hash = null, next_issued_at = null,
              rotated_at = ?3, idle_ends_at = ?5
        where id = ?1 and next_hash = ?2`,
    )
    .bind(promotion.id, promotion.nextHash, promotion.at, promotion.previousUntil, promotion.idleEndsAt)
    .run();
}

/** A person's sessions that have not ended, newest first. */
export async function listSessions(database: ControlDatabase, userId: string, now: number): Promise<Session[]> {
  const s = sessions;
  return rowsOf(
    query(database)
      .select()
      .from(s)
      .where(and(eq(s.userId, userId), gt(s.endsAt, now), gt(s.idleEndsAt, now)))
      .orderBy(desc(s.createdAt), desc(s.id)),
  );
}

/** Ends one session of a person, who signs out of it. False when they have no such session. */
export async function deleteSessionOf(
  database: ControlDatabase,
  { userId, id, at }: { userId: string; id: string; at: number },
): Promise<boolean> {
  const [event] = await database.batch([
    auditEventWhere(
      database,
      { ...sessionEvent("session.end", { userId, at }), targetId: id, detail: { everywhere: false } },
      { condition: "exists (select 1 from sessions where id = ?9 and user_id = ?10)", values: [id, userId] },
    ),
    database.prepare("delete from sessions where id = ?1 and user_id = ?2").bind(id, userId),
  ]);
  return event?.meta.changes === 1;
}

/** Ends one session whose token is worth nothing any more. */
export async function deleteSession(database: ControlDatabase, id: string): Promise<void> {
  await database.prepare("delete from sessions where id = ?1").bind(id).run();
}

/** Ends all sessions of a person, who signs out everywhere. */
export async function deleteSessionsOf(
  database: ControlDatabase,
  { userId, at }: { userId: string; at: number },
): Promise<void> {
  await database.batch([
    auditEventWhere(
      database,
      { ...sessionEvent("session.end", { userId, at }), targetId: userId, detail: { everywhere: true } },
      { condition: "exists (select 1 from sessions where user_id = ?9)", values: [userId] },
    ),
    database.prepare("delete from sessions where user_id = ?1").bind(userId),
  ]);
}
