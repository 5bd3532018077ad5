/** Comparisons of baselines, as readers see them. Writing is in `comparison-work.ts` and `comparison-sealing.ts`. */
import { z } from "zod";
import { comparisonAddress } from "../../contract/console-addresses.ts";
import type { BaselineComparison, BaselineComparisonDetail, DriftPoint } from "../../contract/baselines.ts";
import { familyByKey } from "../../graph/families.ts";
import { readComparisonCounts } from "./comparison-counts.ts";
import { listFrozenFamilies } from "./comparison-work.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";

interface Tenant {
  id: string;
  slug: string;
}

/** A row whose run has ended without sealing it has failed, whether or not anybody has written that down yet. */
const SELECT = `select c.id, c.run_id, c.baseline_id, b.name as baseline_name, c.counts, c.created_at, c.sealed_at, c.created_by,
    u.name as creator_name,
    case when c.status = 'building' and r.status = 'completed' then 'failed' else c.status end as status
  from baseline_comparisons c
  join baselines b on b.id = c.baseline_id
  left join operation_runs r on r.id = c.run_id
  left join users u on u.id = c.created_by`;

const rowSchema = z.object({
  id: z.string(),
  run_id: z.string(),
  baseline_id: z.string(),
  baseline_name: z.string(),
  status: z.enum(["building", "sealed", "failed"]),
  counts: z.string(),
  created_at: z.int(),
  sealed_at: z.int().nullable(),
  created_by: z.string().nullable(),
  creator_name: z.string().nullable(),
});

function toComparison(row: z.infer<typeof rowSchema>, tenant: Tenant): BaselineComparison {
  return {
    id: row.id,
    baseline: { id: row.baseline_id, name: row.baseline_name },
    status: row.status,
    counts: row.status === "sealed" ? readComparisonCounts(row.counts) : null,
    createdAt: new Date(row.created_at).toISOString(),
    sealedAt: row.sealed_at === null ? null : new Date(row.sealed_at).toISOString(),
    initiator: row.created_by === null ? null : { id: row.created_by, name: row.creator_name ?? "Former member" },
    runId: row.run_id,
    href: comparisonAddress(tenant.slug, row.id),
  };
}

/** The tenant's comparisons, newest first; those of one baseline when it is named. One query. */
export async function listComparisons(
  database: D1Database,
  tenant: Tenant,
  request: { baselineId: string | null; cursor: string | null; limit: number },
): Promise<Page<BaselineComparison>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const [createdAt, id] = after ?? [null, null];
  const { results } = await database
    .prepare(comparisonListSql(request.baselineId !== null))
    .bind(
      tenant.id,
      createdAt,
      id,
      oneMore(request.limit),
      ...(request.baselineId === null ? [] : [request.baselineId]),
    )
    .all();
  const rows = z.array(rowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.created_at, last.id]),
    (row) => toComparison(row, tenant),
  );
}

/** The list's SQL; apart, so that a test can ask for its plan. */
export function comparisonListSql(ofOneBaseline: boolean): string {
  return `${SELECT} where c.tenant_id = ?1 ${ofOneBaseline ? "and c.baseline_id = ?5" : ""}
      and (?2 is null or (c.created_at, c.id) < (?2, ?3))
    order by c.created_at desc, c.id desc limit ?4`;
}

/** One comparison with its families; null when the tenant has none of that id. Two queries. */
export async function readComparison(
  database: D1Database,
  tenant: Tenant,
  comparisonId: string,
): Promise<BaselineComparisonDetail | null> {
  const row = await database
    .prepare(`${SELECT} where c.id = ?1 and c.tenant_id = ?2`)
    .bind(comparisonId, tenant.id)
    .first();
  if (row === null) return null;
  const families = await listFrozenFamilies(database, comparisonId);
  return {
    ...toComparison(rowSchema.parse(row), tenant),
    families: families.map(({ family, readAt, unknown }) => ({
      key: family,
      label: familyByKey(family)?.label ?? family,
      readAt: readAt === null ? null : new Date(readAt).toISOString(),
      unknown,
    })),
  };
}

const pointSchema = z.object({ id: z.string(), created_at: z.int(), sealed_at: z.int(), counts: z.string() });

/** What each sealed comparison of a baseline left behind, newest first. The caller has made sure whose baseline it is. */
export async function listDrift(
  database: D1Database,
  request: { baselineId: string; cursor: string | null; limit: number },
): Promise<Page<DriftPoint>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const { results } = await database
    .prepare(DRIFT)
    .bind(request.baselineId, after?.[0] ?? null, after?.[1] ?? null, oneMore(request.limit))
    .all();
  const rows = z.array(pointSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.created_at, last.id]),
    (row) => ({
      comparisonId: row.id,
      at: new Date(row.sealed_at).toISOString(),
      counts: readComparisonCounts(row.counts),
    }),
  );
}

export const DRIFT = `select id, created_at, sealed_at, counts from baseline_comparisons
   where baseline_id = ?1 and status = 'sealed' and (?2 is null or (created_at, id) < (?2, ?3))
   order by created_at desc, id desc limit ?4`;
