/**
 * What persons' rules over tenants listen to, as each shard has it: an event is stored for them where it happens, so a shard has to know. Copies follow
 * the rules; the rules lie in the first shard.
 */
import { and, eq, gte, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { NEWS_CAPABILITY } from "../../contract/news.ts";
import { ownerOf, OWNING_PEOPLE, personOfOwner } from "../../contract/portfolio.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { mayDo } from "../approvals/may-do.ts";
import { type ControlEnv, databaseOfShard, FIRST_SHARD, type TenantDatabase } from "../databases.ts";
import { refusesRun } from "../offboarding/closing.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { query, rowsOf } from "../sql/read.ts";
import { newsListeners, newsRules } from "./tables.ts";

type Env = Pick<ControlEnv, "SHARDS">;

/** The database that has persons' channels, rules and messages: the first shard, which lies in the control database. */
export function peoplesDatabase(env: Env): TenantDatabase {
  return databaseOfShard(env, FIRST_SHARD);
}

/** SQL that holds when a person may be told news of a tenant now: a member who may read it, not disabled, of a tenant that is not to be deleted. */
export function mayBeTold(tenant: string, person: string): string {
  return `(${mayDo(tenant, person, NEWS_CAPABILITY)} and not ${refusesRun(tenant, "''")})`;
}

/** SQL that holds when the tenant is one of those that a listener `l` has chosen. */
function isChosen(tenant: string): string {
  return `(l.tenants is null or exists (select 1 from json_each(l.tenants) chosen where chosen.value = ${tenant}))`;
}

/** SQL that holds when a person who is a member of the tenant listens to a kind. By the SQL of both: a look at each member, by an index. */
export function isHeardByPeople(tenant: string, kind: string): string {
  return `exists (select 1 from memberships w cross join news_listeners l on l.user_id = w.user_id, json_each(l.kinds) heard
                   where w.tenant_id = ${tenant} and heard.value = ${kind} and ${isChosen(tenant)})`;
}

/** SQL of a query for ids of tenants of which persons listen to a kind, with the days of a rule. */
export function heardByPeople(kind: string): string {
  return `select w.tenant_id, l.backup_days as days
            from news_listeners l, json_each(l.kinds) heard cross join memberships w on w.user_id = l.user_id
           where heard.value = '${kind}' and ${isChosen("w.tenant_id")}`;
}

const r = newsRules;

type Listener = typeof newsListeners.$inferSelect;

/** Rules over tenants that are at work, of a person or of all. One query, by an index of active rules. */
async function activeListeners(env: Env, userId: string | null): Promise<Listener[]> {
  const owners =
    userId === null
      ? and(gte(r.tenantId, OWNING_PEOPLE.from), lt(r.tenantId, OWNING_PEOPLE.to))
      : eq(r.tenantId, ownerOf(userId));
  const rows = await rowsOf(
    query(peoplesDatabase(env))
      .select()
      .from(r)
      .where(and(owners, sql`${r.status} = 'active'`)),
  );
  return rows.flatMap(({ id, tenantId, kinds, backupDays, tenants, version }) => {
    const owner = personOfOwner(tenantId);
    if (owner === null || tenants === null) return [];
    return { ruleId: id, userId: owner, kinds, backupDays, tenants: listOf(tenants), version };
  });
}

function listOf(tenants: NonNullable<(typeof newsRules.$inferSelect)["tenants"]>): string[] | null {
  return tenants.kind === "all" ? null : tenants.tenants;
}

/**
 * Makes each shard's copies as the rules are, of one person or of all; a shard that does not answer has them at the next sweep. One query, and for each
 * shard one, with a batch where something differs. May be called any number of times.
 */
export async function spreadListeners(env: Env, userId: string | null = null): Promise<void> {
  const wanted = await activeListeners(env, userId);
  for (const [shard, database] of env.SHARDS) {
    try {
      await makeSo(database, wanted, userId);
    } catch (error) {
      logEvent("warn", "listeners_wait", { shard, ...errorFields(error) });
    }
  }
}

const l = newsListeners;

async function makeSo(database: TenantDatabase, wanted: readonly Listener[], userId: string | null): Promise<void> {
  const found = await rowsOf(
    query(database)
      .select({ ruleId: l.ruleId, version: l.version })
      .from(l)
      .where(userId === null ? undefined : eq(l.userId, userId)),
  );
  const versions = new Map(found.map(({ ruleId, version }) => [ruleId, version]));
  const changed = wanted.filter(({ ruleId, version }) => versions.get(ruleId) !== version);
  const kept = new Set(wanted.map(({ ruleId }) => ruleId));
  const gone = found.flatMap(({ ruleId }) => (kept.has(ruleId) ? [] : [ruleId]));
  const statements = [
    ...jsonLists(gone).map((list) =>
      database.prepare("delete from news_listeners where rule_id in (select value from json_each(?1))").bind(list),
    ),
    ...changed.map(({ ruleId, userId: owner, kinds, backupDays, tenants, version }) =>
      database
        .prepare(
          // What a slower call has read is older than what is there.
          `insert into news_listeners (rule_id, user_id, kinds, backup_days, tenants, version) values (?1, ?2, ?3, ?4, ?5, ?6)
           on conflict (rule_id) do update set kinds = ?3, backup_days = ?4, tenants = ?5, version = ?6 where version < ?6`,
        )
        .bind(
          ruleId,
          owner,
          JSON.stringify(kinds),
          backupDays,
          tenants === null ? null : JSON.stringify(tenants),
          version,
        ),
    ),
  ];
  if (statements.length > 0) await database.batch(statements);
}

/** Takes tenants that are not there any more out of rules that name them. One statement. */
export async function forgetTenants(env: Env): Promise<void> {
  const gone =
    "(select 1 from json_each(news_rules.tenants, '$.tenants') t where t.value not in (select id from tenants))";
  await peoplesDatabase(env)
    .prepare(
      `update news_rules
          set tenants = json_object('kind', 'list', 'tenants', json((select json_group_array(t.value)
                from json_each(news_rules.tenants, '$.tenants') t where t.value in (select id from tenants)))),
              version = version + 1
        where tenant_id >= ?1 and tenant_id < ?2 and tenants is not null and exists ${gone}`,
    )
    .bind(OWNING_PEOPLE.from, OWNING_PEOPLE.to)
    .run();
}

/** Tenants of which a person may be told now, and which rules of theirs listen where. */
export interface Hearing {
  /** Ids, with the shard that has each. */
  tenants: ReadonlyMap<string, string>;
  /** For each shard that answered, its copies: rules with their versions. */
  copies: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

const toldSchema = z.array(z.object({ id: z.string() }));

/** Of the places of a person's tenants. A batch for each shard; a shard that does not answer is in neither. */
export async function readHearing(
  env: Env,
  userId: string,
  places: readonly { id: string; shard: string }[],
): Promise<Hearing> {
  const tenants = new Map<string, string>();
  const copies = new Map<string, ReadonlyMap<string, number>>();
  await Promise.all(
    [...Map.groupBy(places, ({ shard }) => shard)].map(async ([shard, those]) => {
      const database = databaseOfShard(env, shard);
      const ids = JSON.stringify(those.map(({ id }) => id));
      try {
        const [told, rules] = await database.batch([
          database
            .prepare(`select place.value as id from json_each(?1) place where ${mayBeTold("place.value", "?2")}`)
            .bind(ids, userId),
          database.prepare("select rule_id as id, version from news_listeners where user_id = ?1").bind(userId),
        ]);
        for (const { id } of toldSchema.parse(told?.results)) tenants.set(id, shard);
        const versions = z.array(z.object({ id: z.string(), version: z.int() })).parse(rules?.results);
        copies.set(shard, new Map(versions.map(({ id, version }) => [id, version])));
      } catch (error) {
        logEvent("error", "shard_unread", { shard, ...errorFields(error) });
      }
    }),
  );
  return { tenants, copies };
}
