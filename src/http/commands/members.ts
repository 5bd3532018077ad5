import { newSecret } from "../../access/told-once.ts";
import { invitationRoutes, memberRoutes } from "../../contract/routes/members.ts";
import { withdrawInvitation } from "../../database/tenancy/invitations.ts";
import { madeOrAsked } from "../acts/ask.ts";
import { changeRoleAct, inviteAct, removeMemberAct } from "../acts/member-acts.ts";
import { ApiError } from "../routing/problems.ts";
import { command, Reply } from "../routing/served.ts";

export const memberCommands = {
  changeRole: command(memberRoutes.changeRole, (call) =>
    madeOrAsked(call, changeRoleAct, { userId: call.params.userId, role: call.body.role }, (member) => member),
  ),
  remove: command(memberRoutes.remove, (call) =>
    madeOrAsked(call, removeMemberAct, { userId: call.params.userId }, () => ({ done: true as const })),
  ),
};

export const invitationCommands = {
  create: command(invitationRoutes.create, async (call) => {
    const { secret, hash } = await newSecret();
    const input = { ...call.body, secretHash: hash };
    return madeOrAsked(call, inviteAct, input, (invitation) => new Reply(201, { invitation, secret }), {
      invitationSecret: secret,
    });
  }),
  withdraw: command(invitationRoutes.withdraw, async ({ env, tenant, user, params: { invitationId } }) => {
    const act = { tenantId: tenant.id, invitationId, actorId: user.id, at: Date.now() };
    if (!(await withdrawInvitation(env.DATABASE, act))) throw new ApiError("invitation_over");
    return { done: true as const };
  }),
};
