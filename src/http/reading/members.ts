import { invitationRoutes, memberRoutes } from "../../contract/routes/members.ts";
import { listInvitations } from "../../database/tenancy/invitations.ts";
import { listMembers } from "../../database/tenancy/members.ts";
import { read } from "../routing/served.ts";

export const memberReads = {
  list: read(
    memberRoutes.list,
    async ({ env, tenant, query }) => await listMembers(env.DATABASE, { tenantId: tenant.id, ...query }),
  ),
};

export const invitationReads = {
  list: read(
    invitationRoutes.list,
    async ({ env, tenant, query }) =>
      await listInvitations(env.DATABASE, { tenantId: tenant.id, ...query, now: Date.now() }),
  ),
};
