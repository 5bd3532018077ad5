/** What belongs to the whole product: who runs it, and which tenants it has. */
import { and, asc, eq, isNotNull, or, sql } from "drizzle-orm";
import { z } from "zod";
import type { NewTenant, PlatformTenant } from "../../contract/access.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { auditEventWhere, PLATFORM_LOG } from "../audit/audit-events.ts";
import { operationRuns } from "../runs/tables.ts";
import { memberships, tenantConnections, tenants, users } from "./tables.ts";
import type { ControlDatabase } from "../databases.ts";

/** Makes a person the first platform administrator. False when there is one already; of two at a time, one is made. */
export async function becomeFirstAdministrator(
  database: ControlDatabase,
  userId: string,
  at: number,
): Promise<boolean> {
  const [event] = await database.batch([
    auditEventWhere(
      database,
      {
        tenantId: PLATFORM_LOG,
        at,
        action: "platform.set-up",
        actorId: userId,
        targetKind: "person",
        targetId: userId,
        detail: {},
      },
      { condition: "not exists (select 1 from users where platform_administrator_since is not null)", values: [] },
    ),
    database
      .prepare(
        `update users set platform_administrator_since = ?2 where id = ?1
            and not exists (select 1 from users where platform_administrator_since is not null)`,
      )
      .bind(userId, at),
  ]);
  return event?.meta.changes === 1;
}

/** One query, by key. */
export async function isPlatformAdministrator(database: ControlDatabase, userId: string): Promise<boolean> {
  const found = await firstOf(
    query(database)
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.id, userId), isNotNull(users.platformAdministratorSince))),
  );
  return found !== null;
}

/** The id of the tenant of this id or slug; null where there is none. For those who run the product: members come by the guard. */
export async function findTenantId(database: ControlDatabase, idOrSlug: string): Promise<string | null> {
  const found = await firstOf(
    query(database)
      .select({ id: tenants.id })
      .from(tenants)
      .where(or(eq(tenants.id, idOrSlug), eq(tenants.slug, idOrSlug))),
  );
  return found?.id ?? null;
}

/** Makes a tenant with its first owner. Null when its slug is taken. */
export async function createTenant(
  database: ControlDatabase,
  { slug, name }: NewTenant,
  { ownerId, at }: { ownerId: string; at: number },
): Promise<string | null> {
  const id = `tenant_${crypto.randomUUID()}`;
  // An id is no slug of another tenant, nor the other way round: addresses take either.
  const free = "not exists (select 1 from tenants where slug = ?9 or id = ?9)";
  const [event] = await database.batch([
    auditEventWhere(
      database,
      {
        tenantId: id,
        at,
        action: "tenant.create",
        actorId: ownerId,
        targetKind: "tenant",
        targetId: id,
        detail: { slug, name },
      },
      { condition: free, values: [slug] },
    ),
    database
      .prepare(
        `insert into tenants (id, slug, name, created_at) select ?1, ?2, ?3, ?4
          where not exists (select 1 from tenants where slug = ?2 or id = ?2)`,
      )
      .bind(id, slug, name, at),
    database
      .prepare(
        `insert into memberships (tenant_id, user_id, role, created_at)
         select ?1, ?2, 'owner', ?3 where exists (select 1 from tenants where id = ?1)`,
      )
      .bind(id, ownerId, at),
  ]);
  return event?.meta.changes === 1 ? id : null;
}

/** Names and slugs of tenants by their ids; a tenant that is no more is left out. */
export async function namesOfTenants(
  database: ControlDatabase,
  ids: readonly string[],
): Promise<Map<string, { name: string; slug: string }>> {
  const rows = await rowsOf(
    query(database)
      .select({ id: tenants.id, name: tenants.name, slug: tenants.slug })
      .from(tenants)
      .where(sql`${tenants.id} in (select value from json_each(${JSON.stringify(ids)}))`),
  );
  return new Map(rows.map(({ id, name, slug }) => [id, { name, slug }]));
}

const RECENT_MS = 30 * 86_400_000;

/** All tenants, by slug, with how much they are used and nothing of what is in them. */
export async function listAllTenants(
  database: ControlDatabase,
  request: { cursor: string | null; limit: number; now: number },
): Promise<Page<PlatformTenant>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string()]));
  const rows = await rowsOf(
    query(database)
      .select({
        id: tenants.id,
        slug: tenants.slug,
        name: tenants.name,
        createdAt: tenants.createdAt,
        members: sql<number>`(select count(*) from ${memberships} where ${memberships}."tenant_id" = ${tenants}."id")`,
        connectedId: tenantConnections.tenantId,
        lastSyncAt: sql<number | null>`(select max(completed_at) from ${operationRuns}
          where ${operationRuns}."tenant_id" = ${tenants}."id" and type = 'inventory.sync'
            and outcome in ('succeeded', 'partially_succeeded'))`,
        recentRuns: sql<number>`(select count(*) from ${operationRuns}
          where ${operationRuns}."tenant_id" = ${tenants}."id" and ${operationRuns}."created_at" > ${request.now - RECENT_MS})`,
      })
      .from(tenants)
      .leftJoin(tenantConnections, eq(tenantConnections.tenantId, tenants.id))
      .where(beyond([tenants.slug], ">", after))
      .orderBy(asc(tenants.slug))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ slug }) => [slug]),
    ({ id, slug, name, createdAt, members, connectedId, lastSyncAt, recentRuns }) => ({
      id,
      slug,
      name,
      createdAt: isoTime(createdAt),
      members,
      connected: connectedId !== null,
      lastSyncAt: isoTimeOrNull(lastSyncAt),
      recentRuns,
    }),
  );
}
