/** Comparisons of baselines, as readers see them. Writing is in `comparison-work.ts` and `comparison-sealing.ts`. */
import { and, desc, eq, getTableColumns, sql } from "drizzle-orm";
import { z } from "zod";
import { comparisonAddress } from "../../contract/console-addresses.ts";
import type { BaselineComparison, BaselineComparisonDetail, DriftPoint } from "../../contract/baselines.ts";
import { familyByKey } from "../../graph/families.ts";
import { readComparisonCounts } from "./comparison-counts.ts";
import { listFrozenFamilies } from "./comparison-work.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { operationRuns } from "../runs/tables.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { baselineComparisons, baselines } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

interface Tenant {
  id: string;
  slug: string;
}

const c = baselineComparisons;
/** A row whose run has ended without sealing it has failed, whether or not its status says so yet. */
const STATUS = sql`case when ${c.status} = 'building' and ${operationRuns.status} = 'completed' then 'failed' else ${c.status} end`;
const COLUMNS = {
  ...getTableColumns(c),
  status: STATUS.mapWith(c.status),
  baselineName: baselines.name,
  creatorName: users.name,
};

function comparisons(database: TenantDatabase) {
  return query(database)
    .select(COLUMNS)
    .from(c)
    .innerJoin(baselines, eq(baselines.id, c.baselineId))
    .leftJoin(operationRuns, eq(operationRuns.id, c.runId))
    .leftJoin(users, eq(users.id, c.createdBy))
    .$dynamic();
}
type ComparisonRow = Awaited<ReturnType<typeof comparisons>>[number];

function toComparison(row: ComparisonRow, tenant: Tenant): BaselineComparison {
  return {
    id: row.id,
    baseline: { id: row.baselineId, name: row.baselineName },
    standardVersion: row.standardVersion,
    status: row.status,
    counts: row.status === "sealed" ? readComparisonCounts(row.counts) : null,
    createdAt: isoTime(row.createdAt),
    sealedAt: isoTimeOrNull(row.sealedAt),
    initiator: personOf(row.createdBy, row.creatorName),
    runId: row.runId,
    href: comparisonAddress(tenant.slug, row.id),
  };
}

/** The tenant's comparisons, newest first; those of one baseline when it is named. One query. */
export async function listComparisons(
  database: TenantDatabase,
  tenant: Tenant,
  request: { baselineId: string | null; cursor: string | null; limit: number },
): Promise<Page<BaselineComparison>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rows = await rowsOf(
    comparisons(database)
      .where(
        and(
          eq(c.tenantId, tenant.id),
          request.baselineId === null ? undefined : eq(c.baselineId, request.baselineId),
          beyond([c.createdAt, c.id], "<", after),
        ),
      )
      .orderBy(desc(c.createdAt), desc(c.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ createdAt, id }) => [createdAt, id]),
    (row) => toComparison(row, tenant),
  );
}

/** One comparison with its families; null when the tenant has none of that id. Two queries. */
export async function readComparison(
  database: TenantDatabase,
  tenant: Tenant,
  comparisonId: string,
): Promise<BaselineComparisonDetail | null> {
  const row = await firstOf(comparisons(database).where(and(eq(c.id, comparisonId), eq(c.tenantId, tenant.id))));
  if (row === null) return null;
  const families = await listFrozenFamilies(database, comparisonId);
  return {
    ...toComparison(row, tenant),
    families: families.map(({ family, readAt, unknown }) => ({
      key: family,
      label: familyByKey(family)?.label ?? family,
      readAt: isoTimeOrNull(readAt),
      unknown,
    })),
  };
}

/** What each sealed comparison of a baseline left behind, newest first. The caller has made sure whose baseline it is. */
export async function listDrift(
  database: TenantDatabase,
  request: { baselineId: string; cursor: string | null; limit: number },
): Promise<Page<DriftPoint>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rows = await rowsOf(
    query(database)
      .select({ id: c.id, createdAt: c.createdAt, sealedAt: c.sealedAt, counts: c.counts })
      .from(c)
      .where(and(eq(c.baselineId, request.baselineId), eq(c.status, "sealed"), beyond([c.createdAt, c.id], "<", after)))
      .orderBy(desc(c.createdAt), desc(c.id))
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, ({ createdAt, id }) => [createdAt, id]),
    ({ id, createdAt, sealedAt, counts }) => ({
      comparisonId: id,
      at: isoTime(sealedAt ?? createdAt),
      counts: readComparisonCounts(counts),
    }),
  );
}
