/** Users, and who is a member of a tenant. */
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Member } from "../../contract/access.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { memberships, users } from "./tables.ts";

const MEMBER = { userId: users.id, email: users.email, name: users.name, role: memberships.role };

export interface User {
  id: string;
  email: string;
  name: string;
}

/** For local mode, whose people are known by their addresses alone. Addresses are stored in lower case; the caller passes them so. */
export async function findUserByEmail(database: D1Database, email: string): Promise<User | null> {
  const { id, name } = users;
  return firstOf(
    query(database)
      .select({ id, email: users.email, name })
      .from(users)
      .where(eq(users.email, email))
      .orderBy(users.createdAt)
      .limit(1),
  );
}

/** One member; null for a person who is none. */
export async function readMember(database: D1Database, tenantId: string, userId: string): Promise<Member | null> {
  return firstOf(
    query(database)
      .select(MEMBER)
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(and(eq(memberships.tenantId, tenantId), eq(memberships.userId, userId))),
  );
}

/** The tenant's members, by address. */
export async function listMembers(
  database: D1Database,
  request: { tenantId: string; cursor: string | null; limit: number },
): Promise<Page<Member>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string()]));
  const rows = await rowsOf(
    query(database)
      .select(MEMBER)
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(and(eq(memberships.tenantId, request.tenantId), beyond([users.email, users.id], ">", after)))
      .orderBy(users.email, users.id)
      .limit(oneMore(request.limit)),
  );
  return pageOf(rows, request.limit, ({ email, userId }) => [email, userId]);
}
