/** News as it happens: statements for the batch that stores a fact, and what the sweep finds. Only what a rule listens to is stored. */
import { APPROVAL_KINDS } from "../../contract/approvals.ts";
import { CREDENTIAL_TOLD_DAYS, NEWS_KINDS, type NewsKind, type NewsSeverity } from "../../contract/news.ts";
import { isQuiet } from "../../contract/operation-types.ts";
import type { ProjectionRow } from "../../runs/facts/projection-row.ts";
import { declarationOf } from "../../runs/facts/declarations.ts";
import type { TenantDatabase } from "../databases.ts";
import { notMoving } from "../moves/fences.ts";
import { failuresInARow } from "../schedules/failures-in-a-row.ts";
import { heardByPeople, isHeardByPeople } from "./listeners.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Due times of schedules that were decided about later than that are not looked for any more. */
const LOOKED_BACK_MS = 24 * HOUR_MS;

/** SQL that holds when an active rule of the tenant, or of a person over tenants, listens to a kind. By the SQL of both; looks by indexes. */
function isHeard(tenant: string, kind: string): string {
  return `(exists (select 1 from news_rules heard, json_each(heard.kinds)
                    where heard.tenant_id = ${tenant} and heard.status = 'active' and json_each.value = ${kind})
           or ${isHeardByPeople(tenant, kind)})`;
}

/** The tenants of the shard that listen to a kind and do not move, as a table `t` with their ids. */
function hearing(kind: NewsKind): string {
  return `(select distinct h.tenant_id from (${listening(kind)}) h where ${notMoving("h.tenant_id")}) t`;
}

/** SQL of a query for the tenants that listen to a kind, with the days of each rule. */
function listening(kind: NewsKind): string {
  return `select r.tenant_id, r.backup_days as days from news_rules r, json_each(r.kinds)
           where r.status = 'active' and json_each.value = '${kind}'
          union ${heardByPeople(kind)}`;
}

interface Selected {
  /** SQL of each, over what `from` has. */
  tenant: string;
  key: string;
  severity: string;
  facts: string;
  at: string;
}

/** SQL of an insert of events of a kind: what is there already is not told again. */
function insertion(kind: NewsKind, { tenant, key, severity, facts, at }: Selected, rest: string): string {
  return `insert into news_events (id, tenant_id, key, kind, severity, facts, at, for_people)
          select 'nev_' || lower(hex(randomblob(16))), ${tenant}, ${key}, '${kind}', ${severity}, ${facts}, ${at},
                 iif(${isHeardByPeople(tenant, `'${kind}'`)}, 1, null) ${rest}
          on conflict do nothing`;
}

/** The severity of a kind that has one of its own, as SQL. */
function fixed(kind: NewsKind): string {
  return `'${NEWS_KINDS[kind].severity satisfies NewsSeverity | null}'`;
}

const RUN_KINDS = { failed: "run.failed", partially_succeeded: "run.partly", succeeded: "run.succeeded" } as const;

/** Tells the end of a run, once, for the batch that stores it. None for a run that is not to be told, or has not ended. */
export function runNews(database: TenantDatabase, row: ProjectionRow, now: number): D1PreparedStatement[] {
  if (row.outcome === "pending" || row.outcome === "canceled" || isQuiet(row.type)) return [];
  const kind = RUN_KINDS[row.outcome];
  const { failed = null } = row.summaryCounts;
  const facts = {
    runId: row.id,
    label: declarationOf(row.type)?.label ?? row.type,
    subject: row.subject,
    failed,
    code: row.failure?.code ?? null,
  };
  const selected = { tenant: "?1", key: "?2", severity: fixed(kind), facts: "?3", at: "?4" };
  const rest = `where ${isHeard("?1", `'${kind}'`)}
                  and exists (select 1 from operation_runs where id = ?5 and status = 'completed' and outcome = ?6)`;
  return [
    database
      .prepare(insertion(kind, selected, rest))
      .bind(row.tenantId, `run/${row.id}`, JSON.stringify(facts), row.completedAt ?? now, row.id, row.outcome),
  ];
}

/**
 * SQL of what a comparison tells, for the transaction that seals it, before the seal: findings that are new or changed, and that the baseline is met
 * again. ?1 is the comparison, ?2 its baseline, ?3 the time; `open` is the SQL that holds until the seal.
 */
export function comparisonNews(open: string): string[] {
  const finding = (kind: "finding.new" | "finding.changed", events: readonly string[]) =>
    insertion(
      kind,
      {
        tenant: "c.tenant_id",
        key: "'finding/' || c.finding_id || '/' || ?1",
        severity: "c.severity",
        facts: `json_object('findingId', c.finding_id, 'name', c.name, 'kind', c.kind, 'changes', c.change_count,
                            'baseline', (select name from baselines where id = ?2))`,
        at: "?3",
      },
      `from comparison_findings c
       where c.comparison_id = ?1 and c.status = 'open' and ${open} and ${isHeard("c.tenant_id", `'${kind}'`)}
         and exists (select 1 from finding_events e where e.finding_id = c.finding_id
                        and e.id in (${events.map((event) => `?1 || '/${event}'`).join(", ")}))`,
    );
  return [
    finding("finding.new", ["appeared", "reappeared"]),
    finding("finding.changed", ["changed", "reopened"]),
    insertion(
      "comparison.clean",
      {
        tenant: "b.tenant_id",
        key: "'clean/' || ?1",
        severity: fixed("comparison.clean"),
        facts: "json_object('comparisonId', ?1, 'baseline', b.name)",
        at: "?3",
      },
      `from baselines b
       where b.id = ?2 and ${open} and ${isHeard("b.tenant_id", "'comparison.clean'")}
         and exists (select 1 from comparison_findings c where c.comparison_id = ?1 and c.status = 'resolved')
         and not exists (select 1 from baseline_findings f where f.baseline_id = ?2 and f.status = 'open')
         and not exists (select 1 from comparison_families u where u.comparison_id = ?1 and u.unknown_code is not null)`,
    ),
  ];
}

/** Tells that a channel was switched off, once, for the batch that does it. By then its row says so. */
export function channelOffNews(
  database: TenantDatabase,
  { tenantId, channelId, at }: { tenantId: string; channelId: string; at: number },
): D1PreparedStatement {
  const selected = {
    tenant: "c.tenant_id",
    key: "'channel/' || c.id || '/' || c.off_at",
    severity: fixed("channel.off"),
    facts: "json_object('channelId', c.id, 'name', c.name, 'reason', c.off_reason)",
    at: "?3",
  };
  return database
    .prepare(
      insertion(
        "channel.off",
        selected,
        `from news_channels c where c.tenant_id = ?1 and c.id = ?2 and c.off_at = ?3 and c.status = 'off'
           and ${isHeard("?1", "'channel.off'")}`,
      ),
    )
    .bind(tenantId, channelId, at);
}

const APPROVAL_LABEL = `case q.kind ${Object.entries(APPROVAL_KINDS)
  .map(([kind, { label }]) => `when '${kind}' then '${label.replaceAll("'", "''")}'`)
  .join(" ")} else q.kind end`;

/**
 * What comes with time, or is a state: each is told once, by a key that changes when it is a new fact. ?1 is the time. A cross join keeps the order: the
 * tenants that listen first, and of each what is its own.
 */
const FOUND: readonly string[] = [
  insertion(
    "approval.waiting",
    {
      tenant: "q.tenant_id",
      key: "'approval/' || q.id",
      severity: fixed("approval.waiting"),
      facts: `json_object('requestId', q.id, 'label', ${APPROVAL_LABEL})`,
      at: "q.asked_at",
    },
    `from ${hearing("approval.waiting")} cross join approval_requests q on q.tenant_id = t.tenant_id
      where q.state = 'waiting' and q.ends_at > ?1`,
  ),
  insertion(
    "schedule.failing",
    {
      tenant: "s.tenant_id",
      // A series of failures begins behind the last success.
      key: `'schedule/' || s.id || '/failing/' || coalesce((select max(due_at) from schedule_occurrences g
              where g.schedule_id = s.id and g.state in ('succeeded', 'partially_succeeded')), 0)`,
      severity: fixed("schedule.failing"),
      facts: `json_object('scheduleId', s.id, 'name', s.name, 'count', ${failuresInARow("s.id")})`,
      at: "?1",
    },
    `from ${hearing("schedule.failing")} cross join schedules s on s.tenant_id = t.tenant_id and s.status <> 'removed'
      where ${failuresInARow("s.id")} >= s.tell_after`,
  ),
  insertion(
    "schedule.paused",
    {
      tenant: "s.tenant_id",
      key: "'schedule/' || s.id || '/paused/' || (s.pause ->> 'at')",
      severity: fixed("schedule.paused"),
      facts: "json_object('scheduleId', s.id, 'name', s.name, 'count', 0)",
      at: "s.pause ->> 'at'",
    },
    `from ${hearing("schedule.paused")} cross join schedules s on s.tenant_id = t.tenant_id and s.status = 'paused'
      where s.pause ->> 'reason' = 'owner' and s.pause ->> 'at' <= ?1`,
  ),
  insertion(
    "schedule.missed",
    {
      tenant: "o.tenant_id",
      key: "'schedule/' || o.schedule_id || '/missed/' || o.due_at",
      severity: fixed("schedule.missed"),
      facts: "json_object('scheduleId', s.id, 'name', s.name, 'count', o.count)",
      at: "o.ended_at",
    },
    `from ${hearing("schedule.missed")}
       cross join schedule_occurrences o on o.tenant_id = t.tenant_id and o.due_at > ?1 - ${LOOKED_BACK_MS}
       cross join schedules s on s.id = o.schedule_id
      where o.state = 'missed'`,
  ),
  insertion(
    "connection.lost",
    {
      tenant: "c.tenant_id",
      key: "'connection/' || coalesce(c.connected_at, 0)",
      severity: fixed("connection.lost"),
      facts: "json_object('families', count(*))",
      at: "max(i.last_attempt_at)",
    },
    `from ${hearing("connection.lost")}
       cross join tenant_connections c on c.tenant_id = t.tenant_id and c.purpose = 'read'
       cross join inventory_families i on i.tenant_id = t.tenant_id and i.last_reason_code = 'credentials_rejected'
        and i.last_attempt_at > coalesce(c.connected_at, 0) and i.last_attempt_at <= ?1
      group by c.tenant_id`,
  ),
  ...CREDENTIAL_TOLD_DAYS.map((days, index) =>
    insertion(
      "connection.ending",
      {
        tenant: "c.tenant_id",
        key: `'credential/' || c.purpose || '/' || c.credential_ends_at || '/${days}'`,
        severity: fixed("connection.ending"),
        facts: `json_object('purpose', c.purpose, 'days', ${days}, 'endsAt', c.credential_ends_at)`,
        at: "?1",
      },
      `from ${hearing("connection.ending")} cross join tenant_connections c on c.tenant_id = t.tenant_id
        where c.credential_ends_at > ?1 + ${(CREDENTIAL_TOLD_DAYS[index + 1] ?? 0) * DAY_MS}
          and c.credential_ends_at <= ?1 + ${days * DAY_MS}`,
    ),
  ),
  insertion(
    "permission.missing",
    {
      tenant: "p.tenant_id",
      key: "'permissions/' || p.purpose || '/' || group_concat(json_each.key, ',' order by json_each.key)",
      severity: fixed("permission.missing"),
      facts: "json_object('purpose', p.purpose, 'missing', count(*))",
      at: "coalesce(p.checked_at, ?1)",
    },
    `from ${hearing("permission.missing")}
       cross join permission_checks p on p.tenant_id = t.tenant_id and p.findings is not null and p.purpose = 'read'
       cross join json_each(p.findings, '$.families') on json_each.value ->> '$.reading.state' = 'missing'
      group by p.tenant_id, p.purpose`,
  ),
  insertion(
    "backup.old",
    {
      tenant: "t.tenant_id",
      key: "'backup/' || coalesce(t.last_at, 0) || '/' || t.days",
      severity: fixed("backup.old"),
      facts: "json_object('days', t.days, 'lastAt', t.last_at)",
      at: "?1",
    },
    `from (select d.tenant_id, d.days, n.created_at,
                  (select b.created_at from operation_runs b
                    where b.tenant_id = d.tenant_id and b.type = 'backup-set.add-policies'
                      and b.outcome in ('succeeded', 'partially_succeeded')
                    order by b.created_at desc limit 1) as last_at
             from (select h.tenant_id, h.days from (${listening("backup.old")}) h where ${notMoving("h.tenant_id")}) d
             cross join tenants n on n.id = d.tenant_id) t
      where coalesce(t.last_at, t.created_at) < ?1 - t.days * ${DAY_MS}`,
  ),
];

/** Stores what is so at a moment and was not told yet. One batch of ten statements, each driven by the rules that listen. */
export async function findNews(database: TenantDatabase, now: number): Promise<void> {
  await database.batch(FOUND.map((statement) => database.prepare(statement).bind(now)));
}
