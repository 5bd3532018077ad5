/** What evidence is made of, read from stored truth. Nothing here asks Microsoft Graph. */
import { z } from "zod";
import { normalizeSummaryCounts, type SummaryCounts } from "../../contract/summary-counts.ts";
import { parseStoredJson } from "../sql/stored-json.ts";

const policySchema = z.object({
  family: z.string(),
  graph_id: z.string(),
  name: z.string(),
  platform: z.string().nullable(),
  odata_type: z.string().nullable(),
  assignment_count: z.int().nullable(),
  version_number: z.int(),
  content_hash: z.string(),
  content_bytes: z.int(),
  last_modified_at: z.string(),
  first_seen_at: z.int(),
  last_seen_at: z.int(),
  last_seen_run_id: z.string(),
  last_request_id: z.string().nullable(),
});
export type PolicyFactsRow = z.infer<typeof policySchema>;

/** A page of the policies that are there, in the order of family and Graph id, by the primary key. */
export async function listPolicyFacts(
  database: D1Database,
  tenantId: string,
  after: { family: string; graphId: string },
  limit: number,
): Promise<PolicyFactsRow[]> {
  const { results } = await database
    .prepare(
      `select family, graph_id, name, platform, odata_type, assignment_count, version_number, content_hash, content_bytes,
              last_modified_at, first_seen_at, last_seen_at, last_seen_run_id, last_request_id
         from policies
        where tenant_id = ?1 and (family, graph_id) > (?2, ?3) and removed_at is null
        order by family, graph_id limit ?4`,
    )
    .bind(tenantId, after.family, after.graphId, limit)
    .all();
  return z.array(policySchema).parse(results);
}

const runSchema = z.object({
  id: z.string(),
  type: z.string(),
  status: z.string(),
  outcome: z.string(),
  summary_counts: z.string(),
  failure_code: z.string().nullable(),
  initiator: z.string().nullable(),
  created_at: z.int(),
  completed_at: z.int().nullable(),
});

export interface RunFacts {
  id: string;
  type: string;
  status: string;
  outcome: string;
  summaryCounts: SummaryCounts;
  failureCode: string | null;
  initiator: string | null;
  createdAt: number;
  completedAt: number | null;
}

/** The tenant's runs that were requested in a span of time, newest first; `except` is left out. */
export async function listRunFacts(
  database: D1Database,
  request: { tenantId: string; from: number; until: number; except: string; limit: number },
): Promise<RunFacts[]> {
  const { results } = await database
    .prepare(
      `select r.id, r.type, r.status, r.outcome, r.summary_counts, r.failure_code, u.name as initiator, r.created_at, r.completed_at
         from operation_runs r left join users u on u.id = r.initiator_id
        where r.tenant_id = ?1 and r.created_at between ?2 and ?3 and r.id <> ?4
        order by r.created_at desc, r.id desc limit ?5`,
    )
    .bind(request.tenantId, request.from, request.until, request.except, request.limit)
    .all();
  return z
    .array(runSchema)
    .parse(results)
    .map((row) => ({
      id: row.id,
      type: row.type,
      status: row.status,
      outcome: row.outcome,
      summaryCounts: normalizeSummaryCounts(parseStoredJson(row.summary_counts)),
      failureCode: row.failure_code,
      initiator: row.initiator,
      createdAt: row.created_at,
      completedAt: row.completed_at,
    }));
}

const countSchema = z.object({ type: z.string(), outcome: z.string(), runs: z.int() });

/** How many runs of each type came to what, in the same span. */
export async function countRuns(
  database: D1Database,
  request: { tenantId: string; from: number; until: number; except: string },
): Promise<z.infer<typeof countSchema>[]> {
  const { results } = await database
    .prepare(
      `select type, outcome, count(*) as runs from operation_runs
        where tenant_id = ?1 and created_at between ?2 and ?3 and id <> ?4
        group by type, outcome order by type, outcome`,
    )
    .bind(request.tenantId, request.from, request.until, request.except)
    .all();
  return z.array(countSchema).parse(results);
}

const coverageCountSchema = z.object({ policies: z.int(), covered: z.int(), oldest: z.int().nullable() });
const bareSchema = z.object({ family: z.string(), graph_id: z.string(), name: z.string() });
const setSchema = z.object({
  id: z.string(),
  name: z.string(),
  policies: z.int(),
  oldest: z.int(),
  newest: z.int(),
});

export interface BackupCoverage {
  /** Policies in the inventory, those among them that an active backup set holds, and the oldest of their newest backups. */
  policies: number;
  covered: number;
  oldestBackupAt: number | null;
  /** Policies that no active set holds, at most as many as asked for, in the order of family and id. */
  without: { family: string; graphId: string; name: string }[];
  /** Active sets that hold something, with how many policies and from when; the newest sets, at most as many as asked for. */
  sets: z.infer<typeof setSchema>[];
}

/** One batch of three queries; policies' backups and sets' items are looked up by an index. */
export async function readBackupCoverage(
  database: D1Database,
  tenantId: string,
  limit: number,
): Promise<BackupCoverage> {
  const newest = `select max(i.captured_at) from backup_set_items i
     join backup_sets s on s.id = i.backup_set_id and s.status = 'active'
    where i.tenant_id = p.tenant_id and i.family = p.family and i.graph_id = p.graph_id`;
  const [counts, bare, sets] = await database.batch([
    database
      .prepare(
        `select count(*) as policies, count(newest) as covered, min(newest) as oldest
           from (select (${newest}) as newest from policies p where p.tenant_id = ?1 and p.removed_at is null)`,
      )
      .bind(tenantId),
    database
      .prepare(
        `select p.family, p.graph_id, p.name from policies p
          where p.tenant_id = ?1 and p.removed_at is null and (${newest}) is null
          order by p.family, p.graph_id limit ?2`,
      )
      .bind(tenantId, limit),
    // Of a policy that a set holds several times, the newest counts.
    database
      .prepare(
        `select s.id, s.name, count(*) as policies, min(i.newest) as oldest, max(i.newest) as newest
           from (select backup_set_id, max(captured_at) as newest from backup_set_items
                  where backup_set_id in (select id from backup_sets where tenant_id = ?1 and status = 'active'
                                           order by created_at desc, id desc limit ?2)
                  group by backup_set_id, family, graph_id) i
           join backup_sets s on s.id = i.backup_set_id
          group by s.id order by s.id`,
      )
      .bind(tenantId, limit),
  ]);
  const { policies, covered, oldest } = coverageCountSchema.parse(counts?.results[0]);
  const without = z
    .array(bareSchema)
    .parse(bare?.results ?? [])
    .map((row) => ({ family: row.family, graphId: row.graph_id, name: row.name }));
  return {
    policies,
    covered,
    oldestBackupAt: oldest,
    without,
    sets: z.array(setSchema).parse(sets?.results ?? []),
  };
}

const findingSchema = z.object({
  id: z.string(),
  kind: z.string(),
  family: z.string(),
  graph_id: z.string().nullable(),
  name: z.string(),
  severity: z.string(),
  message: z.string(),
  status: z.string(),
  accepted_reason: z.string().nullable(),
  accepted_until: z.int().nullable(),
  first_seen_at: z.int(),
  last_seen_at: z.int(),
  baseline: z.string(),
});
export type FindingFacts = z.infer<typeof findingSchema>;
const findingCountSchema = z.object({ status: z.string(), severity: z.string(), findings: z.int() });

/** An acceptance that has run out is none any more, whether or not the sweep has come by (as in `findings.ts`). */
const FINDING_STATUS = "case when f.status = 'accepted' and f.accepted_until <= ?2 then 'open' else f.status end";

/** Findings that are not resolved at a moment, the most severe first, with their baseline's name; and how many there are in all. */
export async function readOpenFindings(
  database: D1Database,
  request: { tenantId: string; at: number; limit: number },
): Promise<{ counts: z.infer<typeof findingCountSchema>[]; findings: FindingFacts[] }> {
  const { tenantId, at, limit } = request;
  const [counts, rows] = await database.batch([
    database
      .prepare(
        `select ${FINDING_STATUS} as status, f.severity, count(*) as findings from baseline_findings f
          where f.tenant_id = ?1 and f.status in ('open', 'accepted') group by 1, 2`,
      )
      .bind(tenantId, at),
    database
      .prepare(
        `select f.id, f.kind, f.family, f.graph_id, f.name, f.severity, f.message, ${FINDING_STATUS} as status,
                f.accepted_reason, f.accepted_until, f.first_seen_at, f.last_seen_at, b.name as baseline
           from baseline_findings f join baselines b on b.id = f.baseline_id
          where f.tenant_id = ?1 and f.status in ('open', 'accepted') order by f.severity_rank, f.key, f.id limit ?3`,
      )
      .bind(tenantId, at, limit),
  ]);
  return {
    counts: z.array(findingCountSchema).parse(counts?.results ?? []),
    findings: z.array(findingSchema).parse(rows?.results ?? []),
  };
}
