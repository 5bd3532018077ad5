import { newSecret } from "../../access/told-once.ts";
import { INVITATION_DAYS, invitationRoutes, memberRoutes } from "../../contract/routes/members.ts";
import { insertInvitation, withdrawInvitation } from "../../database/tenancy/invitations.ts";
import { changeRole, type MemberChange, removeMember } from "../../database/tenancy/member-changes.ts";
import { readMember } from "../../database/tenancy/members.ts";
import { isoTime } from "../../database/sql/time.ts";
import { closeSocketsIn } from "../../runs/reading/close-sockets.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import { command, Reply } from "../routing/served.ts";

const DAY_MS = 86_400_000;

export const memberCommands = {
  changeRole: command(memberRoutes.changeRole, async ({ env, tenant, user, params: { userId }, body: { role } }) => {
    const act = { tenantId: tenant.id, userId, actorId: user.id, at: Date.now() };
    const change = await changeRole(env.DATABASE, act, role);
    judge(change);
    // The page that is open learns of it, and its socket is let in again only if the new role may follow.
    if (change === "changed") await closeSocketsIn(env, tenant.id, userId);
    return orNotFound(await readMember(env.DATABASE, tenant.id, userId));
  }),
  remove: command(memberRoutes.remove, async ({ env, tenant, user, params: { userId } }) => {
    judge(await removeMember(env.DATABASE, { tenantId: tenant.id, userId, actorId: user.id, at: Date.now() }));
    await closeSocketsIn(env, tenant.id, userId);
    return { done: true as const };
  }),
};

export const invitationCommands = {
  create: command(invitationRoutes.create, async ({ env, tenant, user, body: { role, note } }) => {
    const createdAt = Date.now();
    const { secret, hash } = await newSecret();
    const expiresAt = createdAt + INVITATION_DAYS * DAY_MS;
    const invitation = { id: `invitation_${crypto.randomUUID()}`, role, note, createdAt, expiresAt };
    const stored = { ...invitation, tenantId: tenant.id, secretHash: hash, createdBy: user.id };
    const roleName = await insertInvitation(env.DATABASE, stored);
    if (roleName === null) throw noSuchRole();
    const told = {
      ...invitation,
      roleName,
      createdBy: { id: user.id, name: user.name },
      createdAt: isoTime(createdAt),
      expiresAt: isoTime(expiresAt),
    };
    return new Reply(201, { invitation: told, secret });
  }),
  withdraw: command(invitationRoutes.withdraw, async ({ env, tenant, user, params: { invitationId } }) => {
    const act = { tenantId: tenant.id, invitationId, actorId: user.id, at: Date.now() };
    if (!(await withdrawInvitation(env.DATABASE, act))) throw new ApiError("invitation_over");
    return { done: true as const };
  }),
};

function noSuchRole(): ApiError {
  return invalidInput([{ path: "role", message: "is not a role of this tenant" }]);
}

function judge(change: MemberChange): void {
  if (change === "no_such_role") throw noSuchRole();
  if (change === "not_found" || change === "last_owner") throw new ApiError(change);
}
