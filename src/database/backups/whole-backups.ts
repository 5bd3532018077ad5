/**
 * Which backups are whole: a run took all policies of the inventory into a set, and all of them succeeded, at once or by a retry. How old the newest is, and
 * what checks of schedules' backups came to.
 */
import { z } from "zod";
import type { BackupStanding } from "../../contract/backup-standing.ts";
import { planSummarySchema } from "../restore/tables.ts";
import { isoTime } from "../sql/time.ts";
import { readTenantSettings } from "../tenancy/tenant-settings.ts";
import type { TenantDatabase } from "../databases.ts";

const DAY_MS = 86_400_000;

/** SQL of whether a run, by its alias, has succeeded in all parts: itself, by a retry, or by a retry of that. */
export function succeededAtLast(run: string): string {
  return `(${run}.outcome = 'succeeded' or exists (
    select 1 from operation_runs again where again.retry_of = ${run}.id and (again.outcome = 'succeeded' or exists (
      select 1 from operation_runs once_more where once_more.retry_of = again.id and once_more.outcome = 'succeeded'))))`;
}

/** SQL of whether a run, by its alias, is a whole backup whose set is in service. */
export function isWholeBackup(run: string): string {
  return `(${run}.type = 'backup-set.add-policies' and ${run}.status = 'completed' and ${run}.retry_of is null
    and json_type(${run}.input, '$.filter') = 'object'
    and coalesce(${run}.input ->> '$.filter.query', ${run}.input ->> '$.filter.family', ${run}.input ->> '$.filter.platform') is null
    and ${succeededAtLast(run)}
    and exists (select 1 from backup_sets w where w.id = ${run}.input ->> 'backupSetId' and w.tenant_id = ${run}.tenant_id
                   and w.status = 'active'))`;
}

/** SQL of whether a run, by its alias, is a check that a schedule has begun: a restore preview of one of its backups. */
const isCheck = (run: string): string =>
  `(${run}.type = 'policy.restore-preview' and exists (select 1 from schedule_runs begun where begun.run_id = ${run}.id))`;

const newestSchema = z.object({ at: z.int(), set_id: z.string(), set_name: z.string() });

/** The newest whole backup of the tenant, by when its run began: what changed since is not in it. Null without one. One query. */
export async function newestWholeBackup(
  database: TenantDatabase,
  tenantId: string,
): Promise<{ at: number; setId: string; setName: string } | null> {
  const row = await database
    .prepare(
      `select b.created_at as at, s.id as set_id, s.name as set_name
         from operation_runs b join backup_sets s on s.id = b.input ->> 'backupSetId'
        where b.tenant_id = ?1 and b.type = 'backup-set.add-policies' and ${isWholeBackup("b")}
        order by b.created_at desc limit 1`,
    )
    .bind(tenantId)
    .first();
  if (row === null) return null;
  const { at, set_id, set_name } = newestSchema.parse(row);
  return { at, setId: set_id, setName: set_name };
}

const checkSchema = z.object({
  run_id: z.string(),
  at: z.int(),
  outcome: z.string(),
  plan_id: z.string().nullable(),
  set_id: z.string().nullable(),
  set_name: z.string().nullable(),
  summary: z.string().nullable(),
});
type CheckRow = z.infer<typeof checkSchema>;

/** Checks of schedules that have ended, the newest first. `which` is SQL of the run `r`. */
async function readChecks(database: TenantDatabase, tenantId: string, which: string): Promise<CheckRow | null> {
  const row = await database
    .prepare(
      `select r.id as run_id, r.created_at as at, r.outcome, p.id as plan_id, s.id as set_id, s.name as set_name,
              p.action_counts as summary
         from operation_runs r
         left join restore_plans p on p.run_id = r.id and p.status = 'ready'
         left join backup_sets s on s.id = p.backup_set_id and s.status <> 'deleted'
        where r.tenant_id = ?1 and r.type = 'policy.restore-preview' and r.status = 'completed' and ${isCheck("r")} and ${which}
        order by r.created_at desc limit 1`,
    )
    .bind(tenantId)
    .first();
  return row === null ? null : checkSchema.parse(row);
}

/** When the last check that read everything began; null without one. One query. */
export async function lastWholeCheck(
  database: TenantDatabase,
  tenantId: string,
): Promise<{ at: number; setId: string | null } | null> {
  const check = await readChecks(database, tenantId, "r.outcome = 'succeeded'");
  return check === null ? null : { at: check.at, setId: check.set_id };
}

/** How the tenant's backups stand. Four queries. */
export async function readBackupStanding(
  database: TenantDatabase,
  tenantId: string,
  now: number,
): Promise<BackupStanding> {
  const [newest, { backupAgeLimitDays }, checked, last] = await Promise.all([
    newestWholeBackup(database, tenantId),
    readTenantSettings(database, tenantId),
    readChecks(database, tenantId, "r.outcome in ('succeeded', 'partially_succeeded') and p.id is not null"),
    readChecks(database, tenantId, "true"),
  ]);
  return {
    newest: newest === null ? null : { at: isoTime(newest.at), backupSet: { id: newest.setId, name: newest.setName } },
    ageLimitDays: backupAgeLimitDays,
    isOld: newest === null || backupAgeLimitDays === null ? null : now - newest.at > backupAgeLimitDays * DAY_MS,
    checked: checked === null ? null : toCheck(checked),
    failedCheck:
      last !== null && (last.outcome === "failed" || last.outcome === "canceled")
        ? { at: isoTime(last.at), runId: last.run_id }
        : null,
  };
}

function toCheck({ at, outcome, plan_id, set_id, set_name, summary }: CheckRow): BackupStanding["checked"] {
  if (plan_id === null) return null;
  const { actions, itemsMissingReferences } = planSummarySchema.parse(JSON.parse(summary ?? "{}"));
  return {
    at: isoTime(at),
    planId: plan_id,
    backupSet: set_id === null || set_name === null ? null : { id: set_id, name: set_name },
    couldReturn: actions.create + actions.update + actions.unchanged,
    couldNot: actions.ambiguous + actions.blocked,
    itemsMissingReferences,
    isWhole: outcome === "succeeded",
  };
}
