/** Writing what the audit logs tell, and how far they were read. */
import type { ChangeLog } from "../../contract/changes.ts";
import type { RecordedChange } from "../../graph/change-log/read-event.ts";
import { jsonLists } from "../sql/json-lists.ts";
import type { TenantDatabase } from "../databases.ts";

const INSERT = `
  insert into policy_changes (tenant_id, event_id, resource_id, log, resource_type, at, actor_kind, actor_id, actor_name,
         application_id, application_name, activity, operation, ours, properties, properties_cut)
  select ?1, c.value ->> 'eventId', c.value ->> 'resourceId', c.value ->> 'log', c.value ->> 'resourceType', c.value ->> 'at',
         c.value ->> 'actorKind', c.value ->> 'actorId', c.value ->> 'actorName', c.value ->> 'applicationId',
         c.value ->> 'applicationName', c.value ->> 'activity', c.value ->> 'operation',
         coalesce(c.value ->> 'applicationId' = ?2, 0), c.value -> 'properties', c.value ->> 'propertiesCut'
    from json_each(?3) c where true
      on conflict do nothing`;

/**
 * Stores changes, each once: a row that is there stays as it is. `ownClientId` is the application of the tenant's connection; what it
 * changed is ours. One statement for every 400 kB.
 */
export async function recordChanges(
  database: TenantDatabase,
  tenantId: string,
  ownClientId: string,
  changes: readonly RecordedChange[],
): Promise<void> {
  const statements = jsonLists(changes).map((list) => database.prepare(INSERT).bind(tenantId, ownClientId, list));
  if (statements.length > 0) await database.batch(statements);
}

interface Attempt {
  tenantId: string;
  log: ChangeLog;
  runId: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * Records that no event between the two times is missing. A span that begins where the covered one ends, or inside it, continues it;
 * after a gap coverage begins anew.
 */
export async function recordCoverage(
  database: TenantDatabase,
  { tenantId, log, runId, at, from, until }: Attempt & { from: number; until: number },
): Promise<void> {
  await database
    .prepare(
      `insert into change_logs (tenant_id, log, covered_from, covered_until, last_attempt_at, last_run_id)
       values (?1, ?2, ?5, ?6, ?4, ?3)
           on conflict (tenant_id, log) do update set
              covered_from = case when ?5 > coalesce(covered_until, -1) then ?5 else min(covered_from, ?5) end,
              covered_until = max(coalesce(covered_until, 0), ?6),
              last_attempt_at = ?4, reason_code = null, reason_message = null, last_run_id = ?3`,
    )
    .bind(tenantId, log, runId, at, from, until)
    .run();
}

/** Records why a log could not be read. What was covered stays covered. */
export async function recordLogFailure(
  database: TenantDatabase,
  { tenantId, log, runId, at, code, message }: Attempt & { code: string; message: string },
): Promise<void> {
  await database
    .prepare(
      `insert into change_logs (tenant_id, log, last_attempt_at, reason_code, reason_message, last_run_id)
       values (?1, ?2, ?4, ?5, ?6, ?3)
           on conflict (tenant_id, log) do update set
              last_attempt_at = ?4, reason_code = ?5, reason_message = ?6, last_run_id = ?3`,
    )
    .bind(tenantId, log, runId, at, code, message)
    .run();
}
