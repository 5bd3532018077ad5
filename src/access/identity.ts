/** Who is calling. The settings choose one way to know people; the HTTP layer asks here and knows no other way to a user. */
import { findUserByIdentity, type KnownUser, welcomeIdentity } from "../database/tenancy/identities.ts";
import type { User } from "../database/tenancy/members.ts";
import { apiTokenOf, type TokenRefusal, type UsedToken, useApiToken } from "./api-tokens.ts";
import { ACCESS_TOKEN_HEADER, readAccessToken } from "./cloudflare-access.ts";
import { cookieOf, SESSION_COOKIE } from "./cookies.ts";
import type { AccessSettings, EntraSettings, IdentitySettings } from "./identity-settings.ts";
import { identifyLocally, isForLoopback, type LocalRefusal } from "./local-identity.ts";
import { resumeSession, type SessionRefusal } from "./sessions.ts";
import type { ControlDatabase } from "../database/databases.ts";

export type Identification = Identified | Refused;

export interface Identified {
  kind: "identified";
  user: User;
  /** Null where people do not sign in to the product itself. */
  sessionId: string | null;
  /** The API token that the request is made with, whose maker is `user`; null for a person. */
  token: UsedToken | null;
  /** When what lets the caller in ends by itself, in milliseconds since the epoch; null where that is not known. */
  endsAt: number | null;
  /**
   * Where requests have to come from, since a browser sends what vouches for the caller by itself; null where it does not. A
   * request from another site's page is refused.
   */
  onlyFrom: string | null;
  /** Cookies that the answer sets. */
  setCookies: string[];
}

export interface Refused {
  kind: "refused";
  /** For the log; the caller of the API is not told more than "401". */
  reason: RefusalReason;
  /** What to set, for the log as well. */
  problem?: string;
  /** The id of the API token that was refused, for the log. */
  tokenId?: string;
  /** Where a person can sign in. */
  signInPath?: string;
}

export type RefusalReason =
  | "identity_provider_not_configured"
  | "session_missing"
  | "access_token_missing"
  | "access_token_not_valid"
  | LocalRefusal
  | TokenRefusal
  | SessionRefusal;

/** Where people begin to sign in, in a deployment that has sessions. */
export const SIGN_IN_PATH = "/auth/sign-in";

/** @throws {IdentityUnavailableError} when an identity provider's keys cannot be had. */
export async function identify(
  request: Request,
  settings: IdentitySettings,
  { database, now }: { database: ControlDatabase; now: number },
): Promise<Identification> {
  if (settings.mode === "none") {
    return { kind: "refused", reason: "identity_provider_not_configured", problem: settings.problem };
  }
  const token = apiTokenOf(request);
  if (token !== null) return byApiToken(request, token, { settings, database, now });
  switch (settings.mode) {
    case "local": {
      const found = await identifyLocally(request, database);
      return typeof found === "string" ? { kind: "refused", reason: found } : identified(found, null);
    }
    case "entra":
      return bySession(request, settings.entra, { database, now });
    case "access":
      return byAccessToken(request, settings.access, { database, now });
  }
}

async function bySession(
  request: Request,
  { origin }: EntraSettings,
  { database, now }: { database: ControlDatabase; now: number },
): Promise<Identification> {
  const token = cookieOf(request, SESSION_COOKIE);
  if (token === null) return { kind: "refused", reason: "session_missing", signInPath: SIGN_IN_PATH };
  const rotates = !request.headers.has("upgrade");
  const answer = await resumeSession(database, token, { now, rotates });
  if (answer.kind === "refused") return { ...answer, signInPath: SIGN_IN_PATH };
  const { user, sessionId, endsAt, setCookies } = answer;
  return { ...identified(user, origin), sessionId, endsAt, setCookies };
}

/** A program sends its token itself, so where the request comes from does not matter. */
async function byApiToken(
  request: Request,
  sent: string,
  { settings, database, now }: { settings: IdentitySettings; database: ControlDatabase; now: number },
): Promise<Identification> {
  if (settings.mode === "local" && !isForLoopback(request)) {
    return { kind: "refused", reason: "local_identity_host_not_loopback" };
  }
  const answer = await useApiToken(database, sent, now);
  if (answer.kind === "refused") return answer;
  return { ...identified(answer.maker, null), token: answer.token, endsAt: answer.token.expiresAt };
}

async function byAccessToken(
  request: Request,
  settings: AccessSettings,
  { database, now }: { database: ControlDatabase; now: number },
): Promise<Identification> {
  const token = request.headers.get(ACCESS_TOKEN_HEADER);
  if (token === null) return { kind: "refused", reason: "access_token_missing" };
  const identity = await readAccessToken(settings, token);
  if (identity === null) return { kind: "refused", reason: "access_token_not_valid" };
  const user: KnownUser =
    (await findUserByIdentity(database, identity)) ?? (await welcomeIdentity(database, identity, now));
  if (user.disabledAt !== null) return { kind: "refused", reason: "person_disabled" };
  // Access adds a person's token to each request of their browser.
  return identified(user, identity.isService ? null : new URL(request.url).origin);
}

function identified({ id, email, name }: User, onlyFrom: string | null): Identified {
  const user = { id, email, name };
  return { kind: "identified", user, sessionId: null, token: null, endsAt: null, onlyFrom, setCookies: [] };
}
