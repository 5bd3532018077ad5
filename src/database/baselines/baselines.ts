/** Baselines, as readers see them. Writing is in `baseline-building.ts`. */
import { and, desc, eq, getTableColumns, sql } from "drizzle-orm";
import { z } from "zod";
import { baselineAddress } from "../../contract/console-addresses.ts";
import { type Baseline, type BaselineDetail, type BaselinePolicy } from "../../contract/baselines.ts";
import { familyByKey } from "../../graph/families.ts";
import { readComparisonCounts, readFindingsNow } from "./comparison-counts.ts";
import { findingsNowOf } from "./findings-now.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { foldName } from "../inventory/policies.ts";
import { encodePolicyId } from "../inventory/policy-id.ts";
import { operationRuns } from "../runs/tables.ts";
import { standardFollowings } from "../standards/tables.ts";
import { beyond, contains, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { baselineComparisons, baselineFamilies, baselinePolicies, baselines } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

interface Tenant {
  id: string;
  slug: string;
}

const b = baselines;
const f = baselineFamilies;
const c = baselineComparisons;

/** A row whose run has ended without sealing it has failed, whether or not its status says so yet. */
const STATUS = sql`case when ${b.status} = 'building' and ${operationRuns.status} = 'completed' then 'failed' else ${b.status} end`;
const NEWEST_COMPARISON = sql`(select n.id from ${c} n where n.baseline_id = ${b.id} and n.status = 'sealed'
  order by n.created_at desc, n.id desc limit 1)`;
const COLUMNS = {
  ...getTableColumns(b),
  status: STATUS.mapWith(b.status).as("status_now"),
  creatorName: sql<string | null>`${users.name}`.as("creator_name"),
  comparisonId: sql<string | null>`${c.id}`.as("comparison_id"),
  comparedAt: sql<number | null>`${c.sealedAt}`.as("compared_at"),
  comparisonCounts: sql<string | null>`${c.counts}`.as("comparison_counts"),
  isStandard: sql<number>`exists (select 1 from ${standardFollowings} where ${standardFollowings.id} = ${b.id})`.as(
    "is_standard",
  ),
  isStopped:
    sql<number>`exists (select 1 from ${standardFollowings} where ${standardFollowings.id} = ${b.id} and ${standardFollowings.stoppedAt} is not null)`.as(
      "is_stopped",
    ),
  findingsNow: findingsNowOf(b.id).as("findings_now"),
  readFamilies: sql<number>`(select count(${f.readAt}) from ${f} where ${f.baselineId} = ${b.id})`.as("read_families"),
  neverReadFamilies:
    sql<number>`(select count(*) from ${f} where ${f.baselineId} = ${b.id} and ${f.readAt} is null)`.as(
      "never_read_families",
    ),
};

function baselinesOf(database: TenantDatabase) {
  return query(database)
    .select(COLUMNS)
    .from(b)
    .leftJoin(operationRuns, eq(operationRuns.id, b.runId))
    .leftJoin(users, eq(users.id, b.createdBy))
    .leftJoin(c, eq(c.id, NEWEST_COMPARISON))
    .$dynamic();
}
type BaselineRow = Awaited<ReturnType<typeof baselinesOf>>[number];

function toBaseline(row: BaselineRow, tenant: Tenant): Baseline {
  const { comparisonId, comparedAt, comparisonCounts: counts } = row;
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    policyCount: row.status === "sealed" ? row.policyCount : null,
    familyCounts: { read: row.readFamilies, neverRead: row.neverReadFamilies },
    contentRoot: row.contentRoot,
    createdAt: isoTime(row.createdAt),
    sealedAt: isoTimeOrNull(row.sealedAt),
    initiator: personOf(row.createdBy, row.creatorName),
    runId: row.runId,
    isStandard: row.isStandard === 1,
    isStopped: row.isStopped === 1,
    latestComparison:
      comparisonId === null || comparedAt === null || counts === null
        ? null
        : { id: comparisonId, sealedAt: isoTime(comparedAt), counts: readComparisonCounts(counts) },
    findingsNow: comparisonId === null ? null : readFindingsNow(row.findingsNow),
    href: baselineAddress(tenant.slug, row.id),
  };
}

/** The tenant's baselines, newest first, each with its newest comparison and the number of its families. One query. */
export async function listBaselines(
  database: TenantDatabase,
  tenant: Tenant,
  request: { cursor: string | null; limit: number },
): Promise<Page<Baseline>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rows = await rowsOf(
    baselinesOf(database)
      .where(and(eq(b.tenantId, tenant.id), beyond([b.createdAt, b.id], "<", after)))
      .orderBy(desc(b.createdAt), desc(b.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ createdAt, id }) => [createdAt, id]),
    (row) => toBaseline(row, tenant),
  );
}

/** One baseline with its families; null when the tenant has none of that id. One batch of two queries. */
export async function readBaseline(
  database: TenantDatabase,
  tenant: Tenant,
  baselineId: string,
): Promise<BaselineDetail | null> {
  const [[row], families] = await query(database).batch([
    baselinesOf(database).where(and(eq(b.id, baselineId), eq(b.tenantId, tenant.id))),
    query(database).select().from(f).where(eq(f.baselineId, baselineId)).orderBy(f.family),
  ]);
  if (row === undefined) return null;
  return {
    ...toBaseline(row, tenant),
    families: families.map(({ family, policyCount, readAt }) => ({
      key: family,
      label: familyByKey(family)?.label ?? family,
      policyCount,
      readAt: isoTimeOrNull(readAt),
    })),
  };
}

/** What a comparison may be started with; null when the tenant has no such baseline. One query. */
export async function findBaseline(
  database: TenantDatabase,
  tenantId: string,
  baselineId: string,
): Promise<{ name: string; status: string } | null> {
  return firstOf(
    query(database)
      .select({ name: b.name, status: b.status })
      .from(b)
      .where(and(eq(b.id, baselineId), eq(b.tenantId, tenantId))),
  );
}

/** A page of a baseline's policies by name. The caller has made sure whose baseline it is. */
export async function listBaselinePolicies(
  database: TenantDatabase,
  request: { baselineId: string; family: string | null; query: string | null; cursor: string | null; limit: number },
): Promise<Page<BaselinePolicy>> {
  const after = decodeCursor(request.cursor, z.tuple([z.string(), z.string(), z.string()]));
  const p = baselinePolicies;
  const columns = [p.sortName, p.family, p.graphId];
  const rows = await rowsOf(
    query(database)
      .select()
      .from(p)
      .where(
        and(
          eq(p.baselineId, request.baselineId),
          request.family === null ? undefined : eq(p.family, request.family),
          request.query === null ? undefined : contains(p.sortName, foldName(request.query)),
          beyond(columns, ">", after),
        ),
      )
      .orderBy(...columns)
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.sortName, last.family, last.graphId]),
    ({ family, graphId, name, platform, odataType, contentHash }) => ({
      id: encodePolicyId({ family, graphId }),
      family,
      familyLabel: familyByKey(family)?.label ?? family,
      graphId,
      name,
      platform,
      odataType,
      contentHash,
    }),
  );
}
