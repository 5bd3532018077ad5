/**
 * What is due: whose time is over and that nothing keeps. The preview counts by these queries and the sweep removes by them, so what was
 * shown is what goes. A thing that refers to another and is due itself does not keep it.
 */
import { z } from "zod";
import type { RetentionKey, RetentionRules } from "../../contract/retention.ts";
import type { TenantDatabase } from "../databases.ts";

const DAY_MS = 86_400_000;

/** The kinds that are removed by their rows; of packs the file goes, by the pack's own end. */
export type DueKind = Exclude<RetentionKey, "reviewPacks" | "audit">;

/** What is older goes, in milliseconds since the epoch; -1 where all is kept. */
export type Cutoffs = Readonly<Record<DueKind | "audit", number>>;

export function cutoffsOf(rules: RetentionRules, now: number): Cutoffs {
  const before = (days: number | null): number => (days === null ? -1 : now - days * DAY_MS);
  return {
    plans: before(rules.plans),
    snapshots: before(rules.snapshots),
    comparisons: before(rules.comparisons),
    runs: before(rules.runs),
    versions: before(rules.versions),
    changes: before(rules.changes),
    audit: before(rules.audit),
  };
}

/** The values of a query by `dueQuery`, in the order of its parameters. */
export function dueValues(tenantId: string, cutoffs: Cutoffs): (string | number)[] {
  const { plans, snapshots, comparisons, runs, versions, changes } = cutoffs;
  return [tenantId, plans, snapshots, comparisons, runs, versions, changes];
}

/** How many parameters `dueQuery` takes. */
export const DUE_PARAMETERS = 7;

/** The things of a query: comparisons and findings share a rule, packs go with their snapshots. */
export type DueThing = DueKind | "packs" | "findings";

/**
 * A query of the `id`s of all things that are due; of versions and changes, which have none, of their row ids. Its parameters are numbered
 * from `first`, and bound to `dueValues`.
 */
export function dueQuery(thing: DueThing, first = 1): string {
  const [tenant = "", plans = "", snapshots = "", comparisons = "", runs = "", versions = "", changes = ""] =
    Array.from({ length: DUE_PARAMETERS }, (_, index) => `?${first + index}`);
  const underWay = (type: string) =>
    `exists (select 1 from operation_runs u where u.tenant_id = ${tenant} and u.status <> 'completed' and u.type = '${type}')`;
  const ended = (run: string) =>
    `exists (select 1 from operation_runs e where e.id = ${run} and e.status = 'completed')`;
  const unresolved = `select family, graph_id from baseline_findings
                       where tenant_id = ${tenant} and status in ('open', 'accepted') and graph_id is not null`;
  return `with
  -- All parameters are bound, whichever of the queries below is asked.
  bound as (select ${tenant}, ${plans}, ${snapshots}, ${comparisons}, ${runs}, ${versions}, ${changes}),
  due_plans as (
    select p.id from restore_plans p
     where p.tenant_id = ${tenant} and p.created_at < ${plans} and p.status <> 'preparing'
       and coalesce((select max(j.at) from restore_journal j where j.plan_id = p.id), 0) < ${plans}
       and not exists (select 1 from operation_runs u where u.tenant_id = ${tenant} and u.status <> 'completed'
                          and u.type = 'policy.restore' and u.input ->> 'planId' = p.id)),
  due_snapshots as (
    select s.id from evidence_snapshots s
     where s.tenant_id = ${tenant} and s.taken_at < ${snapshots}
       and (s.status <> 'building' or ${ended("s.run_id")})
       and s.id is not (select n.id from evidence_snapshots n where n.tenant_id = ${tenant} and n.status = 'complete'
                         order by n.taken_at desc, n.id desc limit 1)
       and not exists (select 1 from review_packs p
                        where p.tenant_id = ${tenant} and p.snapshot_id = s.id and p.status in ('writing', 'complete'))
       and not ${underWay("review-pack.generate")}),
  due_packs as (
    select p.id from review_packs p
     where p.tenant_id = ${tenant} and p.snapshot_id in (select id from due_snapshots)),
  due_comparisons as (
    select c.id from baseline_comparisons c
     where c.tenant_id = ${tenant} and c.created_at < ${comparisons}
       and (c.status <> 'building' or ${ended("c.run_id")})
       and (c.status <> 'sealed' or exists (
             select 1 from baseline_comparisons n
              where n.baseline_id = c.baseline_id and n.status = 'sealed' and (n.created_at, n.id) > (c.created_at, c.id)))
       and not exists (select 1 from baseline_findings f
                        where f.baseline_id = c.baseline_id and f.status in ('open', 'accepted')
                          and c.id in (f.first_comparison_id, f.last_comparison_id))),
  due_findings as (
    select f.id from baseline_findings f
     where f.tenant_id = ${tenant} and f.status = 'resolved' and f.resolved_at < ${comparisons}
       and not exists (select 1 from finding_events e join baseline_comparisons c on c.id = e.comparison_id
                        where e.finding_id = f.id and c.id not in (select id from due_comparisons))
       and not ${underWay("baseline.compare")}),
  due_runs as (
    select r.id from operation_runs r
     where r.tenant_id = ${tenant} and r.status = 'completed' and r.completed_at < ${runs}
       and exists (select 1 from operation_runs n
                    where n.tenant_id = r.tenant_id and n.type = r.type and n.created_at > r.created_at)
       and not exists (select 1 from operation_runs n where n.retry_of = r.id and n.status <> 'completed')
       and not exists (select 1 from cancel_intents i where i.run_id = r.id)
       and not exists (select 1 from baselines b where b.run_id = r.id)
       and not exists (select 1 from tenant_exports x
                        where x.run_id = r.id and x.status in ('writing', 'assembling', 'complete'))
       and not exists (select 1 from evidence_snapshots s where s.run_id = r.id and s.id not in (select id from due_snapshots))
       and not exists (select 1 from review_packs p where p.run_id = r.id and p.id not in (select id from due_packs))
       and not exists (select 1 from baseline_comparisons c
                        where c.run_id = r.id and c.id not in (select id from due_comparisons))
       and not exists (select 1 from restore_plans p
                        where (p.run_id = r.id or (r.type = 'policy.restore' and p.id = r.input ->> 'planId'))
                          and p.id not in (select id from due_plans))
       and not (r.type = 'backup-set.add-policies' and exists (
                 select 1 from backup_sets b where b.id = r.input ->> 'backupSetId' and b.status <> 'deleted'))),
  due_versions as (
    select v.rowid as id from policy_versions v
     where v.tenant_id = ${tenant} and v.seen_at < ${versions}
       and exists (select 1 from policy_versions n
                    where n.tenant_id = v.tenant_id and n.family = v.family and n.graph_id = v.graph_id
                      and n.version_number > v.version_number and n.seen_at < ${versions})
       and not exists (select 1 from backup_set_items i where i.tenant_id = v.tenant_id and i.content_hash = v.content_hash)
       and not exists (select 1 from baseline_policies b where b.tenant_id = v.tenant_id and b.content_hash = v.content_hash)
       and not exists (select 1 from evidence_items e
                         join evidence_snapshots s on s.id = e.snapshot_id and s.tenant_id = v.tenant_id
                        where e.content_hash = unhex(v.content_hash) and s.id not in (select id from due_snapshots))
       and (v.family, v.graph_id) not in (${unresolved})),
  due_changes as (
    select c.rowid as id from policy_changes c where c.tenant_id = ${tenant} and c.at < ${changes})
  select id from due_${thing}`;
}

const countSchema = z.object({ n: z.int() });

/** How many things of a kind are due; exact. One query. */
export async function countDue(
  database: TenantDatabase,
  { tenantId, cutoffs }: { tenantId: string; cutoffs: Cutoffs },
  thing: DueThing,
): Promise<number> {
  const found = await database
    .prepare(`select count(*) as n from (${dueQuery(thing)})`)
    .bind(...dueValues(tenantId, cutoffs))
    .first();
  return countSchema.parse(found).n;
}
