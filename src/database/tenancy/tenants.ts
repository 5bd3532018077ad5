/** Tenants, as seen by their members. */
import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { errorFields, logEvent } from "../../observability/log.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { heldRole, type HeldRole, OWN_ROLE } from "./roles.ts";
import { customRoles, memberDirectory, memberships, tenants, tenantSettings } from "./tables.ts";
import { type ControlDatabase, type ControlEnv, databaseOfShard, type TenantDatabase } from "../databases.ts";

export interface TenantMembership extends HeldRole {
  id: string;
  slug: string;
  name: string;
  tags: string[];
}

const MEMBERSHIP = {
  id: tenants.id,
  slug: tenants.slug,
  name: tenants.name,
  role: memberships.role,
  tags: tenantSettings.tags,
  ...OWN_ROLE,
};

/** Where a tenant is that a person may be a member of. */
export interface TenantPlace {
  id: string;
  shard: string;
}

/**
 * Where to look for the user's membership in the tenant of this id or slug: the first query of the guard. `cross join` fixes the order: the
 * user's entries first, so a tenant that the user has nothing to do with is never looked up.
 */
export function findPlace(
  control: ControlDatabase,
  userId: string,
  tenantIdOrSlug: string,
): Promise<TenantPlace | null> {
  const isIt = or(eq(tenants.id, tenantIdOrSlug), eq(tenants.slug, tenantIdOrSlug));
  return firstOf(placesOf(control, userId, isIt).limit(1));
}

/** The tenants that a person may be a member of, by slug: the directory has each, and may have more. */
export function listPlaces(control: ControlDatabase, userId: string): Promise<(TenantPlace & { slug: string })[]> {
  return rowsOf(placesOf(control, userId, undefined).orderBy(tenants.slug));
}

function placesOf(control: ControlDatabase, userId: string, condition: SQL | undefined) {
  return query(control)
    .select({ id: tenants.id, shard: tenants.shard, slug: tenants.slug })
    .from(memberDirectory)
    .crossJoin(tenants)
    .where(and(eq(tenants.id, memberDirectory.tenantId), eq(memberDirectory.userId, userId), condition))
    .$dynamic();
}

/** The user's membership in a tenant, as its shard has it: the second query of the guard. */
export async function findMembership(
  database: TenantDatabase,
  userId: string,
  tenantId: string,
): Promise<TenantMembership | null> {
  const found = await firstOf(membershipsOf(database, userId, eq(tenants.id, tenantId)).limit(1));
  return found === null ? null : toMembership(found);
}

/** A tenant by its id or slug, whoever asks: for those who run the product. One query. */
export function readTenant(control: ControlDatabase, idOrSlug: string): Promise<{ id: string; name: string } | null> {
  const isIt = or(eq(tenants.id, idOrSlug), eq(tenants.slug, idOrSlug));
  return firstOf(query(control).select({ id: tenants.id, name: tenants.name }).from(tenants).where(isIt).limit(1));
}

interface MembershipRequest {
  userId: string;
  cursor: string | null;
  limit: number | null;
}

type Listed<Item> = Page<Item> & { unread: Unread | null };

/** The user's tenants without where they lie, which is for the product alone. */
export async function listMemberships(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  request: MembershipRequest,
): Promise<Listed<TenantMembership>> {
  const listed = await listPlaced(env, request);
  return { ...listed, items: listed.items.map(({ membership }) => membership) };
}

/** The same, each with its shard. */
export async function listPlacedMemberships(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  request: MembershipRequest,
): Promise<Listed<TenantMembership & { shard: string }>> {
  const listed = await listPlaced(env, request);
  return { ...listed, items: listed.items.map(({ membership, shard }) => ({ ...membership, shard })) };
}

/**
 * The user's tenants, by slug, each with its shard. `limit` null gives them all; a page may hold less than `limit` though there is a next one. One query, and one
 * for each shard that has some of them.
 */
async function listPlaced(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  request: MembershipRequest,
): Promise<Listed<{ membership: TenantMembership; shard: string }>> {
  const { userId, limit } = request;
  const after = decodeCursor(request.cursor, z.tuple([z.string()]));
  const found = placesOf(env.CONTROL, userId, beyond([tenants.slug], ">", after)).orderBy(tenants.slug);
  const rows = await rowsOf(limit === null ? found : found.limit(oneMore(limit)));
  const { items, nextCursor } = pageOf(rows, limit ?? rows.length, ({ slug }) => [slug]);
  const byShard = Map.groupBy(items, ({ shard }) => shard);
  let unread: Unread | null = null;
  const known = await Promise.all(
    [...byShard].map(async ([shard, places]) => {
      const ids = places.map(({ id }) => id);
      try {
        const held = membershipsOf(databaseOfShard(env, shard), userId, inArray(tenants.id, listed(ids)));
        return (await rowsOf(held)).map((row) => ({ membership: toMembership(row), shard }));
      } catch (error) {
        logEvent("error", "shard_unread", { shard, ...errorFields(error) });
        unread = { tenants: (unread?.tenants ?? 0) + ids.length, error: unread?.error ?? error };
        return [];
      }
    }),
  );
  return {
    items: known.flat().toSorted((a, b) => (a.membership.slug < b.membership.slug ? -1 : 1)),
    nextCursor,
    unread,
  };
}

/** What shards that did not answer leave unknown. */
export interface Unread {
  /** As many tenants as the directory has of the person there: it may have more than the shard would tell. */
  tenants: number;
  /** Of the first shard. */
  error: unknown;
}

/** Ids as one parameter: a statement takes a hundred. */
function listed(ids: readonly string[]): SQL {
  return sql`(select value from json_each(${JSON.stringify(ids)}))`;
}

function membershipsOf(database: TenantDatabase, userId: string, condition: SQL | undefined) {
  return query(database)
    .select(MEMBERSHIP)
    .from(memberships)
    .crossJoin(tenants)
    .leftJoin(customRoles, and(eq(customRoles.id, memberships.role), eq(customRoles.tenantId, memberships.tenantId)))
    .leftJoin(tenantSettings, eq(tenantSettings.tenantId, memberships.tenantId))
    .where(and(eq(tenants.id, memberships.tenantId), eq(memberships.userId, userId), condition))
    .$dynamic();
}

function toMembership(
  row: Pick<TenantMembership, "id" | "slug" | "name" | "role"> & { tags: string[] | null } & Parameters<
      typeof heldRole
    >[1],
): TenantMembership {
  const { id, slug, name, role, tags } = row;
  return { id, slug, name, ...heldRole(role, row), tags: tags ?? [] };
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
