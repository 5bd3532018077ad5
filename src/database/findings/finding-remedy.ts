/** From which backup a finding's policy can be put back as its baseline has it. */
import { and, desc, eq, notInArray } from "drizzle-orm";
import { SEALED_ORIGINS } from "../../contract/backup-sets.ts";
import type { FindingRemedy } from "../../contract/baselines.ts";
import { backupSetItems, backupSets } from "../backups/tables.ts";
import { baselinePolicies } from "../baselines/tables.ts";
import { firstOf, query } from "../sql/read.ts";
import { isoTime } from "../sql/time.ts";
import type { TenantDatabase } from "../databases.ts";
import { baselineFindings } from "./tables.ts";

const f = baselineFindings;
const b = baselinePolicies;
const i = backupSetItems;
const s = backupSets;

/**
 * The newest backup, in a set that is not archived, of the policy in a state that equals the baseline's in all that matters (the
 * comparable hash). Null where there is none, and for findings of nothing that the baseline holds. One query, by keys and the
 * index of a policy's items.
 */
export async function findRemedy(
  database: TenantDatabase,
  tenantId: string,
  findingId: string,
): Promise<FindingRemedy["backup"]> {
  const row = await firstOf(
    query(database)
      .select({ itemId: i.id, setId: s.id, setName: s.name, capturedAt: i.capturedAt })
      .from(f)
      .innerJoin(b, and(eq(b.baselineId, f.baselineId), eq(b.family, f.family), eq(b.graphId, f.graphId)))
      .innerJoin(
        i,
        and(
          eq(i.tenantId, f.tenantId),
          eq(i.family, b.family),
          eq(i.graphId, b.graphId),
          eq(i.comparableHash, b.comparableHash),
        ),
      )
      .innerJoin(
        s,
        and(
          eq(s.id, i.backupSetId),
          eq(s.tenantId, i.tenantId),
          eq(s.status, "active"),
          // What a restore has replaced, or a standard prepared, is no backup.
          notInArray(s.origin, [...SEALED_ORIGINS]),
        ),
      )
      .where(and(eq(f.id, findingId), eq(f.tenantId, tenantId), eq(b.tenantId, tenantId)))
      .orderBy(desc(i.capturedAt), desc(i.id))
      .limit(1),
  );
  if (row === null) return null;
  return {
    backupSetId: row.setId,
    backupSetName: row.setName,
    itemId: row.itemId,
    capturedAt: isoTime(row.capturedAt),
  };
}
