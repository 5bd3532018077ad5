/** How many tenants of a shard stand: a fixed number of queries for all of them. */
import { isWholeBackup } from "../backups/whole-backups.ts";
import { OPERATION_TYPES, QUIET_TYPES } from "../../contract/operation-types.ts";
import type { EndedRun } from "../../runs/facts/cures.ts";
import type { ProjectionRow } from "../../runs/facts/projection-row.ts";
import { and, desc, sql } from "drizzle-orm";
import type { TenantDatabase } from "../databases.ts";
import { ENDED_LOOKED_THROUGH } from "../runs/failed-runs.ts";
import { selectRuns, TOLD, toProjectionRow } from "../runs/operation-runs.ts";
import { operationRuns as r } from "../runs/tables.ts";
import { rowsOf } from "../sql/read.ts";

/** Of each tenant, the newest so many failures are looked at. */
export const FAILURES_LOOKED_AT = 20;

export interface StandingRow {
  id: string;
  criticalFindings: number;
  running: number;
  lastSyncAt: number | null;
  lastBackupAt: number | null;
  connectedId: string | null;
  credentialEndsAt: number | null;
  refused: number;
}

/** A row for each of the tenants. One query, in which each fact is looked up by an index of its table. */
export async function readStandings(
  database: TenantDatabase,
  tenantIds: readonly string[],
  now: number,
): Promise<StandingRow[]> {
  const { results } = await database
    .prepare(STANDINGS)
    .bind(JSON.stringify(tenantIds), now, OPERATION_TYPES["inventory.sync"].subject("all"))
    .all<StandingRow>();
  return results;
}

/** Types whose runs are not told, as a list of SQL. */
const QUIET = QUIET_TYPES.map((type) => `'${type}'`).join(", ");
const ENDED_WELL = "outcome in ('succeeded', 'partially_succeeded')";

/** The statuses are written out: SQLite does not use partial indexes for bound ones. */
const STANDINGS = `select t.value as id,
  (select count(*) from baseline_findings f where f.tenant_id = t.value and f.status in ('open', 'accepted')
    and f.severity_rank = 0 and (f.status = 'open' or f.accepted_until <= ?2)) as criticalFindings,
  (select count(*) from operation_runs a where a.tenant_id = t.value and a.status <> 'completed'
    and a.type not in (${QUIET})) as running,
  (select s.created_at from operation_runs s where s.tenant_id = t.value and s.type = 'inventory.sync'
    and s.${ENDED_WELL} and (s.subject is null or s.subject = ?3) and s.retry_of is null
    order by s.created_at desc limit 1) as lastSyncAt,
  (select b.created_at from operation_runs b where b.tenant_id = t.value and b.type = 'backup-set.add-policies'
    and ${isWholeBackup("b")} order by b.created_at desc limit 1) as lastBackupAt,
  (select c.tenant_id from tenant_connections c where c.tenant_id = t.value limit 1) as connectedId,
  (select min(c.credential_ends_at) from tenant_connections c where c.tenant_id = t.value) as credentialEndsAt,
  exists (select 1 from inventory_families i where i.tenant_id = t.value
    and i.last_reason_code = 'credentials_rejected' and i.last_attempt_at > coalesce(
      (select c.connected_at from tenant_connections c where c.tenant_id = t.value and c.purpose = 'read'), 0)) as refused
from json_each(?1) t`;

/** A failed run of one of several tenants. */
export interface FailedRunKey {
  id: string;
  tenantId: string;
  type: string;
}

/** The newest failures of each tenant, the last ended first, and one more where there are more: at most `FAILURES_LOOKED_AT + 1` each. One query. */
export async function readNewestFailures(
  database: TenantDatabase,
  tenantIds: readonly string[],
): Promise<FailedRunKey[]> {
  const { results } = await database
    .prepare(
      `select r.id, r.tenant_id as tenantId, r.type from json_each(?1) t cross join operation_runs r
       where r.id in (select n.id from operation_runs n
         where n.tenant_id = t.value and n.outcome in ('failed', 'partially_succeeded') and n.type not in (${QUIET})
         order by n.completed_at desc, n.id desc limit ?2)
       order by r.completed_at desc, r.id desc`,
    )
    .bind(JSON.stringify(tenantIds), FAILURES_LOOKED_AT + 1)
    .all<FailedRunKey>();
  return results;
}

/**
 * What `listEndedRuns` reads of one tenant, of several: the newest completed runs of each type of each tenant. One query; none for no type.
 */
export async function readEndedRuns(
  database: TenantDatabase,
  types: readonly { tenantId: string; type: string }[],
): Promise<(EndedRun & { tenantId: string })[]> {
  if (types.length === 0) return [];
  const { results } = await database
    .prepare(
      `select r.id, r.tenant_id as tenantId, r.type, r.outcome, r.identity, r.retry_of as retryOf,
         case when r.type = 'inventory.sync' then r.input end as input, r.created_at as createdAt, r.completed_at as completedAt
       from json_each(?1) t cross join operation_runs r
       where r.id in (select n.id from operation_runs n
         where n.tenant_id = t.value ->> 'tenantId' and n.type = t.value ->> 'type' and n.status = 'completed'
         order by n.created_at desc, n.id desc limit ?2) and r.completed_at is not null`,
    )
    .bind(JSON.stringify(types), ENDED_LOOKED_THROUGH)
    .all<EndedRun & { tenantId: string }>();
  return results;
}

/** Runs of several tenants that are not completed, the newest first. One query. */
export async function listActiveRunsOf(
  database: TenantDatabase,
  tenantIds: readonly string[],
  limit: number,
): Promise<ProjectionRow[]> {
  const rows = await rowsOf(
    selectRuns(database)
      .where(
        and(
          sql`${r.status} <> 'completed' and ${r.tenantId} in (select value from json_each(${JSON.stringify(tenantIds)}))`,
          TOLD,
        ),
      )
      .orderBy(desc(r.createdAt), desc(r.id))
      .limit(limit),
  );
  return rows.map(toProjectionRow);
}
