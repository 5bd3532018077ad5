import { readIdentitySettings } from "../../access/identity-settings.ts";
import { meRoutes, tenantRoutes } from "../../contract/routes/session.ts";
import { isPlatformAdministrator } from "../../database/tenancy/platform.ts";
import { listMemberships } from "../../database/tenancy/tenants.ts";
import { read, readOwn } from "../routing/served.ts";

export const meReads = {
  show: readOwn(meRoutes.show, async ({ env, user }) => {
    const { id, email, name } = user;
    const memberships = await listMemberships(env.DATABASE, { userId: id, cursor: null, limit: null });
    const { mode } = readIdentitySettings(env);
    if (mode === "none") throw new Error("A caller is known where nobody is let in");
    const platformAdministrator = await isPlatformAdministrator(env.DATABASE, id);
    return {
      identity: mode,
      platformAdministrator,
      user: { id, email, name },
      tenants: memberships.items,
    };
  }),
};

export const tenantReads = {
  // Made from the caller's own memberships, so it needs no guard.
  list: readOwn(
    tenantRoutes.list,
    async ({ env, user, query }) => await listMemberships(env.DATABASE, { userId: user.id, ...query }),
  ),
  show: read(tenantRoutes.show, async ({ tenant }) => tenant),
};
