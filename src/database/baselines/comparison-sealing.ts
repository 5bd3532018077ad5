/**
 * The one transaction in which a comparison begins to count: histories, findings, what the comparison left behind, what is told
 * of it, and its seal. All or nothing, and once: every statement asks whether the comparison is still open, and the last one closes it.
 *
 * ?1 is the comparison, ?2 its baseline, ?3 the time.
 */
import { z } from "zod";
import type { ComparisonCounts } from "../../contract/baselines.ts";
import { readComparisonCounts } from "./comparison-counts.ts";
import { COMPARISON_OPEN } from "./comparison-work.ts";
import { comparisonNews } from "../news/events.ts";
import { expiredEvents, reopenExpired } from "../findings/finding-expiry.ts";
import type { TenantDatabase } from "../databases.ts";

/** Acceptances that have run out are over before anything else is looked at. */
const EXPIRED = `baseline_id = ?2 and accepted_until <= ?3 and ${COMPARISON_OPEN}`;

/** What the comparison has just seen, against how its finding was until now (`f`). */
const SEEN_EVENTS = `
  insert into finding_events (finding_id, id, tenant_id, at, event, comparison_id)
  select c.finding_id, ?1 || '/' || e.value, c.tenant_id, ?3, e.value, ?1
    from comparison_findings c
    left join baseline_findings f on f.id = c.finding_id
    join json_each('["appeared","reappeared","changed","reopened"]') e
      on case e.value
           when 'appeared' then f.id is null
           when 'reappeared' then f.status = 'resolved'
           when 'changed' then f.status in ('open', 'accepted') and f.changes_hash <> c.changes_hash
           when 'reopened' then f.status = 'accepted' and f.changes_hash <> c.changes_hash
         end
   where c.comparison_id = ?1 and ${COMPARISON_OPEN}
      on conflict do nothing`;

/** Not seen any more, in a family of which all was seen. */
const RESOLVED_EVENTS = `
  insert into finding_events (finding_id, id, tenant_id, at, event, comparison_id)
  select f.id, ?1 || '/resolved', f.tenant_id, ?3, 'resolved', ?1
    from baseline_findings f
   where f.baseline_id = ?2 and f.status in ('open', 'accepted') and ${COMPARISON_OPEN}
     and not exists (select 1 from comparison_findings c where c.comparison_id = ?1 and c.finding_id = f.id)
     and not exists (select 1 from comparison_families u
                      where u.comparison_id = ?1 and u.family = f.family and u.unknown_code is not null)
     and not exists (select 1 from comparison_candidates r
                      where r.comparison_id = ?1 and r.kind = 'unread' and r.family = f.family and r.graph_id = f.graph_id)
      on conflict do nothing`;

/** An acceptance is kept only over the very differences that it was given for. */
const KEPT = "status = 'accepted' and changes_hash = excluded.changes_hash";
const MERGE_SEEN = `
  insert into baseline_findings (id, tenant_id, baseline_id, key, kind, family, graph_id, name, severity, severity_rank, rule,
         message, status, changes_hash, change_count, detail_hash, checked, first_seen_at, first_comparison_id, last_seen_at,
         last_comparison_id)
  select finding_id, tenant_id, ?2, key, kind, family, graph_id, name, severity, severity_rank, rule, message, 'open',
         changes_hash, change_count, detail_hash, 1, ?3, ?1, ?3, ?1
    from comparison_findings
   where comparison_id = ?1 and ${COMPARISON_OPEN}
      on conflict (baseline_id, key) do update set
         name = excluded.name, severity = excluded.severity, severity_rank = excluded.severity_rank, rule = excluded.rule,
         message = excluded.message, changes_hash = excluded.changes_hash, change_count = excluded.change_count,
         detail_hash = excluded.detail_hash, checked = 1, last_seen_at = ?3, last_comparison_id = ?1, resolved_at = null,
         status = case when ${KEPT} then 'accepted' else 'open' end,
         accepted_reason = case when ${KEPT} then accepted_reason end,
         accepted_by = case when ${KEPT} then accepted_by end,
         accepted_at = case when ${KEPT} then accepted_at end,
         accepted_until = case when ${KEPT} then accepted_until end`;

const RESOLVED_HERE =
  "exists (select 1 from finding_events e where e.finding_id = baseline_findings.id and e.id = ?1 || '/resolved')";
const RESOLVE = `
  update baseline_findings
     set status = 'resolved', resolved_at = ?3, checked = 1, accepted_reason = null, accepted_by = null, accepted_at = null,
         accepted_until = null
   where baseline_id = ?2 and status in ('open', 'accepted') and ${RESOLVED_HERE} and ${COMPARISON_OPEN}`;

/** Neither seen nor resolved: they stay as they are, and say so. */
const LEAVE_UNCHECKED = `
  update baseline_findings set checked = 0
   where baseline_id = ?2 and status in ('open', 'accepted') and last_comparison_id <> ?1
     and ${COMPARISON_OPEN}`;

const COPY_STATUS = `
  update comparison_findings set status = f.status from baseline_findings f
   where comparison_findings.comparison_id = ?1 and f.id = comparison_findings.finding_id and ${COMPARISON_OPEN}`;
const COPY_UNSEEN = `
  insert into comparison_findings (comparison_id, finding_id, tenant_id, key, kind, family, graph_id, name, severity,
         severity_rank, rule, message, status, changes_hash, change_count, detail_hash, checked)
  select ?1, id, tenant_id, key, kind, family, graph_id, name, severity, severity_rank, rule, message, status, changes_hash,
         change_count, detail_hash, checked
    from baseline_findings
   where baseline_id = ?2 and ${COMPARISON_OPEN}
     and ((status in ('open', 'accepted') and checked = 0) or (status = 'resolved' and ${RESOLVED_HERE}))
      on conflict do nothing`;

/** Counts of results, in cells (comparison-counts.ts): findings, and policies by what they came to. */
const SEAL = `
  update baseline_comparisons set status = 'sealed', sealed_at = ?3, counts = (
    select json_object(
      'cells', json(coalesce((
        select json_group_array(json_object('kind', kind, 'severity', severity, 'status', status, 'checked', checked,
                                            'findings', findings))
          from (select kind, severity, status, checked, count(*) as findings from comparison_findings
                 where comparison_id = ?1 group by kind, severity, status, checked)), '[]')),
      'inBaseline', (select count(*) from baseline_policies where baseline_id = ?2),
      'unknown', (select count(*) from baseline_policies p
                    join comparison_families u on u.comparison_id = ?1 and u.family = p.family
                   where p.baseline_id = ?2
                     and (u.unknown_code is not null
                          or exists (select 1 from comparison_candidates r
                                      where r.comparison_id = ?1 and r.kind = 'unread' and r.family = p.family
                                        and r.graph_id = p.graph_id))),
      'gone', (select count(distinct family || ' ' || graph_id) from comparison_findings
                where comparison_id = ?1 and status <> 'resolved' and checked = 1
                  and kind in ('removed', 'changed', 'renamed', 'assignments')),
      'added', (select count(*) from comparison_findings
                 where comparison_id = ?1 and status <> 'resolved' and checked = 1 and kind = 'added')))
   where id = ?1 and ${COMPARISON_OPEN}`;

const DROP_CANDIDATES = `
  delete from comparison_candidates
   where comparison_id = ?1
     and exists (select 1 from baseline_comparisons o where o.id = ?1 and o.status = 'sealed')`;

/** In this order, each with the highest number of its parameters. */
const STATEMENTS: readonly { sql: string; parameters: 1 | 2 | 3 }[] = [
  { sql: expiredEvents(EXPIRED), parameters: 3 },
  { sql: reopenExpired(EXPIRED), parameters: 3 },
  { sql: SEEN_EVENTS, parameters: 3 },
  { sql: RESOLVED_EVENTS, parameters: 3 },
  { sql: MERGE_SEEN, parameters: 3 },
  { sql: RESOLVE, parameters: 3 },
  { sql: LEAVE_UNCHECKED, parameters: 2 },
  { sql: COPY_STATUS, parameters: 1 },
  { sql: COPY_UNSEEN, parameters: 2 },
  ...comparisonNews(COMPARISON_OPEN).map((sql) => ({ sql, parameters: 3 as const })),
  { sql: SEAL, parameters: 3 },
  { sql: DROP_CANDIDATES, parameters: 1 },
];

const sealedSchema = z.object({ status: z.literal("sealed"), counts: z.string() });

/**
 * Seals the comparison with all its consequences, in one transaction. Resolves to its counts, as well when an earlier call sealed
 * it; to null when its run is over, and then nothing was changed. Fifteen statements over rows of one baseline.
 */
export async function sealComparison(
  database: TenantDatabase,
  comparison: { id: string; baselineId: string },
  at: number,
): Promise<ComparisonCounts | null> {
  const bound = [comparison.id, comparison.baselineId, at];
  const results = await database.batch([
    ...STATEMENTS.map(({ sql, parameters }) => database.prepare(sql).bind(...bound.slice(0, parameters))),
    database.prepare("select status, counts from baseline_comparisons where id = ?1").bind(comparison.id),
  ]);
  const sealed = sealedSchema.safeParse(results.at(-1)?.results[0]);
  return sealed.success ? readComparisonCounts(sealed.data.counts) : null;
}
