/** Who made the difference that a finding tells of. */
import { and, eq, lte, max } from "drizzle-orm";
import type { Change } from "../../contract/changes.ts";
import type { Finding } from "../../contract/baselines.ts";
import { baselineFamilies } from "../baselines/tables.ts";
import { tellChanges } from "../changes/told-changes.ts";
import { policies, policyVersions } from "../inventory/tables.ts";
import { firstOf, query } from "../sql/read.ts";
import type { TenantDatabase } from "../databases.ts";

const NO_POLICY: Change = {
  unknown: { code: "no_policy", message: "The finding is about a family that could not be read, not about a change." },
};

/**
 * The latest change since the baseline's reading of the family, up to the version that the newest comparison found: what came later is of
 * another version. Five queries.
 */
export async function changeOfFinding(
  database: TenantDatabase,
  tenantId: string,
  { baseline, kind, family, graphId, lastSeenAt }: Finding,
  now: number,
): Promise<Change> {
  if (graphId === null || kind === "unknown") return NO_POLICY;
  const f = baselineFamilies;
  const v = policyVersions;
  const p = policies;
  const [read, seen, policy] = await Promise.all([
    firstOf(
      query(database)
        .select({ at: f.readAt })
        .from(f)
        .where(and(eq(f.baselineId, baseline.id), eq(f.family, family))),
    ),
    firstOf(
      query(database)
        .select({ at: max(v.seenAt) })
        .from(v)
        .where(
          and(
            eq(v.tenantId, tenantId),
            eq(v.family, family),
            eq(v.graphId, graphId),
            lte(v.seenAt, Date.parse(lastSeenAt)),
          ),
        ),
    ),
    firstOf(
      query(database)
        .select({ removedAt: p.removedAt })
        .from(p)
        .where(and(eq(p.tenantId, tenantId), eq(p.family, family), eq(p.graphId, graphId))),
    ),
  ]);
  const removal = kind === "removed";
  const until = (removal ? policy?.removedAt : seen?.at) ?? Date.parse(lastSeenAt);
  const question = { family, graphId, after: read?.at ?? 0, until, removal };
  const [change] = await tellChanges(database, tenantId, [question], now);
  return change ?? NO_POLICY;
}
