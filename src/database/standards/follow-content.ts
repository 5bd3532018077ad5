/**
 * What the baseline of a followed standard holds: the standard as it holds for the tenant, each policy under the id of the tenant's policy that was found to
 * be it. Written anew by each comparison, while it is being made.
 */
import { and, asc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import type { FollowedPolicy, MatchKind } from "../../contract/standards.ts";
import { COMPARISON_OPEN } from "../baselines/comparison-work.ts";
import { foldName } from "../inventory/policies.ts";
import { policies as policyTable, unreadablePolicies } from "../inventory/tables.ts";
import { encodePolicyId } from "../inventory/policy-id.ts";
import { jsonLists } from "../sql/json-lists.ts";
import { query, rowsOf } from "../sql/read.ts";
import { standardMatches } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const m = standardMatches;
const i = policyTable;

export interface StoredMatch {
  key: string;
  family: string;
  kind: MatchKind;
  graphId: string | null;
  name: string | null;
  candidates: { graphId: string; name: string }[];
}

/** All matches of a following. One query. */
export async function matchesOf(
  database: TenantDatabase,
  tenantId: string,
  followingId: string,
): Promise<Map<string, StoredMatch>> {
  const rows = await rowsOf(
    query(database)
      .select({
        key: m.key,
        family: m.family,
        kind: m.kind,
        graphId: m.graphId,
        name: m.name,
        candidates: m.candidates,
      })
      .from(m)
      .where(and(eq(m.followingId, followingId), eq(m.tenantId, tenantId))),
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** What was found of a policy, as readers see it. */
export function toMatch(match: StoredMatch): FollowedPolicy["match"] {
  const told = ({ graphId, name }: { graphId: string; name: string }) => ({
    id: encodePolicyId({ family: match.family, graphId }),
    graphId,
    name,
  });
  return {
    kind: match.kind,
    policy: match.graphId === null ? null : told({ graphId: match.graphId, name: match.name ?? "" }),
    candidates: match.candidates.map(told),
  };
}

/** Keeps what was found of a family's policies. Nothing once the comparison is over. One batch. */
export async function recordMatches(
  database: TenantDatabase,
  { comparisonId, followingId, tenantId }: { comparisonId: string; followingId: string; tenantId: string },
  matches: readonly StoredMatch[],
): Promise<void> {
  const lists = jsonLists(matches);
  if (lists.length === 0) return;
  await database.batch(
    lists.map((list) =>
      database
        .prepare(
          `insert into standard_matches (following_id, key, tenant_id, family, kind, graph_id, name, candidates)
           select ?2, value ->> 'key', ?3, value ->> 'family', value ->> 'kind', value ->> 'graphId', value ->> 'name', value -> 'candidates'
             from json_each(?4) where ${COMPARISON_OPEN}
               on conflict do update set family = excluded.family, kind = excluded.kind, graph_id = excluded.graph_id, name = excluded.name,
                                         candidates = excluded.candidates`,
        )
        .bind(comparisonId, followingId, tenantId, list),
    ),
  );
}

const TO_MATCH = { graphId: i.graphId, name: i.name, contentHash: i.contentHash, comparableHash: i.comparableHash };
/** A policy of the inventory, as far as matching has to know it. */
export type InventoryPolicy = Pick<typeof policyTable.$inferSelect, keyof typeof TO_MATCH>;

/** The tenant's policies of a family and of some types that can be read, by id, from the one after `after` on. One query. */
export function policiesToMatch(
  database: TenantDatabase,
  tenantId: string,
  family: string,
  odataTypes: readonly (string | null)[],
  { after, limit }: { after: string; limit: number },
): Promise<InventoryPolicy[]> {
  const ofType = sql`coalesce(${i.odataType}, '') in (select coalesce(value, '') from json_each(${JSON.stringify(odataTypes)}))`;
  return rowsOf(
    query(database)
      .select(TO_MATCH)
      .from(i)
      .where(
        and(
          eq(i.tenantId, tenantId),
          eq(i.family, family),
          isNull(i.removedAt),
          ofType,
          gt(i.graphId, after),
          sql`not exists (select 1 from ${unreadablePolicies} u where u.tenant_id = ${i.tenantId} and u.family = ${i.family} and u.graph_id = ${i.graphId})`,
        ),
      )
      .orderBy(asc(i.graphId))
      .limit(limit),
  );
}

/** Ids of a family's policies that the last reading could not read. One query. */
export async function unreadIn(database: TenantDatabase, tenantId: string, family: string): Promise<Set<string>> {
  const u = unreadablePolicies;
  const rows = await rowsOf(
    query(database)
      .select({ graphId: u.graphId })
      .from(u)
      .where(and(eq(u.tenantId, tenantId), eq(u.family, family))),
  );
  return new Set(rows.map(({ graphId }) => graphId));
}

/** Some policies of the inventory by their ids. One query. */
export function inventoryPolicies(
  database: TenantDatabase,
  tenantId: string,
  family: string,
  graphIds: readonly string[],
): Promise<InventoryPolicy[]> {
  if (graphIds.length === 0) return Promise.resolve([]);
  return rowsOf(
    query(database)
      .select(TO_MATCH)
      .from(i)
      .where(
        and(
          eq(i.tenantId, tenantId),
          eq(i.family, family),
          inArray(i.graphId, sql`(select value from json_each(${JSON.stringify(graphIds)}))`),
          isNull(i.removedAt),
        ),
      ),
  );
}

/** Names of a family's policies by id, as the inventory last knew them. One query. */
export async function namesInFamily(
  database: TenantDatabase,
  tenantId: string,
  family: string,
): Promise<Map<string, string>> {
  const rows = await rowsOf(
    query(database)
      .select({ graphId: i.graphId, name: i.name })
      .from(i)
      .where(and(eq(i.tenantId, tenantId), eq(i.family, family), isNull(i.removedAt))),
  );
  return new Map(rows.map(({ graphId, name }) => [graphId, name]));
}

/** A policy of the standard as it holds for the tenant. Its content is in R2. */
export interface HeldPolicy {
  family: string;
  /** The tenant's policy, or a name of its own for what the tenant lacks. */
  graphId: string;
  name: string;
  platform: string | null;
  odataType: string | null;
  contentHash: string;
  normalHash: string;
}

interface Place {
  comparisonId: string;
  followingId: string;
  tenantId: string;
}

/** Contents that no row refers to any more are freed this long after. */
const RELEASE_AFTER_MS = 3_600_000;

/** Empties the baseline before its content is written anew. One batch; nothing once the comparison is over. */
export async function emptyHeld(
  database: TenantDatabase,
  { comparisonId, followingId, tenantId }: Place,
  { keys, at }: { keys: readonly string[]; at: number },
): Promise<void> {
  await database.batch([
    database
      .prepare(
        `insert into released_payloads (tenant_id, content_hash, due_at)
         select distinct ?3, content_hash, ?4 from baseline_policies where baseline_id = ?2 and ${COMPARISON_OPEN}
             on conflict do update set due_at = excluded.due_at`,
      )
      .bind(comparisonId, followingId, tenantId, at + RELEASE_AFTER_MS),
    database
      .prepare(`delete from baseline_policies where baseline_id = ?2 and ${COMPARISON_OPEN}`)
      .bind(comparisonId, followingId),
    database
      .prepare(`delete from baseline_families where baseline_id = ?2 and ${COMPARISON_OPEN}`)
      .bind(comparisonId, followingId),
    database
      .prepare(
        `delete from standard_matches where following_id = ?2 and key not in (select value from json_each(?3)) and ${COMPARISON_OPEN}`,
      )
      .bind(comparisonId, followingId, JSON.stringify(keys)),
  ]);
}

/** Adds policies to the baseline. Again, it writes the same. */
export async function addHeld(database: TenantDatabase, place: Place, held: readonly HeldPolicy[]): Promise<void> {
  const { comparisonId, followingId, tenantId } = place;
  const lists = jsonLists(held.map((policy) => ({ ...policy, sortName: foldName(policy.name) })));
  if (lists.length === 0) return;
  await database.batch(
    lists.map((list) =>
      database
        .prepare(
          `insert into baseline_policies (baseline_id, family, graph_id, tenant_id, name, sort_name, platform, odata_type, content_hash,
                                          comparable_hash, normal_hash)
           select ?2, value ->> 'family', value ->> 'graphId', ?3, value ->> 'name', value ->> 'sortName', value ->> 'platform',
                  value ->> 'odataType', value ->> 'contentHash', value ->> 'normalHash', value ->> 'normalHash'
             from json_each(?4) where ${COMPARISON_OPEN}
               on conflict do update set name = excluded.name, sort_name = excluded.sort_name, platform = excluded.platform,
                  odata_type = excluded.odata_type, content_hash = excluded.content_hash, comparable_hash = excluded.comparable_hash,
                  normal_hash = excluded.normal_hash`,
        )
        .bind(comparisonId, followingId, tenantId, list),
    ),
  );
}

/** Says of which version and families the baseline is, from when; and when the tenant's policies were looked through. One batch. */
export async function closeHeld(
  database: TenantDatabase,
  { comparisonId, followingId, tenantId }: Place,
  { number, versionAt, at }: { number: number; versionAt: number; at: number },
): Promise<void> {
  await database.batch([
    database
      .prepare(
        `insert into baseline_families (baseline_id, family, policy_count, read_at)
         select ?2, family, count(*), ?3 from baseline_policies where baseline_id = ?2 and ${COMPARISON_OPEN} group by family
             on conflict do update set policy_count = excluded.policy_count, read_at = excluded.read_at`,
      )
      .bind(comparisonId, followingId, versionAt),
    database
      .prepare(`update standard_followings set matched_at = ?4 where id = ?2 and tenant_id = ?3 and ${COMPARISON_OPEN}`)
      .bind(comparisonId, followingId, tenantId, at),
    database
      .prepare(`update baseline_comparisons set standard_version = ?2 where id = ?1 and ${COMPARISON_OPEN}`)
      .bind(comparisonId, number),
  ]);
}
