/** Findings, as readers see them: the tenant's, one with its history, and those of a comparison. The worst first. */
import { z } from "zod";
import {
  type ComparisonFinding,
  type Finding,
  FINDING_EVENTS,
  type FindingEvent,
  type FindingKind,
  type FindingStatus,
  SEVERITIES,
  type Severity,
} from "../../contract/baselines.ts";
import { decodeCursor, mapPage, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { factsRowSchema, findingRowSchema, toFacts, toFinding } from "./finding-row.ts";
import { isoTime, isoTimeOrNull } from "../sql/time.ts";
import { personOf } from "../tenancy/person.ts";

interface Tenant {
  id: string;
  slug: string;
}

export interface FindingFilter {
  kind: FindingKind | null;
  severity: Severity | null;
  status: FindingStatus | null;
}

/** ?1 is the time: an acceptance that has run out is none, whether or not a sweep has come by. */
const STATUS = "case when f.status = 'accepted' and f.accepted_until <= ?1 then 'open' else f.status end";
const SELECT = `select f.id as finding_id, f.baseline_id, b.name as baseline_name, f.key, f.kind, f.family, f.graph_id, f.name,
    f.severity, f.severity_rank, f.rule, f.message, ${STATUS} as status, f.changes_hash, f.change_count, f.checked,
    f.accepted_reason, f.accepted_by, u.name as accepter_name, f.accepted_at, f.accepted_until, f.first_seen_at,
    f.first_comparison_id, f.last_seen_at, f.last_comparison_id, f.resolved_at
  from baseline_findings f
  join baselines b on b.id = f.baseline_id
  left join users u on u.id = f.accepted_by`;

export interface FindingListRequest extends FindingFilter {
  baselineId: string | null;
  cursor: string | null;
  limit: number;
}

const positionSchema = z.tuple([z.int(), z.string(), z.string()]);

/** A page of the tenant's findings. One query, in the order of an index; of unresolved ones, an index of these alone. */
export async function listFindings(
  database: D1Database,
  tenant: Tenant,
  request: FindingListRequest,
  now: number,
): Promise<Page<Finding>> {
  const after = decodeCursor(request.cursor, positionSchema);
  const { sql, parameters } = findingListStatement(tenant.id, request, after ?? [-1, "", ""], now);
  const { results } = await database
    .prepare(sql)
    .bind(...parameters)
    .all();
  const rows = z.array(findingRowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.severity_rank, last.key, last.finding_id]),
    (row) => toFinding(row, tenant.slug),
  );
}

/** The list's SQL; apart, so that a test can ask for its plan. Only fixed text goes into it. */
export function findingListStatement(
  tenantId: string,
  request: FindingListRequest,
  after: z.infer<typeof positionSchema>,
  now: number,
): { sql: string; parameters: (string | number | null)[] } {
  const ofStatus = {
    open: `and f.status in ('open', 'accepted') and ${STATUS} = 'open'`,
    accepted: `and f.status in ('open', 'accepted') and ${STATUS} = 'accepted'`,
    resolved: "and f.status = 'resolved'",
  };
  const rank = request.severity === null ? null : SEVERITIES.indexOf(request.severity);
  return {
    sql: `${SELECT}
      where f.tenant_id = ?2 and (f.severity_rank, f.key, f.id) > (?3, ?4, ?5) and (?6 is null or f.severity_rank = ?6)
        and (?7 is null or f.kind = ?7) and (?8 is null or f.baseline_id = ?8)
        ${request.status === null ? "" : ofStatus[request.status]}
      order by f.severity_rank, f.key, f.id limit ?9`,
    parameters: [now, tenantId, ...after, rank, request.kind, request.baselineId, oneMore(request.limit)],
  };
}

const eventSchema = z.object({
  id: z.string(),
  at: z.int(),
  event: z.enum(FINDING_EVENTS),
  comparison_id: z.string().nullable(),
  actor_id: z.string().nullable(),
  actor_name: z.string().nullable(),
  reason: z.string().nullable(),
  until: z.int().nullable(),
});
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
  database: D1Database,
  tenant: Tenant,
  findingId: string,
  now: number,
): Promise<FindingReading | null> {
  const [found, events] = await database.batch([
    database
      .prepare(`${SELECT.replace("select ", "select f.detail_hash, ")} where f.id = ?2 and f.tenant_id = ?3`)
      .bind(now, findingId, tenant.id),
    database
      .prepare(
        `select e.id, e.at, e.event, e.comparison_id, e.actor_id, u.name as actor_name, e.reason, e.until
           from finding_events e left join users u on u.id = e.actor_id
          where e.finding_id = ?1 order by e.at desc, e.rowid desc limit ?2`,
      )
      .bind(findingId, MAX_EVENTS),
  ]);
  const raw = found?.results[0];
  if (raw === undefined) return null;
  const row = findingRowSchema.extend({ detail_hash: z.string().nullable() }).parse(raw);
  return {
    finding: toFinding(row, tenant.slug),
    detailHash: row.detail_hash,
    history: z
      .array(eventSchema)
      .parse(events?.results ?? [])
      .map((event) => ({
        id: event.id,
        at: isoTime(event.at),
        event: event.event,
        comparisonId: event.comparison_id,
        actor: personOf(event.actor_id, event.actor_name),
        reason: event.reason,
        until: isoTimeOrNull(event.until),
      })),
  };
}

/** A page of what a sealed comparison left. The caller has made sure whose comparison it is. */
export async function listComparisonFindings(
  database: D1Database,
  tenant: Tenant,
  request: FindingFilter & { comparisonId: string; cursor: string | null; limit: number },
): Promise<Page<ComparisonFinding>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const rank = request.severity === null ? null : SEVERITIES.indexOf(request.severity);
  const { results } = await database
    .prepare(COMPARISON_FINDING_LIST)
    .bind(
      request.comparisonId,
      after?.[0] ?? -1,
      after?.[1] ?? "",
      rank,
      request.kind,
      request.status,
      oneMore(request.limit),
    )
    .all();
  const rows = z.array(factsRowSchema).parse(results);
  return mapPage(
    pageOf(rows, request.limit, (last) => [last.severity_rank, last.key]),
    (row) => toFacts(row, tenant.slug),
  );
}

/** Drafts of a comparison that is not sealed are nobody's findings yet. */
export const COMPARISON_FINDING_LIST = `
  select f.finding_id, c.baseline_id, b.name as baseline_name, f.key, f.kind, f.family, f.graph_id, f.name, f.severity,
         f.severity_rank, f.rule, f.message, f.status, f.changes_hash, f.change_count, f.checked
    from baseline_comparisons c
    join baselines b on b.id = c.baseline_id
    join comparison_findings f on f.comparison_id = c.id
   where c.id = ?1 and c.status = 'sealed' and f.comparison_id = ?1 and (f.severity_rank, f.key) > (?2, ?3)
     and (?4 is null or f.severity_rank = ?4) and (?5 is null or f.kind = ?5) and (?6 is null or f.status = ?6)
   order by f.severity_rank, f.key limit ?7`;
