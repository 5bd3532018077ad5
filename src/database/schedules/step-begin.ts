/** The beginning of a step of a schedule: it is in the batch that inserts the run, so no step begins twice, and none is lost. */
import type { Occasion } from "../../runs/facts/occasion.ts";
import { OF_TENANT, type ScheduleNames, whereOfTenant } from "./schedule-names.ts";

/** Parameters of `stepMayBegin`, and of a run that is no step of a schedule. */
export function occasionValues(occasion: Occasion | null): [string | null, number | null, number | null] {
  return occasion === null ? [null, null, null] : [occasion.scheduleId, occasion.dueAt, occasion.step];
}

/**
 * SQL that holds for a run that is no step, and for a step that may begin: its occurrence is open, it has no run yet, and no other occurrence of the
 * schedule is under way. By the names of three parameters.
 */
export function stepMayBegin(
  schedule: string,
  dueAt: string,
  step: string,
  { occurrences, stepRuns }: ScheduleNames = OF_TENANT,
): string {
  return `(${schedule} is null or (
    exists (select 1 from ${occurrences} o
             where o.schedule_id = ${schedule} and o.due_at = ${dueAt} and o.state in ('waiting', 'running'))
    and not exists (select 1 from ${stepRuns} b where b.schedule_id = ${schedule} and b.due_at = ${dueAt} and b.step = ${step})
    and not exists (select 1 from ${occurrences} a
                     where a.schedule_id = ${schedule} and a.due_at <> ${dueAt} and a.state = 'running')))`;
}

/** Statements that note the step of a run that the same batch has inserted; they do nothing where it has not. */
export function stepBegun(
  database: D1Database,
  { scheduleId, dueAt, step }: Occasion,
  runId: string,
  names: ScheduleNames = OF_TENANT,
): D1PreparedStatement[] {
  const { occurrences, stepRuns, runs } = names;
  return [
    database
      .prepare(
        `insert into ${stepRuns} (schedule_id, due_at, step, run_id${whereOfTenant(names, ", tenant_id")})
         select ?1, ?2, ?3, r.id${whereOfTenant(names, ", r.tenant_id")} from ${runs} r where r.id = ?4`,
      )
      .bind(scheduleId, dueAt, step, runId),
    database
      .prepare(
        `update ${occurrences} set state = 'running', step = ?3
          where schedule_id = ?1 and due_at = ?2 and exists (select 1 from ${stepRuns} where run_id = ?4)`,
      )
      .bind(scheduleId, dueAt, step, runId),
  ];
}

/** SQL that holds for a run that a schedule began at its time, and not by a person's hand. By the name of a parameter. */
export function begunBySchedule(run: string, { occurrences, stepRuns }: ScheduleNames = OF_TENANT): string {
  return `exists (select 1 from ${stepRuns} b join ${occurrences} c on c.schedule_id = b.schedule_id and c.due_at = b.due_at
                   where b.run_id = ${run} and c.by_hand = 0)`;
}
