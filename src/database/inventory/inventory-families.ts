/** What is known of each family of a tenant, so that "none" and "could not be read" never look alike. */
import { eq } from "drizzle-orm";
import type { FamilyState } from "../../contract/inventory.ts";
import { FAMILIES } from "../../graph/families.ts";
import { query, rowsOf } from "../sql/read.ts";
import { isoTimeOrNull } from "../sql/time.ts";
import { inventoryFamilies } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** Every family of the catalogue, in its order, with what the tenant's inventory knows of it. One query. */
export async function listFamilyStates(database: TenantDatabase, tenantId: string): Promise<FamilyState[]> {
  const rows = await rowsOf(
    query(database).select().from(inventoryFamilies).where(eq(inventoryFamilies.tenantId, tenantId)),
  );
  const stored = new Map(rows.map((row) => [row.family, row]));
  return FAMILIES.map((family) => {
    const row = stored.get(family.key);
    return {
      key: family.key,
      label: family.label,
      platform: family.meaning.platform.kind === "fixed" ? family.meaning.platform.platform : null,
      readPermission: family.reading.permission,
      policyCount: row?.policyCount ?? 0,
      lastCompleteAt: isoTimeOrNull(row?.lastCompleteAt ?? null),
      lastAttemptAt: isoTimeOrNull(row?.lastAttemptAt ?? null),
      lastOutcome: row?.lastOutcome ?? null,
      lastReason:
        row && row.lastReasonCode !== null ? { code: row.lastReasonCode, message: row.lastReasonMessage ?? "" } : null,
    };
  });
}

export interface FailedReading {
  tenantId: string;
  family: string;
  runId: string;
  /** Milliseconds since the epoch. */
  at: number;
  reasonCode: string;
  message: string;
}

/** Records that a family could not be read. Its policies, their count and the last complete reading stay as they are. */
export async function recordFailedReading(database: TenantDatabase, failed: FailedReading): Promise<void> {
  await database
    .prepare(
      `insert into inventory_families
              (tenant_id, family, policy_count, last_attempt_at, last_outcome, last_reason_code, last_reason_message, last_run_id)
       values (?1, ?2, 0, ?4, 'failed', ?5, ?6, ?3)
           on conflict (tenant_id, family) do update set
              last_attempt_at = ?4, last_outcome = 'failed', last_reason_code = ?5, last_reason_message = ?6, last_run_id = ?3`,
    )
    .bind(failed.tenantId, failed.family, failed.runId, failed.at, failed.reasonCode, failed.message)
    .run();
}
