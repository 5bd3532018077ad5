/** Baselines, as readers see them. Writing is in `baseline-building.ts`. */
import { z } from "zod";
import { baselineAddress } from "../../contract/console-addresses.ts";
import type { Baseline, BaselineDetail, BaselinePolicy } from "../../contract/baselines.ts";
import { familyByKey } from "../../graph/families.ts";
import { readComparisonCounts } from "./comparison-counts.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { foldName } from "../inventory/policies.ts";
import { encodePolicyId } from "../inventory/policy-id.ts";

interface Tenant {
  id: string;
  slug: string;
}

/** A row whose run has ended without sealing it has failed, whether or not anybody has written that down yet. */
const SELECT = `select b.id, b.run_id, b.name, b.policy_count, b.content_root, b.created_at, b.sealed_at, b.created_by,
    u.name as creator_name, c.id as comparison_id, c.sealed_at as compared_at, c.counts as comparison_counts,
    (select count(f.read_at) from baseline_families f where f.baseline_id = b.id) as read_families,
    (select count(*) from baseline_families f where f.baseline_id = b.id and f.read_at is null) as never_read_families,
    case when b.status = 'building' and r.status = 'completed' then 'failed' else b.status end as status
  from baselines b
  left join operation_runs r on r.id = b.run_id
  left join users u on u.id = b.created_by
  left join baseline_comparisons c on c.id = (
    select n.id from baseline_comparisons n where n.baseline_id = b.id and n.status = 'sealed'
     order by n.created_at desc, n.id desc limit 1)`;

const rowSchema = z.object({
  id: z.string(),
  run_id: z.string(),
  name: z.string(),
  status: z.enum(["building", "sealed", "failed"]),
  policy_count: z.int(),
  read_families: z.int(),
  never_read_families: z.int(),
  content_root: z.string().nullable(),
  created_at: z.int(),
  sealed_at: z.int().nullable(),
  created_by: z.string().nullable(),
  creator_name: z.string().nullable(),
  comparison_id: z.string().nullable(),
  compared_at: z.int().nullable(),
  comparison_counts: z.string().nullable(),
});

function toBaseline(row: z.infer<typeof rowSchema>, tenant: Tenant): Baseline {
  const { comparison_id: comparisonId, compared_at: comparedAt, comparison_counts: counts } = row;
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    policyCount: row.status === "sealed" ? row.policy_count : null,
    familyCounts: { read: row.read_families, neverRead: row.never_read_families },
    contentRoot: row.content_root,
    createdAt: new Date(row.created_at).toISOString(),
    sealedAt: row.sealed_at === null ? null : new Date(row.sealed_at).toISOString(),
    initiator: row.created_by === null ? null : { id: row.created_by, name: row.creator_name ?? "Former member" },
    runId: row.run_id,
    latestComparison:
      comparisonId === null || comparedAt === null || counts === null
        ? null
        : { id: comparisonId, sealedAt: new Date(comparedAt).toISOString(), counts: readComparisonCounts(counts) },
    href: baselineAddress(tenant.slug, row.id),
  };
}

/** The tenant's baselines, newest first, each with its newest comparison and the number of its families. One query. */
export async function listBaselines(
  database: D1Database,
  tenant: Tenant,
  request: { cursor: string | null; limit: number },
): Promise<Page<Baseline>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const { results } = await database
    .prepare(BASELINE_LIST)
    .bind(tenant.id, after?.[0] ?? null, after?.[1] ?? null, oneMore(request.limit))
    .all();
  const rows = z.array(rowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.created_at, last.id]),
    (row) => toBaseline(row, tenant),
  );
}

/** The list's SQL; apart, so that a test can ask for its plan. */
export const BASELINE_LIST = `${SELECT} where b.tenant_id = ?1 and (?2 is null or (b.created_at, b.id) < (?2, ?3))
  order by b.created_at desc, b.id desc limit ?4`;

const familyRowSchema = z.object({ family: z.string(), policy_count: z.int(), read_at: z.int().nullable() });

/** One baseline with its families; null when the tenant has none of that id. One batch of two queries. */
export async function readBaseline(
  database: D1Database,
  tenant: Tenant,
  baselineId: string,
): Promise<BaselineDetail | null> {
  const [found, families] = await database.batch([
    database.prepare(`${SELECT} where b.id = ?1 and b.tenant_id = ?2`).bind(baselineId, tenant.id),
    database
      .prepare("select family, policy_count, read_at from baseline_families where baseline_id = ?1 order by family")
      .bind(baselineId),
  ]);
  const row = found?.results[0];
  if (row === undefined) return null;
  return {
    ...toBaseline(rowSchema.parse(row), tenant),
    families: z
      .array(familyRowSchema)
      .parse(families?.results ?? [])
      .map((family) => ({
        key: family.family,
        label: familyByKey(family.family)?.label ?? family.family,
        policyCount: family.policy_count,
        readAt: family.read_at === null ? null : new Date(family.read_at).toISOString(),
      })),
  };
}

const headSchema = z.object({ name: z.string(), status: z.string() });

/** What a comparison may be started with; null when the tenant has no such baseline. One query. */
export async function findBaseline(
  database: D1Database,
  tenantId: string,
  baselineId: string,
): Promise<z.infer<typeof headSchema> | null> {
  const row = await database
    .prepare("select name, status from baselines where id = ?1 and tenant_id = ?2")
    .bind(baselineId, tenantId)
    .first();
  return row === null ? null : headSchema.parse(row);
}

const policyRowSchema = z.object({
  family: z.string(),
  graph_id: z.string(),
  name: z.string(),
  sort_name: z.string(),
  platform: z.string().nullable(),
  odata_type: z.string().nullable(),
  content_hash: z.string(),
});

/** A page of a baseline's policies by name. The caller has made sure whose baseline it is. */
export async function listBaselinePolicies(
  database: D1Database,
  request: { baselineId: string; family: string | null; query: string | null; cursor: string | null; limit: number },
): Promise<Page<BaselinePolicy>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string(), z.string()]));
  const { results } = await database
    .prepare(BASELINE_POLICY_LIST)
    .bind(
      request.baselineId,
      request.family,
      request.query === null ? null : foldName(request.query),
      after?.[0] ?? "",
      after?.[1] ?? "",
      after?.[2] ?? "",
      oneMore(request.limit),
    )
    .all();
  const rows = z.array(policyRowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.sort_name, last.family, last.graph_id]),
    (row) => ({
      id: encodePolicyId({ family: row.family, graphId: row.graph_id }),
      family: row.family,
      familyLabel: familyByKey(row.family)?.label ?? row.family,
      graphId: row.graph_id,
      name: row.name,
      platform: row.platform,
      odataType: row.odata_type,
      contentHash: row.content_hash,
    }),
  );
}

/** `instr` and not `like`: what a person types has no wildcards. */
export const BASELINE_POLICY_LIST = `select family, graph_id, name, sort_name, platform, odata_type, content_hash
    from baseline_policies
   where baseline_id = ?1 and (?2 is null or family = ?2) and (?3 is null or instr(sort_name, ?3) > 0)
     and (sort_name, family, graph_id) > (?4, ?5, ?6)
   order by sort_name, family, graph_id limit ?7`;
