import type { UsedToken } from "../../access/api-tokens.ts";
import { type TenantAccess, withinToken } from "../../access/guard.ts";
import { readIdentitySettings } from "../../access/identity-settings.ts";
import { meRoutes, tenantRoutes } from "../../contract/routes/session.ts";
import { isoTime } from "../../database/sql/time.ts";
import { isPlatformAdministrator } from "../../database/tenancy/platform.ts";
import { listMemberships, listPlacedMemberships } from "../../database/tenancy/tenants.ts";
import { readActiveOperations, readTenantStandings } from "../../runs/reading/standings.ts";
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
  standings: readOwn(meRoutes.standings, async ({ env, user, token, query }) => {
    const { items, nextCursor, unread } = await listPlacedMemberships(env, { userId: user.id, ...query });
    if (token !== null && unread !== null) throw unread.error;
    return {
      items: await readTenantStandings(env, reachedBy(token, items), Date.now()),
      nextCursor,
      tenantsUnread: unread?.tenants ?? 0,
    };
  }),
  activeOperations: readOwn(meRoutes.activeOperations, async ({ env, user, token }) => {
    const { items, unread } = await listPlacedMemberships(env, { userId: user.id, cursor: null, limit: null });
    if (token !== null && unread !== null) throw unread.error;
    const active = await readActiveOperations(env, reachedBy(token, items));
    return { ...active, tenantsUnread: active.tenantsUnread + (unread?.tenants ?? 0) };
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

function reachedBy<Reached extends TenantAccess>(token: UsedToken | null, tenants: readonly Reached[]): Reached[] {
  return tenants.flatMap((tenant) => {
    const within = withinToken(tenant, token);
    return within === null ? [] : [{ ...tenant, capabilities: within.capabilities }];
  });
}
