/** Findings, as readers see them: the tenant's, one with its history, and those of a comparison. The worst first. */
import { and, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import {
  type ComparisonFinding,
  type Finding,
  type FindingEvent,
  type FindingKind,
  type FindingStatus,
  SEVERITIES,
  type Severity,
} from "../../contract/baselines.ts";
import { baselineComparisons, baselines } from "../baselines/tables.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, query, rowsOf } from "../sql/read.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { statusAt, toFacts, toFinding } from "./finding-row.ts";
import { standardFollowings } from "../standards/tables.ts";
import { baselineFindings, comparisonFindings, findingEvents } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const f = baselineFindings;
const c = comparisonFindings;
const e = findingEvents;

interface Tenant {
  id: string;
  slug: string;
}

export interface FindingFilter {
  kind: FindingKind | null;
  severity: Severity | null;
  status: FindingStatus | null;
}

/** A batch makes one of two columns of one name, so these have names of their own. */
const BASELINE_NAME = sql<string>`${baselines.name}`.as("baseline_name");
const IS_OF_STANDARD =
  sql<number>`exists (select 1 from ${standardFollowings} where ${standardFollowings.id} = ${baselines.id})`.as(
    "is_of_standard",
  );
const personName = (): SQL.Aliased<string | null> => sql<string | null>`${users.name}`.as("person_name");

const { id: findingId, tenantId: _tenantId, ...FINDING } = getTableColumns(f);
const { comparisonId: _comparisonId, tenantId: _tenant, detailHash: _detailHash, ...RECORD } = getTableColumns(c);

/** Findings with the status that they have now. */
function findingsWhere(database: TenantDatabase, now: number, condition: SQL | undefined) {
  return query(database)
    .select({
      ...FINDING,
      findingId,
      status: statusAt(now).as("status_now"),
      baselineName: BASELINE_NAME,
      isOfStandard: IS_OF_STANDARD,
      accepterName: personName(),
    })
    .from(f)
    .innerJoin(baselines, eq(baselines.id, f.baselineId))
    .leftJoin(users, eq(users.id, f.acceptedBy))
    .where(condition)
    .$dynamic();
}

export interface FindingListRequest extends FindingFilter {
  baselineId: string | null;
  cursor: string | null;
  limit: number;
}

/** A page of the tenant's findings. One query, in the order of an index; of unresolved ones, an index of these alone. */
export async function listFindings(
  database: TenantDatabase,
  tenant: Tenant,
  request: FindingListRequest,
  now: number,
): Promise<Page<Finding>> {
  const { kind, baselineId, status } = request;
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string(), z.string()]));
  const order = [f.severityRank, f.key, f.id];
  const condition = and(
    eq(f.tenantId, tenant.id),
    beyond(order, ">", after),
    rankIs(f.severityRank, request.severity),
    kind === null ? undefined : eq(f.kind, kind),
    baselineId === null ? undefined : eq(f.baselineId, baselineId),
    status === null ? undefined : hasStatus(status, now),
  );
  const rows = await rowsOf(
    findingsWhere(database, now, condition)
      .orderBy(...order)
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.severityRank, last.key, last.findingId]),
    (row) => toFinding(row, tenant.slug),
  );
}

/** The stored statuses are written out: SQLite does not use the index of unresolved findings for bound ones. */
function hasStatus(status: FindingStatus, now: number): SQL | undefined {
  return status === "resolved"
    ? sql`${f.status} = 'resolved'`
    : and(sql`${f.status} in ('open', 'accepted')`, sql`${statusAt(now)} = ${status}`);
}

function rankIs(column: typeof f.severityRank | typeof c.severityRank, severity: Severity | null): SQL | undefined {
  return severity === null ? undefined : sql`${column} = ${SEVERITIES.indexOf(severity)}`;
}

const MAX_EVENTS = 500;

export interface FindingReading {
  finding: Finding;
  /** Address of the differences in R2. */
  detailHash: string | null;
  /** Newest first, at most 500. */
  history: FindingEvent[];
}

/** One finding with its history; null when the tenant has none of that id. One batch of two queries. */
export async function readFinding(
  database: TenantDatabase,
  tenant: Tenant,
  id: string,
  now: number,
): Promise<FindingReading | null> {
  const [[row], events] = await query(database).batch([
    findingsWhere(database, now, and(eq(f.id, id), eq(f.tenantId, tenant.id))),
    query(database)
      .select({ ...getTableColumns(e), actorName: personName() })
      .from(e)
      .leftJoin(users, eq(users.id, e.actorId))
      .where(eq(e.findingId, id))
      // In the order of the commits: two decisions at once may take their times in the other order.
      .orderBy(sql`${e}.rowid desc`)
      .limit(MAX_EVENTS),
  ]);
  if (row === undefined) return null;
  return {
    finding: toFinding(row, tenant.slug),
    detailHash: row.detailHash,
    history: events.map((event) => ({
      id: event.id,
      at: isoTime(event.at),
      event: event.event,
      comparisonId: event.comparisonId,
      actor: personOf(event.actorId, event.actorName),
      reason: event.reason,
      until: isoTimeOrNull(event.until),
    })),
  };
}

/**
 * A page of what a sealed comparison left; empty for one that is not sealed, as its drafts are no findings yet. The caller has made
 * sure whose comparison it is. One query, in the order of an index.
 */
export async function listComparisonFindings(
  database: TenantDatabase,
  tenant: Tenant,
  request: FindingFilter & { comparisonId: string; cursor: string | null; limit: number },
): Promise<Page<ComparisonFinding>> {
  const { comparisonId, kind, status } = request;
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const order = [c.severityRank, c.key];
  const rows = await rowsOf(
    query(database)
      .select({ ...RECORD, baselineId: baselines.id, baselineName: BASELINE_NAME, isOfStandard: IS_OF_STANDARD })
      .from(baselineComparisons)
      .innerJoin(baselines, eq(baselines.id, baselineComparisons.baselineId))
      .innerJoin(c, eq(c.comparisonId, baselineComparisons.id))
      .where(
        and(
          eq(baselineComparisons.id, comparisonId),
          eq(baselineComparisons.status, "sealed"),
          eq(c.comparisonId, comparisonId),
          beyond(order, ">", after),
          rankIs(c.severityRank, request.severity),
          kind === null ? undefined : eq(c.kind, kind),
          status === null ? undefined : eq(c.status, status),
        ),
      )
      .orderBy(...order)
      .limit(oneMore(request.limit)),
  );
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.severityRank, last.key]),
    (row) => toFacts(row, tenant.slug),
  );
}
