/** Changing and ending memberships. A tenant keeps an owner, also when two changes race. Each event tells of a change that was made. */
import { and, eq, ne } from "drizzle-orm";
import { OWNERS_FOR_APPROVALS } from "../../contract/approvals.ts";
import type { AuditAction } from "../../contract/audit-actions.ts";
import { asksForApprovals } from "../approvals/approval-settings.ts";
import { activeOwners } from "../approvals/may-do.ts";
import { applyChange } from "../approvals/carrying-out.ts";
import { auditEventWhere, type NewAuditEvent } from "../audit/audit-events.ts";
import { readMember } from "./members.ts";
import { firstOf, query } from "../sql/read.ts";
import { nameOfRole, roleExists } from "./roles.ts";
import { memberships } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** Who changes a membership, whose, and when (milliseconds since the epoch). */
export interface MemberAct {
  tenantId: string;
  userId: string;
  actorId: string;
  at: number;
}

/**
 * `last_owner`: the tenant would be left without one. `second_owner`: nobody would be left who decides on what the last one asks for. `not_found`: the person is no member. `no_such_role`: the
 * tenant has no such role.
 */
export type MemberChange = "changed" | "unchanged" | "last_owner" | "second_owner" | "not_found" | "no_such_role";

/**
 * The membership is as it was seen, and is not that of the last owner; where changes need an approval, two owners who can sign in stay. By the
 * names of three parameters, the last of them the role as seen.
 */
const mayLoseRole = (tenant: string, person: string, seen: string): string =>
  `tenant_id = ${tenant} and user_id = ${person} and role = ${seen}
   and (${seen} <> 'owner' or (select count(*) from memberships where tenant_id = ${tenant} and role = 'owner') > 1)
   and (${seen} <> 'owner' or not ${asksForApprovals(tenant)} or ${activeOwners(tenant, person)} >= ${OWNERS_FOR_APPROVALS}
        or exists (select 1 from users where id = ${person} and disabled_at is not null))`;

/** Gives a member another role. */
export async function changeRole(database: TenantDatabase, act: MemberAct, role: string): Promise<MemberChange> {
  const { tenantId, userId } = act;
  const member = await readMember(database, tenantId, userId);
  if (member === null) return "not_found";
  if (member.role === role) return "unchanged";
  const roleName = await nameOfRole(database, tenantId, role);
  if (roleName === null) return "no_such_role";
  const detail = { name: member.name, role, roleName, previousRole: member.role, previousRoleName: member.roleName };
  const [event] = await applyChange(database, [
    auditEventWhere(database, memberEvent(act, "member.change-role", detail), {
      condition: `exists (select 1 from memberships where ${mayLoseRole("?9", "?10", "?11")} and ${roleExists("?9", "?12")})`,
      values: [tenantId, userId, member.role, role],
    }),
    database
      .prepare(`update memberships set role = ?4 where ${mayLoseRole("?1", "?2", "?3")} and ${roleExists("?1", "?4")}`)
      .bind(tenantId, userId, member.role, role),
  ]);
  if (event?.meta.changes === 1) return "changed";
  const isGone = (await nameOfRole(database, tenantId, role)) === null;
  return !isGone && (await isStill(database, act, member.role))
    ? keptOwner(database, act)
    : changeRole(database, act, role);
}

/** Ends a membership. What the person has done in the tenant stays. */
export async function removeMember(database: TenantDatabase, act: MemberAct): Promise<MemberChange> {
  const { tenantId, userId } = act;
  const member = await readMember(database, tenantId, userId);
  if (member === null) return "not_found";
  const [event] = await applyChange(database, [
    auditEventWhere(
      database,
      memberEvent(act, "member.remove", { name: member.name, role: member.role, roleName: member.roleName }),
      {
        condition: `exists (select 1 from memberships where ${mayLoseRole("?9", "?10", "?11")})`,
        values: [tenantId, userId, member.role],
      },
    ),
    database
      .prepare(`delete from memberships where ${mayLoseRole("?1", "?2", "?3")}`)
      .bind(tenantId, userId, member.role),
  ]);
  if (event?.meta.changes === 1) return "changed";
  return (await isStill(database, act, member.role)) ? keptOwner(database, act) : removeMember(database, act);
}

/** Which rule keeps an owner's membership as it is. */
async function keptOwner(
  database: TenantDatabase,
  { tenantId, userId }: MemberAct,
): Promise<"last_owner" | "second_owner"> {
  const other = await firstOf(
    query(database)
      .select({ userId: memberships.userId })
      .from(memberships)
      .where(and(eq(memberships.tenantId, tenantId), eq(memberships.role, "owner"), ne(memberships.userId, userId)))
      .limit(1),
  );
  return other === null ? "last_owner" : "second_owner";
}

/** What was not changed was the last owner's, unless another person has changed it in between. */
async function isStill(database: TenantDatabase, { tenantId, userId }: MemberAct, seen: string): Promise<boolean> {
  return (await readMember(database, tenantId, userId))?.role === seen;
}

function memberEvent(
  { tenantId, userId, actorId, at }: MemberAct,
  action: AuditAction,
  detail: Record<string, unknown>,
): NewAuditEvent {
  return { tenantId, at, action, actorId, targetKind: "member", targetId: userId, detail };
}
