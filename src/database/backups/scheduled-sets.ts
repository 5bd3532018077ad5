/** The backup sets that schedules have made: what keeps each of them, and the end of those that nothing keeps. */
import { z } from "zod";
import { type BackupSetDetail, EXPIRED_SET_DAYS } from "../../contract/backup-sets.ts";
import { type Keep, type Step, stepSchema } from "../../contract/schedules.ts";
import { keptSets, type KeptSet, type ScheduledSet } from "../../schedules/kept-sets.ts";
import { mayDo } from "../approvals/may-do.ts";
import { isoTime } from "../sql/time.ts";
import type { TenantDatabase } from "../databases.ts";
import { lastWholeCheck, newestWholeBackup, succeededAtLast } from "./whole-backups.ts";

const EXPIRED_MS = EXPIRED_SET_DAYS * 86_400_000;

interface RuledSchedule {
  id: string;
  timeZone: string;
  keep: Keep;
}

export interface ScheduledSetFacts extends ScheduledSet {
  status: "active" | "archived";
  expiredAt: number | null;
}

/** The rule of a schedule's backups; null where it has none. */
export function keepOf(steps: readonly Step[]): Keep | null {
  return steps.flatMap((step) => (step.type === "backup-set.add-policies" && step.keep ? [step.keep] : []))[0] ?? null;
}

const scheduleSchema = z.object({ id: z.string(), time_zone: z.string(), steps: z.string() });

/**
 * The tenant's schedules with a rule for their sets, whose owner may delete sets for good at this moment: in their name sets are deleted. A schedule that was
 * removed has no rule any more. One query.
 */
export async function ruledSchedules(database: TenantDatabase, tenantId: string): Promise<RuledSchedule[]> {
  const { results } = await database
    .prepare(
      `select s.id, s.time_zone, s.steps from schedules s
        where s.tenant_id = ?1 and s.status <> 'removed' and s.steps like '%"keep"%'
          and ${mayDo("s.tenant_id", "s.owner_id", "backup.force-delete")} order by s.id`,
    )
    .bind(tenantId)
    .all();
  return z
    .array(scheduleSchema)
    .parse(results)
    .flatMap(({ id, time_zone: timeZone, steps }) => {
      const keep = keepOf(z.array(stepSchema).parse(JSON.parse(steps)));
      return keep === null ? [] : [{ id, timeZone, keep }];
    });
}

const factsSchema = z.object({
  id: z.string(),
  due_at: z.int(),
  status: z.enum(["active", "archived"]),
  expired_at: z.int().nullable(),
  whole: z.int(),
  ended: z.int(),
  person: z.int(),
  planned: z.int(),
});

/** All sets of a schedule, with what keeps each beside the rule. Three queries. */
async function factsOfSets(
  database: TenantDatabase,
  tenantId: string,
  scheduleId: string,
): Promise<ScheduledSetFacts[]> {
  const [newest, check, { results }] = await Promise.all([
    newestWholeBackup(database, tenantId),
    lastWholeCheck(database, tenantId),
    database
      .prepare(
        `with added as (
           select r.input ->> 'backupSetId' as set_id, r.completed_at is not null as ended, ${succeededAtLast("r")} as whole,
                  exists (select 1 from schedule_runs b where b.run_id = r.id) as scheduled
             from operation_runs r
            where r.tenant_id = ?1 and r.type = 'backup-set.add-policies' and r.retry_of is null)
         select s.id, s.due_at, s.status, s.expired_at,
                coalesce((select min(a.whole and a.ended) from added a where a.set_id = s.id and a.scheduled), 0) as whole,
                not exists (select 1 from added a where a.set_id = s.id and not a.ended) as ended,
                (s.expired_at is not null and s.status = 'active')
                  or exists (select 1 from added a where a.set_id = s.id and not a.scheduled) as person,
                exists (select 1 from restore_plans p
                         where p.tenant_id = ?1 and p.backup_set_id = s.id and p.status <> 'failed'
                           and (not exists (select 1 from schedule_runs c where c.run_id = p.run_id)
                                or exists (select 1 from restore_journal j where j.plan_id = p.id))) as planned
           from backup_sets s
          where s.tenant_id = ?1 and s.schedule_id = ?2 and s.due_at is not null and s.status <> 'deleted'`,
      )
      .bind(tenantId, scheduleId)
      .all(),
  ]);
  const rows = z.array(factsSchema).parse(results);
  const newestOfSchedule = rows.filter(({ whole }) => whole === 1).toSorted((a, b) => b.due_at - a.due_at)[0];
  return rows.map(({ id, due_at: dueAt, status, expired_at: expiredAt, whole, ended, person, planned }) => ({
    id,
    dueAt,
    status,
    expiredAt,
    isWhole: whole === 1,
    hasEnded: ended === 1,
    held: [
      ...(id === newest?.setId || id === newestOfSchedule?.id ? (["newest_whole"] as const) : []),
      ...(person === 1 ? (["person"] as const) : []),
      ...(planned === 1 ? (["plan"] as const) : []),
      ...(id === check?.setId ? (["checked"] as const) : []),
    ],
  }));
}

/** The sets of a schedule that nothing keeps, oldest first, as they are at this moment. Three queries. */
export async function unkeptSets(
  database: TenantDatabase,
  tenantId: string,
  { id, keep, timeZone }: RuledSchedule,
  now: number,
): Promise<ScheduledSetFacts[]> {
  const facts = await factsOfSets(database, tenantId, id);
  const unkept = new Set(
    keptSets(facts, { keep, timeZone, now }).flatMap(({ id: setId, reasons }) => (reasons.length === 0 ? [setId] : [])),
  );
  return facts.filter((set) => unkept.has(set.id)).toSorted((one, other) => one.dueAt - other.dueAt);
}

/** Whether a set that nothing kept when it was archived is to be deleted for good by now. */
export function isOver({ status, expiredAt }: ScheduledSetFacts, now: number): boolean {
  return status === "archived" && expiredAt !== null && expiredAt + EXPIRED_MS <= now;
}

const originSchema = z.object({
  schedule_id: z.string(),
  name: z.string(),
  removed: z.int(),
  time_zone: z.string(),
  steps: z.string(),
  expired_at: z.int().nullable(),
  status: z.string(),
});

/** What made a set, and what keeps it, for people. One query; four for a set of a schedule with a rule. */
export async function originOfSet(
  database: TenantDatabase,
  { tenantId, backupSetId, now }: { tenantId: string; backupSetId: string; now: number },
): Promise<Pick<BackupSetDetail, "schedule" | "kept">> {
  const row = await database
    .prepare(
      `select b.schedule_id, s.name, s.status = 'removed' as removed, s.time_zone, s.steps, b.expired_at, b.status
         from backup_sets b join schedules s on s.id = b.schedule_id
        where b.id = ?2 and b.tenant_id = ?1`,
    )
    .bind(tenantId, backupSetId)
    .first();
  if (row === null) return { schedule: null, kept: null };
  const { schedule_id: id, name, removed, time_zone: timeZone, steps, expired_at, status } = originSchema.parse(row);
  const keep = removed === 1 ? null : keepOf(z.array(stepSchema).parse(JSON.parse(steps)));
  const schedule = { id, name, removed: removed === 1 };
  if (keep === null) return { schedule, kept: null };
  const facts = await factsOfSets(database, tenantId, id);
  const found: KeptSet = keptSets(facts, { keep, timeZone, now }).find((set) => set.id === backupSetId) ?? {
    id: backupSetId,
    reasons: [],
    untilDay: null,
  };
  const isExpired = expired_at !== null && status === "archived" && found.reasons.length === 0;
  const deletedAfter = isExpired ? isoTime(expired_at + EXPIRED_MS) : null;
  return { schedule, kept: { reasons: found.reasons, untilDay: found.untilDay, deletedAfter } };
}

/** The set that a check of a restore looks at: the newest whole one that a schedule has made, else the newest that holds anything. Null without one. One query. */
export async function setToCheck(database: TenantDatabase, tenantId: string): Promise<string | null> {
  const row = await database
    .prepare(
      `select s.id from backup_sets s
        where s.tenant_id = ?1 and s.status = 'active' and s.schedule_id is not null
          and exists (select 1 from backup_set_items i where i.backup_set_id = s.id)
        order by exists (select 1 from schedule_runs b join operation_runs r on r.id = b.run_id
                          where b.schedule_id = s.schedule_id and b.due_at = s.due_at and r.type = 'backup-set.add-policies'
                            and r.input ->> 'backupSetId' = s.id and r.completed_at is not null and ${succeededAtLast("r")}) desc,
                 s.due_at desc limit 1`,
    )
    .bind(tenantId)
    .first<{ id: string }>();
  return row?.id ?? null;
}
