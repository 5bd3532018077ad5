import { hashOfSecret } from "../../access/told-once.ts";
import { joiningRoutes } from "../../contract/routes/members.ts";
import { acceptInvitation, findInvitation } from "../../database/tenancy/invitations.ts";
import { isoTime } from "../../database/sql/time.ts";
import { ApiError } from "../routing/problems.ts";
import { commandOwn } from "../routing/served.ts";
import { type ControlEnv, findAmongShards } from "../../database/databases.ts";

export const joiningCommands = {
  preview: commandOwn(joiningRoutes.preview, async ({ env, body: { secret } }) => {
    const { found } = await openInvitation(env, secret);
    const { tenantName, role, roleName, createdBy, expiresAt } = found;
    return { tenantName, role, roleName, invitedBy: createdBy.name, expiresAt: isoTime(expiresAt) };
  }),
  accept: commandOwn(joiningRoutes.accept, async ({ env, user, body: { secret } }) => {
    const { database, found: invitation } = await openInvitation(env, secret);
    const answer = await acceptInvitation(database, invitation, { userId: user.id, at: Date.now() });
    if (answer === "over") throw new ApiError("invitation_over");
    if (answer === "already_member") throw new ApiError("already_member");
    const { tenantId: id, slug, tenantName: name, role, roleName, capabilities } = invitation;
    return { id, slug, name, role, roleName, capabilities };
  }),
};

/** A link tells nothing of its tenant, so each shard is asked. */
async function openInvitation(env: ControlEnv, secret: string) {
  const hash = await hashOfSecret(secret);
  const open = await findAmongShards(env, (shard) => findInvitation(shard, hash, Date.now()));
  if (open === null) throw new ApiError("invitation_over");
  return open;
}
