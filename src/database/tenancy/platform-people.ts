/** People, as those see them who run the product: whom to let in. */
import { asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { PlatformPerson } from "../../contract/access.ts";
import { auditEventWhere, PLATFORM_LOG } from "../audit/audit-events.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { memberships, users } from "./tables.ts";
import type { ControlDatabase } from "../databases.ts";

const PERSON = {
  id: users.id,
  name: users.name,
  email: users.email,
  createdAt: users.createdAt,
  disabledAt: users.disabledAt,
  administratorSince: users.platformAdministratorSince,
  tenants: sql<number>`(select count(*) from ${memberships} where ${memberships}."user_id" = ${users}."id")`,
};

/** All people whom the product knows, by name. */
export async function listPeople(
  database: ControlDatabase,
  request: { cursor: string | null; limit: number },
): Promise<Page<PlatformPerson>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string()]));
  const rows = await rowsOf(
    query(database)
      .select(PERSON)
      .from(users)
      .where(beyond([users.name, users.id], ">", after))
      .orderBy(asc(users.name), asc(users.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ name, id }) => [name, id]),
    toPerson,
  );
}

/** Null for a person who never was. */
export async function readPerson(database: ControlDatabase, userId: string): Promise<PlatformPerson | null> {
  const found = await firstOf(query(database).select(PERSON).from(users).where(eq(users.id, userId)));
  return found === null ? null : toPerson(found);
}

function toPerson({
  administratorSince,
  createdAt,
  disabledAt,
  ...person
}: Omit<PlatformPerson, "platformAdministrator" | "createdAt" | "disabledAt"> & {
  administratorSince: number | null;
  createdAt: number;
  disabledAt: number | null;
}): PlatformPerson {
  return {
    ...person,
    platformAdministrator: administratorSince !== null,
    createdAt: isoTime(createdAt),
    disabledAt: isoTimeOrNull(disabledAt),
  };
}

/** Disables a person, which ends their sessions, or lets them in again. Twice changes nothing more, and is one event. */
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
    database.prepare(`update users set disabled_at = ?2 where id = ?1 and ${now}`).bind(userId, disabled ? at : null),
    ...(disabled ? [database.prepare("delete from sessions where user_id = ?1").bind(userId)] : []),
  ]);
}
