/**
 * What waits for another administrator's approval: items of a run whose last attempt was parked, and that have no result. Of a run that was
 * canceled, what is still open in Intune.
 */
import { z } from "zod";
import type { RestoreApproval } from "../../contract/restore.ts";
import { familyByKey } from "../../graph/families.ts";
import { APPROVAL_LIFETIME_MS } from "../../graph/restore/approval-times.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { isoTime } from "../sql/time.ts";
import type { TenantDatabase } from "../databases.ts";

export interface RestoreApprovalListRequest {
  tenantId: string;
  runId: string;
  cursor: string | null;
  limit: number;
}

const rowSchema = z.object({
  ordinal: z.int(),
  family: z.string(),
  name: z.string(),
  code: z.string(),
  at: z.int(),
});

/**
 * A restore's items that wait for an approval, in the order of the plan. Once the run has ended there are none, but for a canceled one: its
 * requests stay open in Intune until they are decided, withdrawn or void. Null when the tenant has no such run. Two queries of one moment, by
 * keys: they read the plan's journal.
 * @param now milliseconds since the epoch
 */
export async function listRestoreApprovals(
  database: TenantDatabase,
  { tenantId, runId, cursor, limit }: RestoreApprovalListRequest,
  now: number,
): Promise<Page<RestoreApproval> | null> {
  const after = decodeCursor(cursor, z.tuple([z.int()]));
  const [owned, waiting] = await database.batch([
    database
      .prepare("select 1 from operation_runs where id = ?1 and tenant_id = ?2 and type = 'policy.restore'")
      .bind(runId, tenantId),
    database.prepare(WAITING).bind(runId, tenantId, after?.[0] ?? -1, oneMore(limit), now - APPROVAL_LIFETIME_MS),
  ]);
  if (owned?.results.length !== 1) return null;
  return mapPage(
    pageOf(z.array(rowSchema).parse(waiting?.results), limit, (last) => [last.ordinal]),
    ({ ordinal, family, name, code, at }): RestoreApproval => ({
      ordinal,
      family,
      familyLabel: familyByKey(family)?.label ?? family,
      name,
      approvalCode: code,
      askedAt: isoTime(at),
      expiresAt: isoTime(at + APPROVAL_LIFETIME_MS),
    }),
  );
}

/** Separate so that a test can ask the database for its plan. */
export const WAITING = `
  select j.ordinal, i.family, i.name, json_extract(j.entry, '$.outcome.code') as code, j.at
    from operation_runs o
    cross join restore_journal j on j.plan_id = json_extract(o.input, '$.planId') and j.ordinal > ?3 and j.tenant_id = ?2
    cross join restore_plan_items i on i.plan_id = j.plan_id and i.ordinal = j.ordinal
   where o.id = ?1 and o.tenant_id = ?2 and o.type = 'policy.restore'
     and (o.status <> 'completed' or (o.outcome = 'canceled' and j.at > ?5))
     and json_extract(j.entry, '$.outcome.kind') = 'parked'
     and not exists (select 1 from restore_journal later
                      where later.plan_id = j.plan_id and later.ordinal = j.ordinal and later.seq > j.seq)
     and not exists (select 1 from restore_results r where r.run_id = o.id and r.ordinal = j.ordinal)
   order by j.ordinal
   limit ?4`;
