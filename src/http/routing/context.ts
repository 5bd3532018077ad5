/** What hono carries along with a request. */
import type { TenantAccess } from "../../access/guard.ts";
import type { User } from "../../database/tenancy/members.ts";

export interface AppEnvironment {
  Bindings: Env;
  Variables: { requestId: string; user: User };
}

/** Behind the tenant guard. */
export interface TenantEnvironment {
  Bindings: Env;
  Variables: AppEnvironment["Variables"] & { tenant: TenantAccess };
}
