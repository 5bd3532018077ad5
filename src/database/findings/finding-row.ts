/** A finding's row, as it is and as a comparison left it, between D1 and the contract. */
import { z } from "zod";
import { findingAddress } from "../../contract/console-addresses.ts";
import {
  type ComparisonFinding,
  type Finding,
  findingKindSchema,
  findingStatusSchema,
  severitySchema,
} from "../../contract/baselines.ts";
import { familyByKey } from "../../graph/families.ts";
import { encodePolicyId } from "../inventory/policy-id.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";

export const factsRowSchema = z.object({
  finding_id: z.string(),
  baseline_id: z.string(),
  baseline_name: z.string(),
  key: z.string(),
  kind: findingKindSchema,
  family: z.string(),
  graph_id: z.string().nullable(),
  name: z.string(),
  severity: severitySchema,
  severity_rank: z.int(),
  rule: z.string(),
  message: z.string(),
  status: findingStatusSchema,
  changes_hash: z.string(),
  change_count: z.int(),
  checked: z.int(),
});

export function toFacts(row: z.infer<typeof factsRowSchema>, tenantSlug: string): ComparisonFinding {
  return {
    id: row.finding_id,
    baseline: { id: row.baseline_id, name: row.baseline_name },
    kind: row.kind,
    family: row.family,
    familyLabel: familyByKey(row.family)?.label ?? row.family,
    graphId: row.graph_id,
    policyId: row.graph_id === null ? null : encodePolicyId({ family: row.family, graphId: row.graph_id }),
    name: row.name,
    severity: row.severity,
    rule: row.rule,
    message: row.message,
    status: row.status,
    changeCount: row.change_count,
    changesHash: row.changes_hash,
    checked: row.checked === 1,
    href: findingAddress(tenantSlug, row.finding_id),
  };
}

export const findingRowSchema = factsRowSchema.extend({
  accepted_reason: z.string().nullable(),
  accepted_by: z.string().nullable(),
  accepter_name: z.string().nullable(),
  accepted_at: z.int().nullable(),
  accepted_until: z.int().nullable(),
  first_seen_at: z.int(),
  first_comparison_id: z.string(),
  last_seen_at: z.int(),
  last_comparison_id: z.string(),
  resolved_at: z.int().nullable(),
});

export function toFinding(row: z.infer<typeof findingRowSchema>, tenantSlug: string): Finding {
  const { accepted_reason: reason, accepted_by: by, accepted_at: at, accepted_until: until } = row;
  return {
    ...toFacts(row, tenantSlug),
    acceptance:
      reason === null || at === null || until === null
        ? null
        : {
            reason,
            by: personOf(by, row.accepter_name),
            at: isoTime(at),
            until: isoTime(until),
            expired: row.status !== "accepted",
          },
    firstSeenAt: isoTime(row.first_seen_at),
    firstComparisonId: row.first_comparison_id,
    lastSeenAt: isoTime(row.last_seen_at),
    lastComparisonId: row.last_comparison_id,
    resolvedAt: isoTimeOrNull(row.resolved_at),
  };
}
