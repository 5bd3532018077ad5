import { hashOfSecret } from "../../access/told-once.ts";
import { joiningRoutes } from "../../contract/routes/members.ts";
import { acceptInvitation, findInvitation } from "../../database/tenancy/invitations.ts";
import { isoTime } from "../../database/sql/time.ts";
import { ApiError } from "../routing/problems.ts";
import { commandOwn } from "../routing/served.ts";

export const joiningCommands = {
  preview: commandOwn(joiningRoutes.preview, async ({ env, body: { secret } }) => {
    const { tenantName, role, roleName, createdBy, expiresAt } = await openInvitation(env, secret);
    return { tenantName, role, roleName, invitedBy: createdBy.name, expiresAt: isoTime(expiresAt) };
  }),
  accept: commandOwn(joiningRoutes.accept, async ({ env, user, body: { secret } }) => {
    const invitation = await openInvitation(env, secret);
    const answer = await acceptInvitation(env.DATABASE, invitation, { userId: user.id, at: Date.now() });
    if (answer === "over") throw new ApiError("invitation_over");
    if (answer === "already_member") throw new ApiError("already_member");
    const { tenantId: id, slug, tenantName: name, role, roleName, capabilities } = invitation;
    return { id, slug, name, role, roleName, capabilities };
  }),
};

async function openInvitation(env: Env, secret: string) {
  const invitation = await findInvitation(env.DATABASE, await hashOfSecret(secret), Date.now());
  if (invitation === null) throw new ApiError("invitation_over");
  return invitation;
}
