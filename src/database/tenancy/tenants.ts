/** Tenants, as seen by their members. */
import { and, eq, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { heldRole, type HeldRole, OWN_ROLE } from "./roles.ts";
import { customRoles, memberships, tenants } from "./tables.ts";
import type { ControlDatabase, TenantDatabase } from "../databases.ts";

export interface TenantMembership extends HeldRole {
  id: string;
  slug: string;
  name: string;
}

const MEMBERSHIP = { id: tenants.id, slug: tenants.slug, name: tenants.name, role: memberships.role, ...OWN_ROLE };

/**
 * The user's membership in the tenant of this id or slug: the query of the guard. `cross join` fixes the order: the user's
 * memberships first, so a tenant that the user is no member of is never looked up.
 */
export async function findMembership(
  database: TenantDatabase,
  userId: string,
  tenantIdOrSlug: string,
): Promise<TenantMembership | null> {
  const found = await firstOf(
    membershipsOf(database, userId, or(eq(tenants.id, tenantIdOrSlug), eq(tenants.slug, tenantIdOrSlug))).limit(1),
  );
  return found === null ? null : toMembership(found);
}

/** A tenant by its id or slug, whoever asks: for those who run the product. One query. */
export function readTenant(database: ControlDatabase, idOrSlug: string): Promise<{ id: string; name: string } | null> {
  const isIt = or(eq(tenants.id, idOrSlug), eq(tenants.slug, idOrSlug));
  return firstOf(query(database).select({ id: tenants.id, name: tenants.name }).from(tenants).where(isIt).limit(1));
}

/** The user's tenants, by slug. `limit` null gives them all. */
export async function listMemberships(
  database: ControlDatabase,
  request: { userId: string; cursor: string | null; limit: number | null },
): Promise<Page<TenantMembership>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string()]));
  const found = membershipsOf(database, request.userId, beyond([tenants.slug], ">", after)).orderBy(tenants.slug);
  const rows = await rowsOf(request.limit === null ? found : found.limit(oneMore(request.limit)));
  return mapPage(
    pageOf(rows, request.limit ?? rows.length, ({ slug }) => [slug]),
    toMembership,
  );
}

function membershipsOf(database: D1Database, userId: string, condition: SQL | undefined) {
  return query(database)
    .select(MEMBERSHIP)
    .from(memberships)
    .crossJoin(tenants)
    .leftJoin(customRoles, and(eq(customRoles.id, memberships.role), eq(customRoles.tenantId, memberships.tenantId)))
    .where(and(eq(tenants.id, memberships.tenantId), eq(memberships.userId, userId), condition))
    .$dynamic();
}

function toMembership(
  row: Pick<TenantMembership, "id" | "slug" | "name" | "role"> & Parameters<typeof heldRole>[1],
): TenantMembership {
  const { id, slug, name, role } = row;
  return { id, slug, name, ...heldRole(role, row) };
}

/** Throws unless the database answers. Reads a table of ours: a database without migrations is not healthy. */
export async function touchDatabase(database: ControlDatabase | TenantDatabase): Promise<void> {
  await rowsOf(
    query(database)
      .select({ one: sql`1` })
      .from(tenants)
      .limit(1),
  );
}
