import { hashOfSecret } from "../../access/told-once.ts";
import { joiningRoutes } from "../../contract/routes/members.ts";
import { acceptInvitation, findInvitation } from "../../database/tenancy/invitations.ts";
import { isoTime } from "../../database/sql/time.ts";
import { ApiError } from "../routing/problems.ts";
import { commandOwn } from "../routing/served.ts";
import { type ControlEnv, findAmongShards } from "../../database/databases.ts";
import { copyPeople } from "../../database/tenancy/copies.ts";
import { noteMember } from "../../database/tenancy/member-directory.ts";

export const joiningCommands = {
  preview: commandOwn(joiningRoutes.preview, async ({ env, body: { secret } }) => {
    const { found } = await openInvitation(env, secret);
    const { tenantName, role, roleName, createdBy, expiresAt } = found;
    return { tenantName, role, roleName, invitedBy: createdBy.name, expiresAt: isoTime(expiresAt) };
  }),
  accept: commandOwn(joiningRoutes.accept, async ({ env, user, body: { secret } }) => {
    const { database, found: invitation } = await openInvitation(env, secret);
    const { tenantId } = invitation;
    const entry = { userId: user.id, tenantId, at: Date.now() };
    await copyPeople({ ...env, DATABASE: database }, [user.id]);
    await noteMember(env.CONTROL, entry);
    const answer = await acceptInvitation(database, invitation, entry);
    if (answer === "joined") await noteMember(env.CONTROL, entry);
    if (answer === "over") throw new ApiError("invitation_over");
    if (answer === "already_member") throw new ApiError("already_member");
    const { slug, tenantName: name, role, roleName, capabilities, tags } = invitation;
    return { id: tenantId, slug, name, role, roleName, capabilities, tags };
  }),
};

/** A link tells nothing of its tenant, so each shard is asked. */
async function openInvitation(env: ControlEnv, secret: string) {
  const hash = await hashOfSecret(secret);
  const open = await findAmongShards(
    env,
    (shard) => findInvitation(shard, hash, Date.now()),
    (invitation) => invitation.tenantId,
  );
  if (open === null) throw new ApiError("invitation_over");
  return open;
}
