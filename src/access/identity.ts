/**
 * Who is calling. One provider per mode; the HTTP layer asks the one that the settings choose and knows no other way to a
 * user. Outside local mode no provider exists yet, so everybody is refused.
 */
import type { Settings } from "../environment.ts";
import { findUserByEmail, type User } from "../database/tenancy/members.ts";

export type Identification =
  | { kind: "identified"; user: User }
  /** `reason` is for the log; the caller of the API is not told more than "401". */
  | { kind: "refused"; reason: RefusalReason };

export type RefusalReason =
  | "identity_provider_not_configured"
  | "local_identity_host_not_loopback"
  | "local_identity_unknown_user"
  | "local_identity_credentials_not_supported";

export interface IdentityProvider {
  identify(request: Request, database: D1Database): Promise<Identification>;
}

/** The provider of the mode that the settings put the Worker in. */
export function identityProvider(settings: Settings): IdentityProvider {
  return settings.localMode ? localProvider : refusingProvider;
}

export const DEFAULT_LOCAL_USER = "owner@example.test";
const LOCAL_USER_HEADER = "x-local-user";
const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Takes the caller's word for who they are. The loopback rule is what makes that safe: it keeps a page of another site from
 * reaching the product through a name that resolves to this machine (DNS rebinding), and a deployment from ever using it.
 * The Host header is asked beside the address, because the local runtime lets a header (MF-Original-URL) replace the latter.
 */
const localProvider: IdentityProvider = {
  async identify(request, database) {
    if (!isForLoopback(request)) return refuse("local_identity_host_not_loopback");
    if (request.headers.has("authorization")) return refuse("local_identity_credentials_not_supported");
    const named = request.headers.get(LOCAL_USER_HEADER);
    const user = await findUserByEmail(database, named === null ? DEFAULT_LOCAL_USER : named.trim().toLowerCase());
    return user ? { kind: "identified", user } : refuse("local_identity_unknown_user");
  },
};

function isForLoopback(request: Request): boolean {
  const addresses = [request.url];
  const host = request.headers.get("host");
  if (host !== null) addresses.push(`http://${host}`);
  return addresses.every((address) => LOOPBACK_HOSTS.has(URL.parse(address)?.hostname ?? ""));
}

const refusingProvider: IdentityProvider = {
  identify: () => Promise.resolve(refuse("identity_provider_not_configured")),
};

function refuse(reason: RefusalReason): Identification {
  return { kind: "refused", reason };
}
