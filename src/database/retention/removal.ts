/**
 * Removing what is due. The row of a thing goes first, in one batch with the note that it was removed and the event that counts it; its
 * parts go afterwards, in bounded steps, for as long as the note says `pending`. So nothing half removed is ever read, and a sweep that
 * dies is repeated without harm.
 */
import { z } from "zod";
import { type RemovedKind, type RetentionKey } from "../../contract/retention.ts";
import { auditEventWhere } from "../audit/audit-events.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { isoTime } from "../sql/time.ts";
import { type Cutoffs, DUE_PARAMETERS, type DueKind, dueQuery, type DueThing, dueValues } from "./due.ts";
import { notHeld } from "./legal-holds.ts";
import type { TenantDatabase } from "../databases.ts";

export interface Removal {
  tenantId: string;
  cutoffs: Cutoffs;
  /** Milliseconds since the epoch. */
  at: number;
  /** Things, at most, in one step. */
  limit: number;
}

interface Root {
  thing: DueThing;
  removed: RemovedKind;
  table: string;
  /** Whether parts are left behind that later steps remove. */
  pending: boolean;
}

/** What goes with each kind, in the order of its statements: first what refers to another. */
const ROOTS: Readonly<Record<Exclude<DueKind, "versions" | "changes">, readonly Root[]>> = {
  plans: [{ thing: "plans", removed: "plan", table: "restore_plans", pending: true }],
  snapshots: [
    { thing: "packs", removed: "pack", table: "review_packs", pending: false },
    { thing: "snapshots", removed: "snapshot", table: "evidence_snapshots", pending: true },
  ],
  comparisons: [
    { thing: "findings", removed: "finding", table: "baseline_findings", pending: true },
    { thing: "comparisons", removed: "comparison", table: "baseline_comparisons", pending: true },
  ],
  runs: [{ thing: "runs", removed: "run", table: "operation_runs", pending: true }],
};

/** The things of one step: the same for each statement of its batch. */
const step = (thing: DueThing, first: number, limit: number) =>
  `select id from (${dueQuery(thing, first)}) order by id limit ${limit}`;

/** The event that counts a step; nothing when nothing is due, or a hold keeps it. */
function countedEvent(
  database: TenantDatabase,
  { tenantId, cutoffs, at, limit }: Removal,
  kind: RetentionKey & DueKind,
  thing: DueThing,
): D1PreparedStatement {
  const counted = `(select count(*) from (${step(thing, 9, limit)}))`;
  return auditEventWhere(
    database,
    {
      tenantId,
      at,
      action: "retention.remove",
      actorId: null,
      targetKind: "retention",
      targetId: kind,
      detail: { kind: thing, before: isoTime(cutoffs[kind]) },
      origin: { way: "system" },
    },
    {
      condition: `${notHeld("?9")} and ${counted} > 0`,
      values: dueValues(tenantId, cutoffs),
      detail: `json_object('removed', ${counted})`,
    },
  );
}

/** Removes things of a kind that have addresses. Returns whether others are left. A batch for each sort of thing. */
export async function removeDue(
  database: TenantDatabase,
  removal: Removal,
  kind: Exclude<DueKind, "versions" | "changes">,
): Promise<boolean> {
  const { tenantId, cutoffs, at, limit } = removal;
  if (cutoffs[kind] < 0) return false;
  let isMore = false;
  for (const { thing, removed, table, pending } of ROOTS[kind]) {
    const [, noted] = await database.batch([
      countedEvent(database, removal, kind, thing),
      database
        .prepare(
          `insert into removed_things (tenant_id, kind, id, removed_at, pending)
           select ?1, ?${DUE_PARAMETERS + 1}, id, ?${DUE_PARAMETERS + 2}, ${pending ? 1 : 0} from (${step(thing, 1, limit)})
            where ${notHeld("?1")}
               on conflict do update set removed_at = excluded.removed_at, pending = excluded.pending`,
        )
        .bind(...dueValues(tenantId, cutoffs), removed, at),
      database
        .prepare(
          `delete from ${table} where tenant_id = ?1 and id in (
             select id from removed_things where tenant_id = ?1 and kind = ?2 and removed_at = ?3) and ${notHeld("?1")}`,
        )
        .bind(tenantId, removed, at),
    ]);
    isMore ||= noted?.meta.changes === limit;
  }
  return isMore;
}

/** Removes earlier versions of policies; contents that nothing else refers to are freed by the sweep of backup sets. One batch. */
export async function removeVersions(database: TenantDatabase, removal: Removal): Promise<boolean> {
  const { tenantId, cutoffs, at, limit } = removal;
  if (cutoffs.versions < 0) return false;
  const values = dueValues(tenantId, cutoffs);
  const those = `rowid in (${step("versions", 1, limit)}) and ${notHeld("?1")}`;
  const [, , removed] = await database.batch([
    countedEvent(database, removal, "versions", "versions"),
    database
      .prepare(
        `insert into released_payloads (tenant_id, content_hash, due_at)
         select distinct ?1, content_hash, ?${DUE_PARAMETERS + 1} from policy_versions where ${those}
             on conflict (tenant_id, content_hash) do update set due_at = excluded.due_at`,
      )
      .bind(...values, at),
    database.prepare(`delete from policy_versions where ${those}`).bind(...values),
  ]);
  return removed?.meta.changes === limit;
}

/** Removes entries of Microsoft's audit logs, and notes from when on the logs are known. One batch. */
export async function removeChanges(database: TenantDatabase, removal: Removal): Promise<boolean> {
  const { tenantId, cutoffs, limit } = removal;
  if (cutoffs.changes < 0) return false;
  const [, , removed] = await database.batch([
    countedEvent(database, removal, "changes", "changes"),
    // Whether anything goes or not: an earlier version removed changes without it.
    database
      .prepare(
        `update change_logs set covered_from = ?2
          where tenant_id = ?1 and covered_from < ?2 and covered_until >= ?2 and ${notHeld("?1")}`,
      )
      .bind(tenantId, cutoffs.changes),
    database
      .prepare(`delete from policy_changes where rowid in (${step("changes", 1, limit)}) and ${notHeld("?1")}`)
      .bind(...dueValues(tenantId, cutoffs)),
  ]);
  return removed?.meta.changes === limit;
}

/**
 * Removes what became of old due times of schedules, at most `limit`, as soon as their runs are gone. They go by the rule of runs, and have no count of
 * their own. Returns whether some are left. One statement, by the tenant's index.
 */
export async function removeOccurrences(
  database: TenantDatabase,
  { tenantId, cutoffs, limit }: Removal,
): Promise<boolean> {
  if (cutoffs.runs < 0) return false;
  const removed = await database
    .prepare(
      `delete from schedule_occurrences where rowid in (
         select o.rowid from schedule_occurrences o
          where o.tenant_id = ?1 and o.due_at < ?2 and o.state not in ('waiting', 'running')
            and not exists (select 1 from schedule_runs r where r.schedule_id = o.schedule_id and r.due_at = o.due_at)
          order by o.due_at limit ?3) and ${notHeld("?1")}`,
    )
    .bind(tenantId, cutoffs.runs, limit)
    .run();
  return removed.meta.changes === limit;
}

/** Removes notifications that are of no run, as old as runs that go. Those of a run go with it. Returns whether more may be left. */
export async function removeNotices(database: TenantDatabase, { tenantId, cutoffs, limit }: Removal): Promise<boolean> {
  if (cutoffs.runs < 0) return false;
  const removed = await database
    .prepare(
      `delete from notifications where rowid in (
         select n.rowid from notifications n where n.tenant_id = ?1 and n.about is not null and n.created_at < ?2 limit ?3)
         and ${notHeld("?1")}`,
    )
    .bind(tenantId, cutoffs.runs, limit)
    .run();
  return removed.meta.changes === limit;
}

/**
 * Removes news that is over: messages that have ended with their tries, what is told of nothing any more, and notifications of news. It goes by the rule of
 * runs, and has no count of its own. At most `limit` rows of each table; returns whether some are left. One batch, by indexes of the tenant.
 */
export async function removeNews(database: TenantDatabase, { tenantId, cutoffs, limit }: Removal): Promise<boolean> {
  if (cutoffs.runs < 0) return false;
  const old = `select m.id from news_messages m
                where m.tenant_id = ?1 and m.created_at < ?2 and m.state in ('delivered', 'failed')`;
  const queries = {
    news_tries: `select rowid from news_tries where message_id in (${old}) limit ?3`,
    news_messages: `select m.rowid from news_messages m where m.id in (${old})
                       and not exists (select 1 from news_tries t where t.message_id = m.id) limit ?3`,
    news_tellings: `select t.rowid from news_tellings t join news_events e on e.id = t.event_id
                     where e.tenant_id = ?1 and e.at < ?2 and t.message_id is not null
                       and not exists (select 1 from news_messages m where m.id = t.message_id) limit ?3`,
    news_events: `select e.rowid from news_events e where e.tenant_id = ?1 and e.at < ?2 and e.routed_at is not null
                     and not exists (select 1 from news_tellings t where t.event_id = e.id) limit ?3`,
    notifications: `select rowid from notifications
                     where tenant_id = ?1 and created_at < ?2 and href is not null limit ?3`,
  };
  const results = await database.batch(
    Object.entries(queries).map(([table, query]) =>
      database
        .prepare(`delete from ${table} where rowid in (${query}) and ${notHeld("?1")}`)
        .bind(tenantId, cutoffs.runs, limit),
    ),
  );
  return results.some(({ meta }) => meta.changes === limit);
}

const idsSchema = z.array(z.object({ id: z.string() }));

/** Removed things of a kind whose parts are still there. One query, by an index of such things. */
export async function pendingThings(
  database: TenantDatabase,
  tenantId: string,
  kind: RemovedKind,
  limit: number,
): Promise<string[]> {
  const { results } = await database
    .prepare("select id from removed_things where tenant_id = ?1 and kind = ?2 and pending = 1 order by id limit ?3")
    .bind(tenantId, kind, limit)
    .all();
  return idsSchema.parse(results).map(({ id }) => id);
}

/** Nothing is left of the things but the note that they were removed. */
export async function settleThings(
  database: TenantDatabase,
  tenantId: string,
  kind: RemovedKind,
  ids: readonly string[],
): Promise<void> {
  const statements = jsonLists(ids).map((list) =>
    database
      .prepare(
        `update removed_things set pending = 0
          where tenant_id = ?1 and kind = ?2 and id in (select value from json_each(?3))`,
      )
      .bind(tenantId, kind, list),
  );
  if (statements.length > 0) await database.batch(statements);
}
