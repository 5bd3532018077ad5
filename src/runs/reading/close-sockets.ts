/** Ends sockets of people who have lost what let them in. */
import type { ControlEnv } from "../../database/databases.ts";
import { listMemberships } from "../../database/tenancy/tenants.ts";
import { callActivityHub } from "./activity-hub.ts";

/** Object calls at a time: an invocation has six connections. */
const AT_ONCE = 5;

/** Closes a person's sockets in all their tenants; those of one session alone where one is named. */
export async function closeSockets(
  env: Pick<ControlEnv, "CONTROL" | "TENANT_ACTIVITY">,
  { userId, sessionId }: { userId: string; sessionId?: string },
): Promise<void> {
  const { items } = await listMemberships(env.CONTROL, { userId, cursor: null, limit: null });
  const tag = sessionId === undefined ? userId : sessionTag(sessionId);
  for (let first = 0; first < items.length; first += AT_ONCE) {
    const some = items.slice(first, first + AT_ONCE);
    await Promise.all(some.map(({ id }) => callActivityHub(env, id, (hub) => hub.closeSockets(tag))));
  }
}

/** Closes the sockets of an API token in the tenants. */
export async function closeSocketsOfToken(
  env: Pick<ControlEnv, "TENANT_ACTIVITY">,
  tenantIds: readonly string[],
  tokenId: string,
): Promise<void> {
  for (let first = 0; first < tenantIds.length; first += AT_ONCE) {
    const some = tenantIds.slice(first, first + AT_ONCE);
    await Promise.all(some.map((id) => callActivityHub(env, id, (hub) => hub.closeSockets(tokenTag(tokenId)))));
  }
}

/** Closes a person's sockets in one tenant: of one who is no member of it any more. */
export async function closeSocketsIn(
  env: Pick<ControlEnv, "TENANT_ACTIVITY">,
  tenantId: string,
  userId: string,
): Promise<void> {
  await callActivityHub(env, tenantId, (hub) => hub.closeSockets(userId));
}

/** By this a hub finds the sockets of an API token. */
export function tokenTag(tokenId: string): string {
  return `token:${tokenId}`;
}

/** By this a hub finds the sockets of a session; a person's are found by the person's id. */
export function sessionTag(sessionId: string): string {
  return `session:${sessionId}`;
}
