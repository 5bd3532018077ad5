/** Tenants, as seen by their members. */
import { z } from "zod";
import { type Role, roleSchema } from "../../contract/access.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";

export interface TenantMembership {
  id: string;
  slug: string;
  name: string;
  role: Role;
}

const rowSchema = z.object({ id: z.string(), slug: z.string(), name: z.string(), role: roleSchema });
const cursorSchema = z.tuple([z.string()]);

/**
 * The query of the guard. `cross join` fixes the order: the user's memberships first, so a tenant that the user is no
 * member of is never looked up.
 */
export const MEMBERSHIP_QUERY = `
  select t.id, t.slug, t.name, m.role
    from memberships m cross join tenants t on t.id = m.tenant_id
   where m.user_id = ?1 and (t.id = ?2 or t.slug = ?2)
   limit 1`;

/** The user's membership in the tenant of this id or slug. */
export async function findMembership(
  database: D1Database,
  userId: string,
  tenantIdOrSlug: string,
): Promise<TenantMembership | null> {
  const row = await database.prepare(MEMBERSHIP_QUERY).bind(userId, tenantIdOrSlug).first();
  return row === null ? null : rowSchema.parse(row);
}

/** The user's tenants, by slug. `limit` null gives them all. */
export async function listMemberships(
  database: D1Database,
  request: { userId: string; cursor: string | null; limit: number | null },
): Promise<Page<TenantMembership>> {
  const after = decodeCursor(request.cursor, cursorSchema);
  const { results } = await database
    .prepare(
      `select t.id, t.slug, t.name, m.role
         from memberships m cross join tenants t on t.id = m.tenant_id
        where m.user_id = ?1 and t.slug > ?2
        order by t.slug
        limit ?3`,
    )
    .bind(request.userId, after?.[0] ?? "", request.limit === null ? -1 : oneMore(request.limit))
    .all();
  const rows = z.array(rowSchema).parse(results);
  return pageOf(rows, request.limit ?? rows.length, ({ slug }) => [slug]);
}

/** Throws unless the database answers. Reads a table of ours: a database without migrations is not healthy. */
export async function touchDatabase(database: D1Database): Promise<void> {
  await database.prepare("select 1 from tenants limit 1").first();
}
