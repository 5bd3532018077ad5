/** Tells people that a schedule keeps failing. */
import { mayDo } from "../approvals/may-do.ts";
import type { TenantDatabase } from "../databases.ts";
import { failuresInARow } from "./failures-in-a-row.ts";
import type { OpenOccurrence } from "./occurrences.ts";

/**
 * When the schedule has now failed as often in a row as it was told to bear, notifies all members who may manage schedules, once for the run that failed:
 * one notification a run and person. An occurrence without a run is told on the schedule's page alone. One statement.
 */
export async function tellOfFailures(
  database: TenantDatabase,
  { scheduleId, tenantId, lastRun }: OpenOccurrence,
  at: number,
): Promise<void> {
  if (lastRun === null) return;
  await database
    .prepare(
      `insert into notifications (id, run_id, user_id, tenant_id, outcome, title, body, created_at)
       select 'notification_' || ?3 || '_' || who.user_id, ?3, who.user_id, s.tenant_id, ?5,
              'Schedule “' || s.name || '” failed',
              case n.failures when 1 then 'An operation of it did not succeed.' else n.failures || ' times in a row.' end, ?4
         from schedules s
         join memberships who on who.tenant_id = s.tenant_id
         join (select ${failuresInARow("?1")} as failures) n
        where s.id = ?1 and s.tenant_id = ?2 and n.failures = s.tell_after and ${mayDo("s.tenant_id", "who.user_id", "schedules.manage")}
       on conflict (run_id, user_id) do update set title = excluded.title, body = excluded.body`,
    )
    .bind(scheduleId, tenantId, lastRun.id, at, lastRun.outcome)
    .run();
}
