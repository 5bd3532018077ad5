/** Merging one family where a test has only one. */
import type { TenantDatabase } from "../../src/database/databases.ts";
import { type FamilyReading, mergeFamilies, type MergedFamily } from "../../src/database/inventory/inventory-merge.ts";

export async function mergeFamily(
  database: TenantDatabase,
  { tenantId, runId, ...reading }: FamilyReading & { tenantId: string; runId: string },
): Promise<MergedFamily> {
  const merged = (await mergeFamilies(database, { tenantId, runId, readings: [reading] })).get(reading.family);
  if (merged === undefined) throw new Error(`no answer for ${reading.family}`);
  return merged;
}
