/** What is known of each family of a tenant, so that "none" and "could not be read" never look alike. */
import { z } from "zod";
import type { FamilyState } from "../../contract/inventory.ts";
import { FAMILIES } from "../../graph/families.ts";

const rowSchema = z.object({
  family: z.string(),
  policy_count: z.int(),
  last_complete_at: z.int().nullable(),
  last_attempt_at: z.int(),
  last_outcome: z.enum(["succeeded", "failed"]),
  last_reason_code: z.string().nullable(),
  last_reason_message: z.string().nullable(),
});

/** Every family of the catalogue, in its order, with what the tenant's inventory knows of it. One query. */
export async function listFamilyStates(database: D1Database, tenantId: string): Promise<FamilyState[]> {
  const { results } = await database
    .prepare(
      `select family, policy_count, last_complete_at, last_attempt_at, last_outcome, last_reason_code, last_reason_message
         from inventory_families where tenant_id = ?`,
    )
    .bind(tenantId)
    .all();
  const stored = new Map(
    z
      .array(rowSchema)
      .parse(results)
      .map((row) => [row.family, row]),
  );
  return FAMILIES.map((family) => {
    const row = stored.get(family.key);
    return {
      key: family.key,
      label: family.label,
      platform: family.meaning.platform.kind === "fixed" ? family.meaning.platform.platform : null,
      readPermission: family.reading.permission,
      policyCount: row?.policy_count ?? 0,
      lastCompleteAt: isoTime(row?.last_complete_at ?? null),
      lastAttemptAt: isoTime(row?.last_attempt_at ?? null),
      lastOutcome: row?.last_outcome ?? null,
      lastReason:
        row && row.last_reason_code !== null
          ? { code: row.last_reason_code, message: row.last_reason_message ?? "" }
          : null,
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
export async function recordFailedReading(database: D1Database, failed: FailedReading): Promise<void> {
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

function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
