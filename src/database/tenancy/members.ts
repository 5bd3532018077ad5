/** Users, and who is a member of a tenant. */
import { z } from "zod";
import { type Member, roleSchema } from "../../contract/access.ts";
import { decodeCursor, encodeCursor, type Page } from "../sql/cursor.ts";

export interface User {
  id: string;
  email: string;
  name: string;
}

const userSchema = z.object({ id: z.string(), email: z.string(), name: z.string() });
const memberRowSchema = userSchema.extend({ role: roleSchema });
const cursorSchema = z.tuple([z.string()]);

/** Addresses are stored in lower case; the caller passes them so. */
export async function findUserByEmail(database: D1Database, email: string): Promise<User | null> {
  const row = await database.prepare("select id, email, name from users where email = ?").bind(email).first();
  return row === null ? null : userSchema.parse(row);
}

/** The tenant's members, by address. */
export async function listMembers(
  database: D1Database,
  request: { tenantId: string; cursor: string | null; limit: number },
): Promise<Page<Member> | "bad_cursor"> {
  const after = decodeCursor(request.cursor, cursorSchema);
  if (after === "bad_cursor") return "bad_cursor";
  const { results } = await database
    .prepare(
      `select u.id, u.email, u.name, m.role
         from memberships m join users u on u.id = m.user_id
        where m.tenant_id = ?1 and u.email > ?2
        order by u.email
        limit ?3`,
    )
    .bind(request.tenantId, after?.[0] ?? "", request.limit + 1)
    .all();
  const rows = z.array(memberRowSchema).parse(results);
  const page = rows.slice(0, request.limit);
  const last = rows.length > request.limit ? page.at(-1) : undefined;
  return {
    items: page.map(({ id, email, name, role }) => ({ userId: id, email, name, role })),
    nextCursor: last ? encodeCursor([last.email]) : null,
  };
}
