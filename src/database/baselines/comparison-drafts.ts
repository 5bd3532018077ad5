/** What a comparison has found, in rows of its own, until `comparison-sealing.ts` makes it count. */
import type { FindingKind, Severity } from "../../contract/baselines.ts";
import type { PolicyPosition } from "./baseline-building.ts";
import { COMPARISON_OPEN } from "./comparison-work.ts";
import { jsonLists } from "../sql/json-lists.ts";
import type { TenantDatabase } from "../databases.ts";

/** A finding as a comparison found it, before it counts. */
export interface DraftFinding {
  id: string;
  key: string;
  kind: FindingKind;
  family: string;
  graphId: string | null;
  name: string;
  severity: Severity;
  severityRank: number;
  rule: string;
  message: string;
  changesHash: string;
  changeCount: number;
  detailHash: string | null;
}

/** Stores a page of what was found: drafts, and the normal forms of added policies. Durable when it resolves; repeatable. */
export async function recordDrafts(
  database: TenantDatabase,
  comparison: { id: string; tenantId: string },
  drafts: readonly DraftFinding[],
  addedForms: readonly (PolicyPosition & { normalHash: string })[],
): Promise<void> {
  const statements = [
    ...jsonLists(drafts).map((list) =>
      database
        .prepare(
          `insert into comparison_findings (comparison_id, finding_id, tenant_id, key, kind, family, graph_id, name, severity,
                 severity_rank, rule, message, status, changes_hash, change_count, detail_hash, checked)
           select ?1, d.value ->> 'id', ?2, d.value ->> 'key', d.value ->> 'kind', d.value ->> 'family',
                  d.value ->> 'graphId', d.value ->> 'name', d.value ->> 'severity', d.value ->> 'severityRank',
                  d.value ->> 'rule', d.value ->> 'message', 'open', d.value ->> 'changesHash', d.value ->> 'changeCount',
                  d.value ->> 'detailHash', 1
             from json_each(?3) d where ${COMPARISON_OPEN}
               on conflict do nothing`,
        )
        .bind(comparison.id, comparison.tenantId, list),
    ),
    ...jsonLists(addedForms).map((list) =>
      database
        .prepare(
          `update comparison_candidates set normal_hash = a.value ->> 'normalHash' from json_each(?2) a
            where comparison_id = ?1 and family = a.value ->> 'family' and graph_id = a.value ->> 'graphId'
              and ${COMPARISON_OPEN}`,
        )
        .bind(comparison.id, list),
    ),
  ];
  if (statements.length > 0) await database.batch(statements);
}

/** Content that as many policies of a family lost as gained: they went, and came back under other ids. */
const TWINS = `
  select gone.family, gone.hash
    from (select family, baseline_hash as hash, count(*) as policies from comparison_candidates
           where comparison_id = ?1 and kind = 'removed' group by family, baseline_hash) gone
    join (select family, normal_hash as hash, count(*) as policies from comparison_candidates
           where comparison_id = ?1 and kind = 'added' group by family, normal_hash) come
      on come.family = gone.family and come.hash = gone.hash and come.policies = gone.policies`;

/**
 * What only the whole can tell: puts the given judgement onto the drafts of policies that went and came back (a normal form
 * holds the name and the assignments too), and takes back what was drafted of families that turned out unknown. Repeatable.
 */
export async function recordAfterthoughts(
  database: TenantDatabase,
  comparisonId: string,
  recreated: readonly {
    kind: "added" | "removed";
    severity: Severity;
    severityRank: number;
    rule: string;
    message: string;
  }[],
): Promise<void> {
  await database.batch([
    database
      .prepare(
        `update comparison_findings
            set severity = j.value ->> 'severity', severity_rank = j.value ->> 'severityRank', rule = j.value ->> 'rule',
                message = j.value ->> 'message'
           from json_each(?2) j
          where comparison_id = ?1 and comparison_findings.kind = j.value ->> 'kind' and ${COMPARISON_OPEN}
            and (family, graph_id) in (
                  select c.family, c.graph_id from comparison_candidates c
                    join (${TWINS}) t on t.family = c.family and t.hash = coalesce(c.normal_hash, c.baseline_hash)
                   where c.comparison_id = ?1 and c.kind in ('added', 'removed'))`,
      )
      .bind(comparisonId, JSON.stringify(recreated)),
    database
      .prepare(
        `delete from comparison_findings
          where comparison_id = ?1 and kind <> 'unknown' and ${COMPARISON_OPEN}
            and family in (select family from comparison_families where comparison_id = ?1 and unknown_code is not null)`,
      )
      .bind(comparisonId),
  ]);
}
