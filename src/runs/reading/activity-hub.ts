/** The only way to a tenant's activity hub: the lint finds its binding anywhere else. What is called has to bear being called twice. */
import { repeatCall } from "../../durable-objects/repeat-call.ts";

type ActivityHubStub = ReturnType<Env["TENANT_ACTIVITY"]["getByName"]>;

/** Set by the guarded route, which strips what a client sends under these names. */
export const HUB_HEADERS = {
  tenantId: "x-tenantatlas-tenant-id",
  tenantSlug: "x-tenantatlas-tenant-slug",
  userId: "x-tenantatlas-user-id",
  /** Absent where people have no sessions. */
  sessionId: "x-tenantatlas-session-id",
  /** Of the API token; absent for a person. */
  tokenId: "x-tenantatlas-token-id",
  /** When what let the caller in ends by itself, in milliseconds since the epoch; absent where that is not known. */
  endsAt: "x-tenantatlas-ends-at",
} as const;

/** Calls a tenant's activity hub; see `repeatCall` for what is repeated and what is thrown. */
export function callActivityHub<T>(
  env: Pick<Env, "TENANT_ACTIVITY">,
  tenantId: string,
  call: (hub: ActivityHubStub) => Promise<T>,
): Promise<T> {
  // A stub for each attempt: one that has thrown may throw for ever.
  return repeatCall(() => call(env.TENANT_ACTIVITY.getByName(tenantId)));
}
