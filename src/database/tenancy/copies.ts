/**
 * What shards have copies of: people and tenants. A copy is written before the row that refers to it, and repeated when the original changes. In
 * the first shard, which lies in the control database, the copy is the original.
 */
import { z } from "zod";
import {
  type ControlDatabase,
  type ControlEnv,
  FIRST_SHARD,
  type TenantDatabase,
  type TenantEnv,
} from "../databases.ts";
import { errorFields, logEvent } from "../../observability/log.ts";

const personRow = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  created_at: z.int(),
  disabled_at: z.int().nullable(),
  copy_due: z.int(),
  identities: z.string(),
});
type Person = z.output<typeof personRow>;

/** Writes what people are into a shard that may name them from now on. One query of the control database, and one batch. */
export async function copyPeople(
  { CONTROL, DATABASE, SHARDS }: Pick<TenantEnv, "CONTROL" | "DATABASE" | "SHARDS">,
  userIds: readonly string[],
): Promise<void> {
  if (DATABASE === SHARDS.get(FIRST_SHARD)) return;
  const people = await readPeople(CONTROL, "id in (select value from json_each(?1))", JSON.stringify(userIds));
  if (people.length > 0) await DATABASE.batch(people.flatMap((person) => copies(DATABASE, person)));
}

async function readPeople(control: ControlDatabase, condition: string, value: string | number): Promise<Person[]> {
  const { results } = await control
    .prepare(
      `select id, email, name, created_at, disabled_at, copy_due,
              (select json_group_array(json_array(issuer, subject, created_at)) from user_identities where user_id = users.id) as identities
         from users where ${condition}`,
    )
    .bind(value)
    .all();
  return z.array(personRow).parse(results);
}

function copies(database: TenantDatabase, person: Person): D1PreparedStatement[] {
  return [
    database
      .prepare(
        `insert into users (id, email, name, created_at, disabled_at) values (?1, ?2, ?3, ?4, ?5)
         on conflict (id) do update set email = ?2, name = ?3, disabled_at = ?5`,
      )
      .bind(person.id, person.email, person.name, person.created_at, person.disabled_at),
    database
      .prepare(
        `insert into user_identities (issuer, subject, user_id, created_at)
         select value ->> 0, value ->> 1, ?1, value ->> 2 from json_each(?2) where true on conflict do nothing`,
      )
      .bind(person.id, person.identities),
  ];
}

const PEOPLE_PER_SWEEP = 100;

/**
 * Brings changes of people to the shards that have copies of them, for one person or for all who are due. A change that comes meanwhile stays
 * due. May be called any number of times.
 */
export async function spreadPeople({ CONTROL, SHARDS }: ControlEnv, userId: string | null = null): Promise<void> {
  const due = "copy_due > 0";
  const people =
    userId === null
      ? await readPeople(CONTROL, `${due} order by id limit ?1`, PEOPLE_PER_SWEEP)
      : await readPeople(CONTROL, `${due} and id = ?1`, userId);
  if (people.length === 0) return;
  const further = [...SHARDS].filter(([shard]) => shard !== FIRST_SHARD);
  const written = await Promise.allSettled(
    further.map(([, database]) =>
      database.batch(
        people.map(({ id, email, name, disabled_at: disabledAt }) =>
          database
            .prepare("update users set email = ?2, name = ?3, disabled_at = ?4 where id = ?1")
            .bind(id, email, name, disabledAt),
        ),
      ),
    ),
  );
  // All stay due until every shard has them.
  for (const result of written) if (result.status === "rejected") throw result.reason;
  await CONTROL.batch(
    people.map(({ id, copy_due: copyDue }) =>
      CONTROL.prepare("update users set copy_due = 0 where id = ?1 and copy_due = ?2").bind(id, copyDue),
    ),
  );
}

/** The same at once for one person. What fails, the sweep does: the caller's work is done. */
export async function spreadSoon(env: ControlEnv, userId: string): Promise<void> {
  try {
    await spreadPeople(env, userId);
  } catch (error) {
    logEvent("warn", "copies_wait", { userId, ...errorFields(error) });
  }
}
