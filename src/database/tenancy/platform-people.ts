/** People, as those see them who run the product: whom to let in. */
import { asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { PlatformPerson } from "../../contract/access.ts";
import { auditEventWhere, PLATFORM_LOG } from "../audit/audit-events.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { memberships, users } from "./tables.ts";
import { type ControlDatabase, type ControlEnv, notElsewhere } from "../databases.ts";

const PERSON = {
  id: users.id,
  name: users.name,
  email: users.email,
  createdAt: users.createdAt,
  disabledAt: users.disabledAt,
  administratorSince: users.platformAdministratorSince,
};

type PersonRow = Pick<typeof users.$inferSelect, "id" | "name" | "email" | "createdAt" | "disabledAt"> & {
  administratorSince: number | null;
};

/** All people whom the product knows, by name. One query, and one for each shard. */
export async function listPeople(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  request: { cursor: string | null; limit: number },
): Promise<Page<PlatformPerson>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string()]));
  const rows = await rowsOf(
    query(env.CONTROL)
      .select(PERSON)
      .from(users)
      .where(beyond([users.name, users.id], ">", after))
      .orderBy(asc(users.name), asc(users.id))
      .limit(oneMore(request.limit)),
  );
  const page = pageOf(rows, request.limit, ({ name, id }) => [name, id]);
  const tenants = await countTenants(env, page.items);
  return mapPage(page, (row) => toPerson(row, tenants));
}

/** Of how many tenants each is a member. A membership counts in the shard that its tenant is assigned to: while a tenant moves, two have it. */
async function countTenants(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  people: readonly { id: string }[],
): Promise<Map<string, number>> {
  const ids = JSON.stringify(people.map(({ id }) => id));
  const found = await Promise.all(
    [...env.SHARDS].map(async ([shard, database]) => {
      const held = await rowsOf(
        query(database)
          .select({ userId: memberships.userId, tenantId: memberships.tenantId })
          .from(memberships)
          .where(sql`${memberships.userId} in (select value from json_each(${ids}))`),
      );
      const here = await notElsewhere(env, shard, [...new Set(held.map(({ tenantId }) => tenantId))]);
      return held.filter(({ tenantId }) => here.has(tenantId));
    }),
  );
  const sums = new Map<string, number>();
  for (const { userId } of found.flat()) sums.set(userId, (sums.get(userId) ?? 0) + 1);
  return sums;
}

/** Null for a person who never was. */
export async function readPerson(
  env: Pick<ControlEnv, "CONTROL" | "SHARDS">,
  userId: string,
): Promise<PlatformPerson | null> {
  const found = await firstOf(query(env.CONTROL).select(PERSON).from(users).where(eq(users.id, userId)));
  return found === null ? null : toPerson(found, await countTenants(env, [found]));
}

function toPerson(
  { administratorSince, createdAt, disabledAt, ...person }: PersonRow,
  tenants: ReadonlyMap<string, number>,
): PlatformPerson {
  return {
    ...person,
    tenants: tenants.get(person.id) ?? 0,
    platformAdministrator: administratorSince !== null,
    createdAt: isoTime(createdAt),
    disabledAt: isoTimeOrNull(disabledAt),
  };
}

/**
 * Disables a person, which ends their sessions, or lets them in again. Twice changes nothing more, and is one event. The shards learn of it by
 * `spreadPeople`.
 */
export async function setDisabled(
  database: ControlDatabase,
  { userId, disabled, actorId, at }: { userId: string; disabled: boolean; actorId: string; at: number },
): Promise<void> {
  const now = disabled ? "disabled_at is null" : "disabled_at is not null";
  await database.batch([
    auditEventWhere(
      database,
      {
        tenantId: PLATFORM_LOG,
        at,
        action: disabled ? "person.disable" : "person.enable",
        actorId,
        targetKind: "person",
        targetId: userId,
        detail: {},
      },
      {
        condition: `id = ?9 and ${now}`,
        values: [userId],
        from: "users",
        detail: "json_object('name', name)",
      },
    ),
    database
      .prepare(`update users set disabled_at = ?2, copy_due = copy_due + 1 where id = ?1 and ${now}`)
      .bind(userId, disabled ? at : null),
    ...(disabled ? [database.prepare("delete from sessions where user_id = ?1").bind(userId)] : []),
  ]);
}
