/** Local mode: the caller's word for who they are, taken from this machine alone. */
import { findUserByEmail } from "../database/tenancy/identities.ts";
import type { User } from "../database/tenancy/members.ts";
import { isLoopback } from "./loopback.ts";
import type { ControlDatabase } from "../database/databases.ts";

export const DEFAULT_LOCAL_USER = "owner@example.test";
const LOCAL_USER_HEADER = "x-local-user";

export type LocalRefusal =
  | "local_identity_host_not_loopback"
  | "local_identity_unknown_user"
  | "local_identity_credentials_not_supported"
  | "person_disabled";

/**
 * Takes the caller's word. The loopback rule is what makes that safe: it keeps a page of another site from reaching the product
 * through a name that resolves to this machine (DNS rebinding), and a deployment from ever using it. The Host header is asked beside
 * the address, because the local runtime lets a header (MF-Original-URL) replace the latter.
 */
export async function identifyLocally(request: Request, database: ControlDatabase): Promise<User | LocalRefusal> {
  if (!isForLoopback(request)) return "local_identity_host_not_loopback";
  if (request.headers.has("authorization")) return "local_identity_credentials_not_supported";
  const named = request.headers.get(LOCAL_USER_HEADER);
  const user = await findUserByEmail(database, named === null ? DEFAULT_LOCAL_USER : named.trim().toLowerCase());
  if (user === null) return "local_identity_unknown_user";
  return user.disabledAt === null ? user : "person_disabled";
}

/** Whether a request came to this machine by a name of this machine. */
export function isForLoopback(request: Request): boolean {
  const addresses = [request.url];
  const host = request.headers.get("host");
  if (host !== null) addresses.push(`http://${host}`);
  return addresses.every(isLoopback);
}
