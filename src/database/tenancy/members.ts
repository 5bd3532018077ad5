/** Users, and who is a member of a tenant. */
import { z } from "zod";
import { type Member, roleSchema } from "../../contract/access.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";

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
): Promise<Page<Member>> {
  const after = decodeCursor(request.cursor, cursorSchema);
  const { results } = await database
    .prepare(
      `select u.id, u.email, u.name, m.role
         from memberships m join users u on u.id = m.user_id
        where m.tenant_id = ?1 and u.email > ?2
        order by u.email
        limit ?3`,
    )
    .bind(request.tenantId, after?.[0] ?? "", oneMore(request.limit))
    .all();
  const rows = z.array(memberRowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.email]),
    ({ id, email, name, role }) => ({ userId: id, email, name, role }),
  );
}
