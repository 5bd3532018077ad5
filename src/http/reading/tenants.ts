import type { UsedToken } from "../../access/api-tokens.ts";
import { type TenantAccess, withinToken } from "../../access/guard.ts";
import { readIdentitySettings } from "../../access/identity-settings.ts";
import { meRoutes, tenantRoutes } from "../../contract/routes/session.ts";
import { isoTime } from "../../database/sql/time.ts";
import { isPlatformAdministrator } from "../../database/tenancy/platform.ts";
import { listMemberships } from "../../database/tenancy/tenants.ts";
import { read, readOwn } from "../routing/served.ts";

export const meReads = {
  show: readOwn(meRoutes.show, async ({ env, user, token }) => {
    const { id, email, name } = user;
    const memberships = await listMemberships(env, { userId: id, cursor: null, limit: null });
    // A token's tenants are fewer than its maker's: how many of them are unread is not known.
    if (token !== null && memberships.unread !== null) throw memberships.unread.error;
    const { mode } = readIdentitySettings(env);
    if (mode === "none") throw new Error("A caller is known where nobody is let in");
    const platformAdministrator = token === null && (await isPlatformAdministrator(env.CONTROL, id));
    return {
      identity: mode,
      platformAdministrator,
      user: { id, email, name },
      apiToken: token === null ? null : { id: token.id, name: token.name, expiresAt: isoTime(token.expiresAt) },
      tenants: reachedBy(token, memberships.items),
      tenantsUnread: memberships.unread?.tenants ?? 0,
    };
  }),
};

export const tenantReads = {
  // Made from the caller's own memberships, so it needs no guard.
  list: readOwn(tenantRoutes.list, async ({ env, user, token, query }) => {
    const { items, nextCursor, unread } = await listMemberships(env, { userId: user.id, ...query });
    // A list that is not whole would be taken for one.
    if (unread !== null) throw unread.error;
    return { items: reachedBy(token, items), nextCursor };
  }),
  show: read(tenantRoutes.show, async ({ tenant }) => tenant),
};

function reachedBy(token: UsedToken | null, tenants: readonly TenantAccess[]): TenantAccess[] {
  return tenants.flatMap((tenant) => withinToken(tenant, token) ?? []);
}
