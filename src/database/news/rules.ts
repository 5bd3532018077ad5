/** Rules of news: each change with its event, in one batch. */
import { and, asc, eq, ne, sql } from "drizzle-orm";
import type { AuditAction } from "../../contract/audit-actions.ts";
import { MAX_RULES, type NewRule, type Rule, type RuleTenants } from "../../contract/news.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import type { TenantDatabase } from "../databases.ts";
import { query, rowsOf } from "../sql/read.ts";
import { isoTime } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { logOf, type NewsAct } from "./channels.ts";
import { newsRules } from "./tables.ts";

const r = newsRules;

export type RuleRow = typeof newsRules.$inferSelect;

function selected(database: TenantDatabase) {
  return query(database)
    .select({ rule: r, creatorName: users.name })
    .from(r)
    .leftJoin(users, eq(users.id, r.createdBy))
    .$dynamic();
}

/** A rule, and of which tenants it tells: null for a tenant's own. */
export type StoredRule = Rule & { tenants: RuleTenants | null };

/** All of an owner, by name. One query. */
export async function listRules(database: TenantDatabase, tenantId: string): Promise<StoredRule[]> {
  const rows = await rowsOf(
    selected(database)
      .where(and(eq(r.tenantId, tenantId), ne(r.status, "removed")))
      .orderBy(asc(r.name), asc(r.id)),
  );
  return rows.map(toRule);
}

/** One; null when the owner has none of that id, or has it no more. One query, by key. */
export async function readRule(database: TenantDatabase, tenantId: string, ruleId: string): Promise<StoredRule | null> {
  const [row] = await rowsOf(
    selected(database).where(and(eq(r.tenantId, tenantId), eq(r.id, ruleId), ne(r.status, "removed"))),
  );
  return row === undefined ? null : toRule(row);
}

/** Those of a tenant that are at work. One query, by an index. */
export async function activeRules(database: TenantDatabase, tenantId: string): Promise<RuleRow[]> {
  return rowsOf(
    query(database)
      .select()
      .from(r)
      .where(and(eq(r.tenantId, tenantId), sql`${r.status} = 'active'`))
      .orderBy(asc(r.id)),
  );
}

/** Those of some ids that are at work. One query, by keys. */
export async function activeRulesOf(database: TenantDatabase, ids: readonly string[]): Promise<RuleRow[]> {
  return rowsOf(
    query(database)
      .select()
      .from(r)
      .where(and(sql`${r.id} in (select value from json_each(${JSON.stringify(ids)}))`, sql`${r.status} = 'active'`))
      .orderBy(asc(r.id)),
  );
}

function toRule({ rule, creatorName }: { rule: RuleRow; creatorName: string | null }): StoredRule {
  return {
    id: rule.id,
    name: rule.name,
    tenants: rule.tenants,
    kinds: rule.kinds,
    leastSeverity: rule.leastSeverity,
    backupDays: rule.backupDays,
    quietHours: rule.quietHours,
    digest: rule.digest,
    channelIds: rule.channelIds,
    paused: rule.status === "paused",
    createdAt: isoTime(rule.createdAt),
    createdBy: personOf(rule.createdBy, creatorName),
    updatedAt: isoTime(rule.updatedAt),
    version: rule.version,
  };
}

/** What a person has chosen; of a rule over tenants also which. */
export type ChosenRule = NewRule & { tenants?: RuleTenants };

/** What the log says of it: of a list of tenants, how many they are. */
function told({ tenants, ...rule }: ChosenRule): Record<string, unknown> {
  if (tenants === undefined) return rule;
  return { ...rule, tenants: tenants.kind === "all" ? "all" : tenants.tenants.length };
}

function valuesOf(rule: ChosenRule): (string | number | null)[] {
  return [
    rule.name,
    JSON.stringify(rule.kinds),
    rule.leastSeverity,
    rule.backupDays,
    rule.quietHours === null ? null : JSON.stringify(rule.quietHours),
    JSON.stringify(rule.digest),
    JSON.stringify(rule.channelIds),
    rule.paused ? "paused" : "active",
    rule.tenants === undefined ? null : JSON.stringify(rule.tenants),
  ];
}

/** Makes a rule. False when the owner has as many as there may be. */
export async function createRule(
  database: TenantDatabase,
  act: NewsAct,
  id: string,
  rule: ChosenRule,
): Promise<boolean> {
  const isRoom = (tenant: string) =>
    `(select count(*) from news_rules where tenant_id = ${tenant} and status <> 'removed') < ${MAX_RULES}`;
  const [event] = await database.batch([
    ruleEvent(database, act, "news-rule.create", id, told(rule), { condition: isRoom("?9"), values: [act.tenantId] }),
    database
      .prepare(
        `insert into news_rules (id, tenant_id, name, kinds, least_severity, backup_days, quiet_hours, digest, channel_ids, status, tenants,
                                 created_at, created_by, updated_at, version)
         select ?1, ?2, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?3, ?4, ?3, 1 where ${isRoom("?2")}`,
      )
      .bind(id, act.tenantId, act.at, act.actorId, ...valuesOf(rule)),
  ]);
  return event?.meta.changes === 1;
}

/** Changes a rule that is still of the version. False when it is not, or gone. */
export async function changeRule(
  database: TenantDatabase,
  act: NewsAct,
  { id, version }: { id: string; version: number },
  rule: ChosenRule,
): Promise<boolean> {
  const [event] = await database.batch([
    ruleEvent(database, act, "news-rule.change", id, told(rule), {
      from: "news_rules",
      condition: "tenant_id = ?9 and id = ?10 and version = ?11 and status <> 'removed'",
      values: [act.tenantId, id, version],
      detail:
        "json_object('previousName', name, 'previousKinds', json(kinds), 'previousChannelIds', json(channel_ids))",
    }),
    database
      .prepare(
        `update news_rules set name = ?5, kinds = ?6, least_severity = ?7, backup_days = ?8, quiet_hours = ?9, digest = ?10,
                channel_ids = ?11, status = ?12, tenants = ?13, updated_at = ?3, version = version + 1
          where tenant_id = ?1 and id = ?2 and version = ?4 and status <> 'removed'`,
      )
      .bind(act.tenantId, id, act.at, version, ...valuesOf(rule)),
  ]);
  return event?.meta.changes === 1;
}

/** Removes a rule. What was chosen by it before is told all the same. False when there is none. */
export async function removeRule(database: TenantDatabase, act: NewsAct, id: string): Promise<boolean> {
  const [event] = await database.batch([
    ruleEvent(
      database,
      act,
      "news-rule.remove",
      id,
      {},
      {
        from: "news_rules",
        condition: "tenant_id = ?9 and id = ?10 and status <> 'removed'",
        values: [act.tenantId, id],
        detail: "json_object('name', name)",
      },
    ),
    database
      .prepare(
        `update news_rules set status = 'removed', updated_at = ?3, version = version + 1
          where tenant_id = ?1 and id = ?2 and status <> 'removed'`,
      )
      .bind(act.tenantId, id, act.at),
  ]);
  return event?.meta.changes === 1;
}

function ruleEvent(
  database: TenantDatabase,
  { tenantId, actorId, at }: NewsAct,
  action: AuditAction,
  id: string,
  detail: Record<string, unknown>,
  condition: Parameters<typeof auditEventWhere>[2],
): D1PreparedStatement {
  const event = { tenantId: logOf(tenantId), at, action, actorId, targetKind: "news-rule", targetId: id, detail };
  return auditEventWhere(database, event, condition);
}
