/** A finding's row, as it is and as a comparison left it, between D1 and the contract. */
import { type SQL, sql } from "drizzle-orm";
import { findingAddress } from "../../contract/console-addresses.ts";
import type { ComparisonFinding, Finding } from "../../contract/baselines.ts";
import { familyByKey } from "../../graph/families.ts";
import { encodePolicyId } from "../inventory/policy-id.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { baselineFindings, type comparisonFindings } from "./tables.ts";

/** A finding's status at a moment: an acceptance that has run out is none, whether or not a sweep has come by. */
export function statusAt(now: number): SQL<FindingRow["status"]> {
  const { status, acceptedUntil } = baselineFindings;
  return sql`case when ${status} = 'accepted' and ${acceptedUntil} <= ${now} then 'open' else ${status} end`.mapWith(
    status,
  );
}

type FindingRow = typeof baselineFindings.$inferSelect;

/** What a finding and a comparison's record of it have in common, with the baseline's name. */
export interface FactsRow extends Omit<
  typeof comparisonFindings.$inferSelect,
  "comparisonId" | "tenantId" | "detailHash"
> {
  baselineId: string;
  baselineName: string;
  isOfStandard: number;
}

export function toFacts(row: FactsRow, tenantSlug: string): ComparisonFinding {
  const { family, graphId } = row;
  return {
    id: row.findingId,
    baseline: { id: row.baselineId, name: row.baselineName },
    isOfStandard: row.isOfStandard === 1,
    kind: row.kind,
    family,
    familyLabel: familyByKey(family)?.label ?? family,
    graphId,
    policyId: graphId === null ? null : encodePolicyId({ family, graphId }),
    name: row.name,
    severity: row.severity,
    rule: row.rule,
    message: row.message,
    status: row.status,
    changeCount: row.changeCount,
    changesHash: row.changesHash,
    checked: row.checked,
    href: findingAddress(tenantSlug, row.findingId),
  };
}

export interface FindingWithNames extends Omit<FindingRow, "id" | "tenantId" | "detailHash">, FactsRow {
  accepterName: string | null;
}

export function toFinding(row: FindingWithNames, tenantSlug: string): Finding {
  const { acceptedReason: reason, acceptedBy: by, acceptedAt: at, acceptedUntil: until } = row;
  return {
    ...toFacts(row, tenantSlug),
    acceptance:
      reason === null || at === null || until === null
        ? null
        : {
            reason,
            by: personOf(by, row.accepterName),
            at: isoTime(at),
            until: isoTime(until),
            expired: row.status !== "accepted",
          },
    firstSeenAt: isoTime(row.firstSeenAt),
    firstComparisonId: row.firstComparisonId,
    lastSeenAt: isoTime(row.lastSeenAt),
    lastComparisonId: row.lastComparisonId,
    resolvedAt: isoTimeOrNull(row.resolvedAt),
  };
}
