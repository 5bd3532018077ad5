/** What hono carries along with a request. */
import type { UsedToken } from "../../access/api-tokens.ts";
import type { TenantAccess } from "../../access/guard.ts";
import type { TenantEnv } from "../../database/databases.ts";
import type { User } from "../../database/tenancy/members.ts";

export interface AppEnvironment {
  Bindings: Env;
  Variables: {
    requestId: string;
    user: User;
    /** Null where people do not sign in to the product itself. */
    sessionId: string | null;
    /** Null for a person. */
    token: UsedToken | null;
    /** When what lets the caller in ends by itself, in milliseconds since the epoch; null where that is not known. */
    endsAt: number | null;
    /** Sends a request to the product itself, through everything that stands before its routes. */
    dispatch: (request: Request) => Promise<Response>;
  };
}

/** Behind the tenant guard. */
export interface TenantEnvironment {
  Bindings: Env;
  Variables: AppEnvironment["Variables"] & {
    tenant: TenantAccess;
    /** With the tenant's database. */
    tenantEnv: TenantEnv;
  };
}
