/**
 * Sessions: what a browser's token is worth. A session has one token, and now and then offers the next one. Only when the browser has
 * used that does it become the session's: an answer that gets lost signs nobody out. The token before stays good for a minute, for
 * requests that were on their way. Later use of it means that two parties hold it, and ends the session (decisions/121).
 */
import type { AuditOrigin } from "../contract/audit-events.ts";
import type { KnownUser } from "../database/tenancy/identities.ts";
import {
  deleteSession,
  findSession,
  insertSession,
  offerNextToken,
  promoteNextToken,
  type Session,
} from "../database/tenancy/sessions.ts";
import { SESSION_COOKIE, setCookie } from "./cookies.ts";
import { hashOfSecret, newSecret } from "./told-once.ts";
import type { ControlDatabase } from "../database/databases.ts";

const MINUTE_MS = 60_000;
/** A session ends this long after its token was last renewed, which use of the console causes every quarter of an hour. */
export const IDLE_MS = 2 * 60 * MINUTE_MS;
/** A session ends this long after its beginning, also while it is used. */
export const LIFE_MS = 12 * 60 * MINUTE_MS;
export const ROTATE_AFTER_MS = 15 * MINUTE_MS;
/** How long requests may be on their way with a token that was replaced. */
export const GRACE_MS = MINUTE_MS;

export type SessionRefusal = "session_unknown" | "session_ended" | "session_token_reused" | "person_disabled";

export type SessionAnswer =
  | { kind: "open"; sessionId: string; user: KnownUser; endsAt: number; setCookies: string[] }
  | { kind: "refused"; reason: SessionRefusal };

/** The most that is kept of what a browser calls itself. */
const BROWSER_LENGTH = 200;

/** Opens a session. Returns the cookie that carries its token: the only place where the token is. */
export async function openSession(
  database: ControlDatabase,
  { userId, browser, now, origin }: { userId: string; browser: string; now: number; origin?: AuditOrigin },
): Promise<{ sessionId: string; cookie: string }> {
  const { secret: token, hash: tokenHash } = await newSecret();
  const sessionId = crypto.randomUUID();
  const session = {
    id: sessionId,
    userId,
    tokenHash,
    createdAt: now,
    idleEndsAt: now + IDLE_MS,
    endsAt: now + LIFE_MS,
    browser: browser.slice(0, BROWSER_LENGTH),
  };
  await insertSession(database, session, origin);
  return { sessionId, cookie: sessionCookie(token, LIFE_MS) };
}

/** The cookie that takes a session's token out of the browser. */
export function clearSessionCookie(): string {
  return setCookie(SESSION_COOKIE, "", 0);
}

/**
 * Resolves a token. One query; a second one when the token is renewed.
 * @param rotates whether the answer to this request can set a cookie
 */
export async function resumeSession(
  database: ControlDatabase,
  token: string,
  { now, rotates }: { now: number; rotates: boolean },
): Promise<SessionAnswer> {
  const hash = await hashOfSecret(token);
  const found = await findSession(database, hash);
  if (found === null) return { kind: "refused", reason: "session_unknown" };
  const { session, user } = found;
  const verdict = judgeToken(session, hash, now);
  if (verdict === "ended" || verdict === "reused") {
    await deleteSession(database, session.id);
    return { kind: "refused", reason: verdict === "ended" ? "session_ended" : "session_token_reused" };
  }
  if (user.disabledAt !== null) return { kind: "refused", reason: "person_disabled" };
  const setCookies: string[] = [];
  if (verdict === "promote") {
    const times = { at: now, previousUntil: now + GRACE_MS, idleEndsAt: Math.min(now + IDLE_MS, session.endsAt) };
    await promoteNextToken(database, { id: session.id, nextHash: hash, ...times });
  } else if (verdict === "renew" && rotates) {
    const { secret: next, hash: nextHash } = await newSecret();
    const offer = { id: session.id, tokenHash: hash, nextHash, at: now };
    if (await offerNextToken(database, { ...offer, unlessOfferedSince: now - GRACE_MS })) {
      setCookies.push(sessionCookie(next, session.endsAt - now));
    }
  }
  return { kind: "open", sessionId: session.id, user, endsAt: session.endsAt, setCookies };
}

/** What a token is to its session: `current` is good as it is, `renew` good and old, `promote` the one that was offered. */
export function judgeToken(
  session: Session,
  hash: string,
  now: number,
): "current" | "renew" | "promote" | "ended" | "reused" {
  if (now >= session.endsAt || now >= session.idleEndsAt) return "ended";
  if (hash === session.tokenHash) return now - session.rotatedAt >= ROTATE_AFTER_MS ? "renew" : "current";
  if (hash === session.nextHash) return "promote";
  return now <= (session.previousUntil ?? 0) ? "current" : "reused";
}

function sessionCookie(token: string, lifeMs: number): string {
  return setCookie(SESSION_COOKIE, token, Math.max(1, Math.floor(lifeMs / 1_000)));
}
