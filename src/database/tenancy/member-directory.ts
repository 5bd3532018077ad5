/**
 * In which tenants to look for a person's membership. An entry is noted before a membership is made, and once more when it is: whatever ends in
 * between, each membership has its entry. What is noted too much, costs a look.
 */
import { z } from "zod";
import { type ControlDatabase, type ControlEnv, databaseOfShard } from "../databases.ts";
import { errorFields, logEvent } from "../../observability/log.ts";

/** Notes that a person may be a member. One statement; any number of times. */
export async function noteMember(
  control: ControlDatabase,
  { userId, tenantId, at }: { userId: string; tenantId: string; at: number },
): Promise<void> {
  await control
    .prepare(
      `insert into member_directory (user_id, tenant_id, mark, noted_at) values (?1, ?2, ?3, ?4)
       on conflict (user_id, tenant_id) do update set mark = ?3, noted_at = ?4`,
    )
    .bind(userId, tenantId, crypto.randomUUID(), at)
    .run();
}

/** The entry as it is before a membership ends; null where there is none. */
export async function readMark(
  control: ControlDatabase,
  { userId, tenantId }: { userId: string; tenantId: string },
): Promise<string | null> {
  const row = await control
    .prepare("select mark from member_directory where user_id = ?1 and tenant_id = ?2")
    .bind(userId, tenantId)
    .first<{ mark: string }>();
  return row?.mark ?? null;
}

/** Drops the entry of a membership that has ended, unless it was noted again since `mark` was read. */
export async function dropMember(
  control: ControlDatabase,
  { userId, tenantId, mark }: { userId: string; tenantId: string; mark: string },
): Promise<void> {
  await control
    .prepare("delete from member_directory where user_id = ?1 and tenant_id = ?2 and mark = ?3")
    .bind(userId, tenantId, mark)
    .run();
}

/** Nobody takes this long to join: an entry of before that has no membership has none any more. */
const SETTLED_MS = 3_600_000;
const TENANTS_PER_SWEEP = 20;

const entryRow = z.object({ user_id: z.string(), mark: z.string(), noted_at: z.int() });

/**
 * Compares the directory with the shards, some tenants at a time: adds what is missing, drops what is over. Returns the last tenant that was
 * compared, for the next call; empty at the end of the round.
 */
export async function compareDirectory(env: ControlEnv, after: string, now: number): Promise<string> {
  const { CONTROL } = env;
  const { results } = await CONTROL.prepare(
    "select id, shard from tenants where id > ?1 and made_for is null order by id limit ?2",
  )
    .bind(after, TENANTS_PER_SWEEP)
    .all<{ id: string; shard: string }>();
  for (const { id: tenantId, shard } of results) {
    try {
      await compareTenant(env, { tenantId, shard, now });
    } catch (error) {
      // A shard that does not answer stops none of the others; its tenants have their turn in the next round.
      logEvent("warn", "directory_not_compared", { tenantId, shard, ...errorFields(error) });
    }
  }
  return results.length < TENANTS_PER_SWEEP ? "" : (results.at(-1)?.id ?? "");
}

async function compareTenant(
  env: ControlEnv,
  { tenantId, shard, now }: { tenantId: string; shard: string; now: number },
): Promise<void> {
  const { CONTROL } = env;
  // The directory first: who joins meanwhile is noted before.
  const { results: entries } = await CONTROL.prepare(
    "select user_id, mark, noted_at from member_directory where tenant_id = ?1",
  )
    .bind(tenantId)
    .all();
  const { results: members } = await databaseOfShard(env, shard)
    .prepare("select user_id from memberships where tenant_id = ?1")
    .bind(tenantId)
    .all<{ user_id: string }>();
  const noted = z.array(entryRow).parse(entries);
  const isNoted = new Set(noted.map((entry) => entry.user_id));
  const isMember = new Set(members.map((member) => member.user_id));
  for (const userId of isMember) if (!isNoted.has(userId)) await noteMember(CONTROL, { userId, tenantId, at: now });
  for (const { user_id: userId, mark, noted_at: notedAt } of noted) {
    if (!isMember.has(userId) && notedAt < now - SETTLED_MS) await dropMember(CONTROL, { userId, tenantId, mark });
  }
}
