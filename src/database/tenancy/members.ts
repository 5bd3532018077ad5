/** Users, and who is a member of a tenant. */
import { and, eq, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import type { Member } from "../../contract/access.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "./person.ts";
import { heldRole, OWN_ROLE } from "./roles.ts";
import { customRoles, memberships, users } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const inviters = alias(users, "inviters");

const MEMBER = {
  userId: users.id,
  email: users.email,
  name: users.name,
  disabledAt: users.disabledAt,
  role: memberships.role,
  createdAt: memberships.createdAt,
  invitedBy: memberships.invitedBy,
  inviterName: inviters.name,
  ...OWN_ROLE,
};

export interface User {
  id: string;
  email: string;
  name: string;
}

/** One member; null for a person who is none. */
export async function readMember(database: TenantDatabase, tenantId: string, userId: string): Promise<Member | null> {
  const found = await firstOf(
    membersWhere(database, and(eq(memberships.tenantId, tenantId), eq(memberships.userId, userId))),
  );
  return found === null ? null : toMember(found);
}

/** The tenant's members, by address. */
export async function listMembers(
  database: TenantDatabase,
  request: { tenantId: string; cursor: string | null; limit: number },
): Promise<Page<Member>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string()]));
  const rows = await rowsOf(
    membersWhere(database, and(eq(memberships.tenantId, request.tenantId), beyond([users.email, users.id], ">", after)))
      .orderBy(users.email, users.id)
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ email, userId }) => [email, userId]),
    toMember,
  );
}

function membersWhere(database: TenantDatabase, condition: SQL | undefined) {
  return query(database)
    .select(MEMBER)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .leftJoin(customRoles, and(eq(customRoles.id, memberships.role), eq(customRoles.tenantId, memberships.tenantId)))
    .leftJoin(inviters, eq(inviters.id, memberships.invitedBy))
    .where(condition)
    .$dynamic();
}

type MemberRow = Awaited<ReturnType<typeof membersWhere>>[number];

function toMember({ userId, email, name, role, ...row }: MemberRow): Member {
  return {
    userId,
    email,
    name,
    role,
    roleName: heldRole(role, row).roleName,
    since: isoTimeOrNull(row.createdAt),
    invitedBy: personOf(row.invitedBy, row.inviterName),
    disabled: row.disabledAt !== null,
  };
}
