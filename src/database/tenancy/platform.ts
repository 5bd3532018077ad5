/** What belongs to the whole product: who runs it, and which tenants it has. */
import { and, asc, eq, isNotNull, or, sql } from "drizzle-orm";
import { z } from "zod";
import type { NewTenant, PlatformTenant } from "../../contract/access.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { auditEventStatement, auditEventWhere, PLATFORM_LOG } from "../audit/audit-events.ts";
import { operationRuns } from "../runs/tables.ts";
import { memberships, tenantConnections, tenants, users } from "./tables.ts";
import { type ControlDatabase, type ControlEnv, databaseOfShard, type TenantDatabase } from "../databases.ts";
import { copyPeople } from "./copies.ts";
import { errorFields, logEvent } from "../../observability/log.ts";

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

/**
 * Makes a tenant with its first owner, in the shard that has the fewest tenants. Null when its slug is taken. The control database has the
 * tenant first; a crash between the two leaves the rest to `finishTenants`.
 */
export async function createTenant(
  env: ControlEnv,
  { slug, name }: NewTenant,
  { ownerId, at }: { ownerId: string; at: number },
): Promise<string | null> {
  const id = `tenant_${crypto.randomUUID()}`;
  // An id is no slug of another tenant, nor the other way round: addresses take either.
  const [inserted] = await env.CONTROL.batch([
    env.CONTROL.prepare(
      `insert into tenants (id, slug, name, created_at, shard, made_for)
       select ?1, ?2, ?3, ?4,
              (select value from json_each(?5) order by (select count(*) from tenants where shard = value), key limit 1), ?6
        where not exists (select 1 from tenants where slug = ?2 or id = ?2)`,
    ).bind(id, slug, name, at, JSON.stringify([...env.SHARDS.keys()]), ownerId),
    env.CONTROL.prepare(
      `insert into member_directory (user_id, tenant_id, mark, noted_at)
       select ?2, ?1, ?1, ?3 where exists (select 1 from tenants where id = ?1)`,
    ).bind(id, ownerId, at),
  ]);
  if (inserted?.meta.changes !== 1) return null;
  await finishTenant(env, id);
  return id;
}

const TENANTS_PER_SWEEP = 20;
/** A tenant is made within one request. */
const MAKING_MS = 60_000;

/** Finishes tenants that a crash has left in the making. */
export async function finishTenants(env: ControlEnv, now: number): Promise<void> {
  const { results } = await env.CONTROL.prepare(
    "select id from tenants where made_for is not null and created_at < ?1 order by created_at limit ?2",
  )
    .bind(now - MAKING_MS, TENANTS_PER_SWEEP)
    .all<{ id: string }>();
  for (const { id: tenantId } of results) {
    try {
      await finishTenant(env, tenantId);
    } catch (error) {
      logEvent("error", "tenant_not_finished", { tenantId, ...errorFields(error) });
    }
  }
}

/** Brings a tenant in the making to its shard. Any number of times, together too: the tenant, its owner and its event are there once. */
async function finishTenant({ CONTROL, ...env }: ControlEnv, id: string): Promise<void> {
  const made = await firstOf(query(CONTROL).select().from(tenants).where(eq(tenants.id, id)));
  if (made === null || made.madeFor === null) return;
  const { slug, name, createdAt, shard, madeFor: ownerId } = made;
  const DATABASE = databaseOfShard(env, shard);
  await copyPeople({ CONTROL, DATABASE, SHARDS: env.SHARDS }, [ownerId]);
  await DATABASE.batch([
    DATABASE.prepare(
      "insert into tenants (id, slug, name, created_at, shard) values (?1, ?2, ?3, ?4, ?5) on conflict (id) do nothing",
    ).bind(id, slug, name, createdAt, shard),
    DATABASE.prepare(
      "insert into memberships (tenant_id, user_id, role, created_at) values (?1, ?2, 'owner', ?3) on conflict do nothing",
    ).bind(id, ownerId, createdAt),
    auditEventStatement(DATABASE, {
      id: `${id}-made`,
      tenantId: id,
      at: createdAt,
      action: "tenant.create",
      actorId: ownerId,
      targetKind: "tenant",
      targetId: id,
      detail: { slug, name },
    }),
  ]);
  await CONTROL.prepare("update tenants set made_for = null where id = ?1").bind(id).run();
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

const t = tenants;

/**
 * All tenants, by slug, with how much they are used and nothing of what is in them. One query, and one for each shard that has some of them.
 */
export async function listAllTenants(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  request: { cursor: string | null; limit: number; now: number },
): Promise<Page<PlatformTenant>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string()]));
  const rows = await rowsOf(
    query(env.CONTROL)
      .select({ id: t.id, slug: t.slug, name: t.name, createdAt: t.createdAt, shard: t.shard })
      .from(t)
      .where(beyond([t.slug], ">", after))
      .orderBy(asc(t.slug))
      .limit(oneMore(request.limit)),
  );
  const page = pageOf(rows, request.limit, ({ slug }) => [slug]);
  const uses = await Promise.all(
    [...Map.groupBy(page.items, ({ shard }) => shard)].map(([shard, some]) =>
      readUses(
        databaseOfShard(env, shard),
        some.map(({ id }) => id),
        request.now,
      ),
    ),
  );
  const byId = new Map(uses.flat().map((use) => [use.id, use]));
  return mapPage(page, ({ id, slug, name, createdAt }) => {
    const use = byId.get(id);
    return {
      id,
      slug,
      name,
      createdAt: isoTime(createdAt),
      members: use?.members ?? 0,
      connected: use?.connectedId !== undefined && use.connectedId !== null,
      lastSyncAt: isoTimeOrNull(use?.lastSyncAt ?? null),
      recentRuns: use?.recentRuns ?? 0,
    };
  });
}

/** A tenant that is in the making has no row in its shard, and so nothing that could be counted. */
function readUses(database: TenantDatabase, ids: readonly string[], now: number) {
  return rowsOf(
    query(database)
      .select({
        id: t.id,
        members: sql<number>`(select count(*) from ${memberships} where ${memberships}."tenant_id" = ${tenants}."id")`,
        connectedId: sql<
          string | null
        >`(select tenant_id from ${tenantConnections} where ${tenantConnections}."tenant_id" = ${tenants}."id" limit 1)`,
        lastSyncAt: sql<number | null>`(select max(completed_at) from ${operationRuns}
          where ${operationRuns}."tenant_id" = ${tenants}."id" and type = 'inventory.sync'
            and outcome in ('succeeded', 'partially_succeeded'))`,
        recentRuns: sql<number>`(select count(*) from ${operationRuns}
          where ${operationRuns}."tenant_id" = ${tenants}."id" and ${operationRuns}."created_at" > ${now - RECENT_MS})`,
      })
      .from(t)
      .where(sql`${t.id} in (select value from json_each(${JSON.stringify(ids)}))`),
  );
}
