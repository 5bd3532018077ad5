/** The end of acceptances: by the clock, so it may come by a sweep or by the next comparison, and is told once. */
import { notFenced } from "../moves/fences.ts";
import type { TenantDatabase } from "../databases.ts";

/** The event of each acceptance that a condition says has run out, at the time when it did. Repeatable. */
export function expiredEvents(condition: string): string {
  return `insert into finding_events (finding_id, id, tenant_id, at, event)
    select id, 'expired/' || accepted_at, tenant_id, accepted_until, 'acceptance_expired'
      from baseline_findings where status = 'accepted' and ${condition}
        on conflict do nothing`;
}

/** Opens them again. What was accepted, until when, stays to be seen until somebody or the next comparison decides anew. */
export function reopenExpired(condition: string): string {
  return `update baseline_findings set status = 'open' where status = 'accepted' and ${condition}`;
}

/** Over all tenants, by an index of what is accepted. One batch of two statements. */
export async function expireAcceptances(database: TenantDatabase, now: number): Promise<void> {
  const over = `accepted_until <= ?1 and ${notFenced("baseline_findings.tenant_id")}`;
  await database.batch([expiredEvents(over), reopenExpired(over)].map((sql) => database.prepare(sql).bind(now)));
}
