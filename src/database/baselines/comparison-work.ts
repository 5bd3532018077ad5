/**
 * What a comparison works on: itself, the moment that it took down, and its end when nothing comes of it. Every statement is bound
 * to a comparison that is still building; nothing here touches the tenant's findings.
 */
import { z } from "zod";
import { notFenced } from "../moves/fences.ts";
import type { PolicyPosition } from "./baseline-building.ts";
import type { TenantDatabase } from "../databases.ts";

/** The comparison that a run makes. One a run, so that a repeated step finds it. */
export function comparisonIdOf(runId: string): string {
  return `cmp_${runId.replace(/^run_/, "")}`;
}

/** ?1 is the comparison. A run that is over, canceled say, changes nothing any more. */
export const COMPARISON_OPEN = `exists (select 1 from baseline_comparisons o where o.id = ?1 and o.status = 'building'
    and not exists (select 1 from operation_runs r where r.id = o.run_id and r.status = 'completed'))`;

/** Creates the comparison unless it is there; durable when it resolves. */
export async function openComparison(
  database: TenantDatabase,
  comparison: {
    id: string;
    tenantId: string;
    baselineId: string;
    runId: string;
    createdAt: number;
    createdBy: string | null;
  },
): Promise<void> {
  const { id, tenantId, baselineId, runId, createdAt, createdBy } = comparison;
  await database
    .prepare(
      `insert into baseline_comparisons (id, tenant_id, baseline_id, run_id, status, created_at, created_by)
       values (?1, ?2, ?3, ?4, 'building', ?5, ?6) on conflict do nothing`,
    )
    .bind(id, tenantId, baselineId, runId, createdAt, createdBy)
    .run();
}

/**
 * The candidates' SQL; apart, so that a test can ask for its plans. ?2 is the baseline, ?3 the tenant. A standard says nothing of policies that it does not
 * have: a tenant may have others.
 */
export const FREEZE_CANDIDATES = [
  `insert into comparison_candidates (comparison_id, family, graph_id, kind, name, content_hash)
   select ?1, p.family, p.graph_id, 'added', p.name, p.content_hash
     from baseline_families f
     join policies p on p.tenant_id = ?3 and p.family = f.family and p.removed_at is null
    where f.baseline_id = ?2
      and not exists (select 1 from standard_followings s where s.id = ?2)
      and not exists (select 1 from baseline_policies b
                       where b.baseline_id = ?2 and b.family = p.family and b.graph_id = p.graph_id)
      and not exists (select 1 from unreadable_policies u
                       where u.tenant_id = ?3 and u.family = p.family and u.graph_id = p.graph_id)`,
  `insert into comparison_candidates (comparison_id, family, graph_id, kind, name, content_hash, baseline_hash)
   select ?1, b.family, b.graph_id, case when p.graph_id is null then 'removed' else 'differs' end,
          coalesce(p.name, b.name), p.content_hash, b.normal_hash
     from baseline_policies b
     left join policies p on p.tenant_id = ?3 and p.family = b.family and p.graph_id = b.graph_id and p.removed_at is null
    where b.baseline_id = ?2 and (p.graph_id is null or p.comparable_hash <> b.comparable_hash)
      and not exists (select 1 from unreadable_policies u
                       where u.tenant_id = ?3 and u.family = b.family and u.graph_id = b.graph_id)`,
] as const;

/** Of these nothing may be said: what is stored of them is not what the tenant has now. */
const FREEZE_UNREAD = `insert into comparison_candidates (comparison_id, family, graph_id, kind, name)
   select ?1, u.family, u.graph_id, 'unread', u.name
     from baseline_families f
     join unreadable_policies u on u.tenant_id = ?3 and u.family = f.family
    where f.baseline_id = ?2`;

/**
 * Takes down what is known of the baseline's families, and which policies differ by their hashes, in one transaction: the
 * comparison is of that moment, whatever a sync does meanwhile. Repeated, it takes nothing anew. Four statements.
 */
export async function freezeComparison(
  database: TenantDatabase,
  comparison: { id: string; baselineId: string; tenantId: string },
): Promise<void> {
  const scope = [comparison.id, comparison.baselineId, comparison.tenantId] as const;
  const untouched = `${COMPARISON_OPEN} and not exists (select 1 from comparison_families t where t.comparison_id = ?1)`;
  await database.batch([
    ...[...FREEZE_CANDIDATES, FREEZE_UNREAD].map((sql) =>
      database.prepare(`${sql} and ${untouched} on conflict do nothing`).bind(...scope),
    ),
    database
      .prepare(
        `insert into comparison_families (comparison_id, family, baseline_read_at, read_at, last_outcome, last_reason_code,
                                          last_reason_message)
         select ?1, f.family, f.read_at, i.last_complete_at, i.last_outcome, i.last_reason_code, i.last_reason_message
           from baseline_families f
           left join inventory_families i on i.tenant_id = ?3 and i.family = f.family
          where f.baseline_id = ?2 and ${untouched}
             on conflict do nothing`,
      )
      .bind(...scope),
  ]);
}

const familySchema = z.object({
  family: z.string(),
  baseline_read_at: z.int().nullable(),
  read_at: z.int().nullable(),
  last_outcome: z.enum(["succeeded", "failed"]).nullable(),
  last_reason_code: z.string().nullable(),
  last_reason_message: z.string().nullable(),
  unknown_code: z.string().nullable(),
  unknown_message: z.string().nullable(),
});
export interface FrozenFamily {
  family: string;
  baselineReadAt: number | null;
  readAt: number | null;
  lastOutcome: "succeeded" | "failed" | null;
  lastReason: { code: string; message: string } | null;
  unknown: { code: string; message: string } | null;
}

/** The families of a comparison as they were taken down, with what was found out about them since. */
export async function listFrozenFamilies(database: TenantDatabase, comparisonId: string): Promise<FrozenFamily[]> {
  const { results } = await database
    .prepare(
      `select family, baseline_read_at, read_at, last_outcome, last_reason_code, last_reason_message, unknown_code,
              unknown_message
         from comparison_families where comparison_id = ?1 order by family`,
    )
    .bind(comparisonId)
    .all();
  return z
    .array(familySchema)
    .parse(results)
    .map((row) => ({
      family: row.family,
      baselineReadAt: row.baseline_read_at,
      readAt: row.read_at,
      lastOutcome: row.last_outcome,
      lastReason: reasonOf(row.last_reason_code, row.last_reason_message),
      unknown: reasonOf(row.unknown_code, row.unknown_message),
    }));
}

function reasonOf(code: string | null, message: string | null): { code: string; message: string } | null {
  return code === null ? null : { code, message: message ?? "" };
}

/** Notes that nothing can be said of families; the first reason stands. Their candidates are left alone from then on. */
export async function recordDoubts(
  database: TenantDatabase,
  comparisonId: string,
  doubts: readonly { family: string; code: string; message: string }[],
): Promise<void> {
  if (doubts.length === 0) return;
  await database
    .prepare(
      `update comparison_families set unknown_code = d.value ->> 'code', unknown_message = d.value ->> 'message'
         from json_each(?2) d
        where comparison_id = ?1 and family = d.value ->> 'family' and unknown_code is null and ${COMPARISON_OPEN}`,
    )
    .bind(comparisonId, JSON.stringify(doubts))
    .run();
}

const candidateSchema = z.object({
  family: z.string(),
  graph_id: z.string(),
  kind: z.enum(["added", "removed", "differs"]),
  name: z.string(),
  content_hash: z.string().nullable(),
  baseline_hash: z.string().nullable(),
});
export interface Candidate extends PolicyPosition {
  kind: "added" | "removed" | "differs";
  name: string;
  contentHash: string | null;
  baselineHash: string | null;
}

/** A page of the candidates whose families can be compared, in the order of the primary key. */
export async function listCandidates(
  database: TenantDatabase,
  comparisonId: string,
  after: PolicyPosition,
  limit: number,
): Promise<Candidate[]> {
  const { results } = await database
    .prepare(
      `select c.family, c.graph_id, c.kind, c.name, c.content_hash, c.baseline_hash
         from comparison_candidates c
         join comparison_families f on f.comparison_id = ?1 and f.family = c.family and f.unknown_code is null
        where c.comparison_id = ?1 and c.kind <> 'unread' and (c.family, c.graph_id) > (?2, ?3)
        order by c.family, c.graph_id limit ?4`,
    )
    .bind(comparisonId, after.family, after.graphId, limit)
    .all();
  return z
    .array(candidateSchema)
    .parse(results)
    .map((row) => ({
      family: row.family,
      graphId: row.graph_id,
      kind: row.kind,
      name: row.name,
      contentHash: row.content_hash,
      baselineHash: row.baseline_hash,
    }));
}

/** Marks a comparison that nothing will come of, and drops its drafts. A sealed one stays as it is. */
export async function failComparison(database: TenantDatabase, comparisonId: string): Promise<void> {
  const failed = "exists (select 1 from baseline_comparisons o where o.id = ?1 and o.status = 'failed')";
  await database.batch([
    database
      .prepare("update baseline_comparisons set status = 'failed' where id = ?1 and status = 'building'")
      .bind(comparisonId),
    database.prepare(`delete from comparison_candidates where comparison_id = ?1 and ${failed}`).bind(comparisonId),
    database.prepare(`delete from comparison_findings where comparison_id = ?1 and ${failed}`).bind(comparisonId),
  ]);
}

/** Comparisons whose run ended without anybody saying so. One query, over an index of what is building. */
export async function abandonedComparisons(database: TenantDatabase, limit: number): Promise<string[]> {
  const { results } = await database
    .prepare(
      `select c.id from baseline_comparisons c join operation_runs r on r.id = c.run_id and r.status = 'completed'
        where c.status = 'building' and ${notFenced("c.tenant_id")} order by c.created_at limit ?1`,
    )
    .bind(limit)
    .all();
  return z
    .array(z.object({ id: z.string() }))
    .parse(results)
    .map(({ id }) => id);
}
