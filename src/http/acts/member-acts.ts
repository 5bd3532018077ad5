/** Changes of who belongs to a tenant. */
import { z } from "zod";
import type { Invitation, Member } from "../../contract/access.ts";
import { INVITATION_DAYS } from "../../contract/routes/members.ts";
import { isoTime } from "../../database/sql/time.ts";
import { insertInvitation } from "../../database/tenancy/invitations.ts";
import { changeRole, type MemberChange, removeMember } from "../../database/tenancy/member-changes.ts";
import { readMember } from "../../database/tenancy/members.ts";
import { findRole } from "../../database/tenancy/roles.ts";
import { closeSocketsIn } from "../../runs/reading/close-sockets.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput, orNotFound } from "../routing/requests.ts";
import type { Act, ActPlace } from "./act.ts";
import { dropMember, readMark } from "../../database/tenancy/member-directory.ts";

const DAY_MS = 86_400_000;

/** `secretHash`: of the secret in the link, which the person who invites is told when they ask. */
interface InviteInput {
  role: string;
  note: string;
  secretHash: string;
}

export const inviteAct: Act<InviteInput, Invitation> = {
  kind: "member.invite",
  input: z.object({ role: z.string(), note: z.string(), secretHash: z.string() }),
  describe: async (place, { role, note }) => ({ kind: "member.invite", role: await roleOr400(place, role), note }),
  perform: async ({ env, tenant, actor }, { role, note, secretHash }) => {
    const createdAt = Date.now();
    const expiresAt = createdAt + INVITATION_DAYS * DAY_MS;
    const invitation = { id: `invitation_${crypto.randomUUID()}`, role, note };
    const stored = { ...invitation, createdAt, expiresAt, tenantId: tenant.id, secretHash, createdBy: actor.id };
    const roleName = await insertInvitation(env.DATABASE, stored);
    if (roleName === null) throw noSuchRole();
    return {
      ...invitation,
      roleName,
      createdBy: { id: actor.id, name: actor.name },
      createdAt: isoTime(createdAt),
      expiresAt: isoTime(expiresAt),
    };
  },
};

export const changeRoleAct: Act<{ userId: string; role: string }, Member> = {
  kind: "member.change-role",
  input: z.object({ userId: z.string(), role: z.string() }),
  describe: async (place, { userId, role }) => {
    const member = await readMember(place.env.DATABASE, place.tenant.id, userId);
    if (member === null) return null;
    return {
      kind: "member.change-role",
      member: { id: userId, name: member.name },
      before: await roleOr400(place, member.role),
      after: await roleOr400(place, role),
    };
  },
  perform: async ({ env, tenant, actor }, { userId, role }) => {
    const change = await changeRole(
      env.DATABASE,
      { tenantId: tenant.id, userId, actorId: actor.id, at: Date.now() },
      role,
    );
    judge(change);
    // The page that is open learns of it, and its socket is let in again only if the new role may follow.
    if (change === "changed") await closeSocketsIn(env, tenant.id, userId);
    return orNotFound(await readMember(env.DATABASE, tenant.id, userId));
  },
};

export const removeMemberAct: Act<{ userId: string }, void> = {
  kind: "member.remove",
  input: z.object({ userId: z.string() }),
  describe: async (place, { userId }) => {
    const member = await readMember(place.env.DATABASE, place.tenant.id, userId);
    if (member === null) return null;
    const before = await roleOr400(place, member.role);
    return { kind: "member.remove", member: { id: userId, name: member.name }, before };
  },
  perform: async ({ env, tenant, actor }, { userId }) => {
    const entry = { tenantId: tenant.id, userId };
    const mark = await readMark(env.CONTROL, entry);
    judge(await removeMember(env.DATABASE, { ...entry, actorId: actor.id, at: Date.now() }));
    if (mark !== null) await dropMember(env.CONTROL, { ...entry, mark });
    await closeSocketsIn(env, tenant.id, userId);
  },
};

async function roleOr400({ env, tenant }: ActPlace, role: string) {
  const found = await findRole(env.DATABASE, tenant.id, role);
  if (found === null) throw noSuchRole();
  const { id, name, capabilities } = found;
  return { id, name, capabilities };
}

function noSuchRole(): ApiError {
  return invalidInput([{ path: "role", message: "is not a role of this tenant" }]);
}

function judge(change: MemberChange): void {
  switch (change) {
    case "changed":
    case "unchanged":
      return;
    case "no_such_role":
      throw noSuchRole();
    case "second_owner":
      throw new ApiError(change, {
        detail: "Make another person an owner first, or have the approvals switched off.",
      });
    case "not_found":
    case "last_owner":
      throw new ApiError(change);
  }
}
