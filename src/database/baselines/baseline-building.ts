/**
 * Writing a baseline. Every statement is bound to a baseline that is still building, so that nothing late, and nobody else,
 * changes a sealed one.
 */
import { z } from "zod";
import { notFenced } from "../moves/fences.ts";
import { jsonLists } from "../sql/json-lists.ts";
import type { TenantDatabase } from "../databases.ts";

/** The baseline that a run captures. One a run, so that a repeated step finds it. */
export function baselineIdOf(runId: string): string {
  return `bsl_${runId.replace(/^run_/, "")}`;
}

/** Creates the baseline unless it is there; durable when it resolves. */
export async function openBaseline(
  database: TenantDatabase,
  baseline: { id: string; tenantId: string; runId: string; name: string; createdAt: number; createdBy: string | null },
): Promise<void> {
  const { id, tenantId, runId, name, createdAt, createdBy } = baseline;
  await database
    .prepare(
      `insert into baselines (id, tenant_id, run_id, name, status, created_at, created_by)
       values (?1, ?2, ?3, ?4, 'building', ?5, ?6) on conflict do nothing`,
    )
    .bind(id, tenantId, runId, name, createdAt, createdBy)
    .run();
}

/**
 * Takes down the chosen families and all their policies as the inventory has them, in one transaction: whatever a sync does
 * meanwhile comes wholly before it or wholly after. Repeated, it takes nothing anew. Two statements.
 */
export async function freezeInventory(
  database: TenantDatabase,
  baseline: { id: string; tenantId: string },
  families: readonly string[],
): Promise<void> {
  const scope = [baseline.id, baseline.tenantId, JSON.stringify(families)] as const;
  const untouched = `exists (select 1 from baselines b where b.id = ?1 and b.tenant_id = ?2 and b.status = 'building')
    and not exists (select 1 from baseline_families f where f.baseline_id = ?1)`;
  await database.batch([
    database
      .prepare(
        `insert into baseline_policies (baseline_id, family, graph_id, tenant_id, name, sort_name, platform, odata_type,
                                        content_hash, comparable_hash)
         select ?1, p.family, p.graph_id, p.tenant_id, p.name, p.sort_name, p.platform, p.odata_type, p.content_hash,
                p.comparable_hash
           from json_each(?3) chosen
           join inventory_families f on f.tenant_id = ?2 and f.family = chosen.value and f.last_complete_at is not null
           join policies p on p.tenant_id = ?2 and p.family = chosen.value and p.removed_at is null
          where ${untouched}
             on conflict do nothing`,
      )
      .bind(...scope),
    database
      .prepare(
        `insert into baseline_families (baseline_id, family, policy_count, read_at)
         select ?1, chosen.value,
                (select count(*) from baseline_policies p where p.baseline_id = ?1 and p.family = chosen.value),
                (select f.last_complete_at from inventory_families f where f.tenant_id = ?2 and f.family = chosen.value)
           from json_each(?3) chosen
          where ${untouched}
             on conflict do nothing`,
      )
      .bind(...scope),
  ]);
}

export interface PolicyPosition {
  family: string;
  graphId: string;
}
const uncapturedSchema = z.object({
  family: z.string(),
  graph_id: z.string(),
  content_hash: z.string(),
  known_hash: z.string().nullable(),
});
export interface UncapturedPolicy extends PolicyPosition {
  contentHash: string;
  /** The normal form that an earlier baseline made of the very same document. */
  knownHash: string | null;
}

/** A page of the policies whose normal form is not there yet, in the order of the primary key. */
export async function listUncaptured(
  database: TenantDatabase,
  baselineId: string,
  after: PolicyPosition,
  limit: number,
): Promise<UncapturedPolicy[]> {
  const { results } = await database
    .prepare(
      `select p.family, p.graph_id, p.content_hash,
              (select k.normal_hash from baseline_policies k
                where k.tenant_id = p.tenant_id and k.content_hash = p.content_hash and k.family = p.family
                  and k.normal_hash is not null limit 1) as known_hash
         from baseline_policies p
        where p.baseline_id = ?1 and (p.family, p.graph_id) > (?2, ?3) and p.normal_hash is null
        order by p.family, p.graph_id limit ?4`,
    )
    .bind(baselineId, after.family, after.graphId, limit)
    .all();
  return z
    .array(uncapturedSchema)
    .parse(results)
    .map((row) => ({
      family: row.family,
      graphId: row.graph_id,
      contentHash: row.content_hash,
      knownHash: row.known_hash,
    }));
}

/** Notes the normal forms, which are durable by then. May be repeated. */
export async function recordNormalForms(
  database: TenantDatabase,
  baselineId: string,
  policies: readonly (PolicyPosition & { normalHash: string })[],
): Promise<void> {
  const statement = database.prepare(
    `update baseline_policies set normal_hash = captured.value ->> 'normalHash'
       from json_each(?2) captured
      where baseline_id = ?1 and family = captured.value ->> 'family' and graph_id = captured.value ->> 'graphId'
        and exists (select 1 from baselines b where b.id = ?1 and b.status = 'building')`,
  );
  const lists = jsonLists(policies);
  if (lists.length > 0) await database.batch(lists.map((list) => statement.bind(baselineId, list)));
}

const leafSchema = z.object({
  family: z.string(),
  graph_id: z.string(),
  name: z.string(),
  content_hash: z.string(),
  comparable_hash: z.string(),
  normal_hash: z.string(),
});
export interface SealedPolicy extends PolicyPosition {
  name: string;
  contentHash: string;
  comparableHash: string;
  normalHash: string;
}

/** A page of what the root is made of, in its order. Throws when a normal form is missing: nothing may be sealed then. */
export async function listSealedPolicies(
  database: TenantDatabase,
  baselineId: string,
  after: PolicyPosition,
  limit: number,
): Promise<SealedPolicy[]> {
  const { results } = await database
    .prepare(
      `select family, graph_id, name, content_hash, comparable_hash, normal_hash from baseline_policies
        where baseline_id = ?1 and (family, graph_id) > (?2, ?3) order by family, graph_id limit ?4`,
    )
    .bind(baselineId, after.family, after.graphId, limit)
    .all();
  return z
    .array(leafSchema)
    .parse(results)
    .map((row) => ({
      family: row.family,
      graphId: row.graph_id,
      name: row.name,
      contentHash: row.content_hash,
      comparableHash: row.comparable_hash,
      normalHash: row.normal_hash,
    }));
}

/**
 * Seals the baseline, once. False when it is not building any more, or its run is over: then the baseline is as it was, which
 * is sealed if an earlier call of the same run did it.
 */
export async function sealBaseline(
  database: TenantDatabase,
  baselineId: string,
  seal: { at: number; policyCount: number; contentRoot: string },
): Promise<boolean> {
  const { meta } = await database
    .prepare(
      `update baselines set status = 'sealed', sealed_at = ?2, policy_count = ?3, content_root = ?4
        where id = ?1 and status = 'building'
          and not exists (select 1 from operation_runs r where r.id = baselines.run_id and r.status = 'completed')`,
    )
    .bind(baselineId, seal.at, seal.policyCount, seal.contentRoot)
    .run();
  return meta.changes > 0;
}

/** Whether the baseline holds, as last known, policies that could not be read lately. One query. */
export async function holdsUnread(database: TenantDatabase, baselineId: string): Promise<boolean> {
  const found = await database
    .prepare(
      `select 1 from baseline_policies b
         join unreadable_policies u on u.tenant_id = b.tenant_id and u.family = b.family and u.graph_id = b.graph_id
        where b.baseline_id = ?1 limit 1`,
    )
    .bind(baselineId)
    .first();
  return found !== null;
}

/** Marks a baseline that nothing will come of. A sealed one stays. */
export async function failBaseline(database: TenantDatabase, baselineId: string): Promise<void> {
  await database
    .prepare("update baselines set status = 'failed' where id = ?1 and status = 'building'")
    .bind(baselineId)
    .run();
}

/** The same for all whose run ended without anybody saying so. One statement, over an index of what is building. */
export async function failAbandonedBaselines(database: TenantDatabase): Promise<void> {
  await database
    .prepare(
      `update baselines set status = 'failed' where status = 'building'
          and exists (select 1 from operation_runs r where r.id = baselines.run_id and r.status = 'completed')
          and ${notFenced("baselines.tenant_id")}`,
    )
    .run();
}
