/** What evidence is made of, read from stored truth. Nothing here asks Microsoft Graph. */
import { SEALED_ORIGINS } from "../../contract/backup-sets.ts";
import { and, between, count, desc, eq, isNull, ne, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { normalizeSummaryCounts, type SummaryCounts } from "../../contract/summary-counts.ts";
import { baselines } from "../baselines/tables.ts";
import { statusAt } from "../findings/finding-row.ts";
import { baselineFindings } from "../findings/tables.ts";
import { FAMILY_OF_POLICY, LAST_SEEN_AT, LAST_SEEN_RUN_ID, READING_REQUESTS } from "../inventory/last-seen.ts";
import { inventoryFamilies, policies, unreadablePolicies } from "../inventory/tables.ts";
import { operationRuns } from "../runs/tables.ts";
import { beyond, query, rowsOf } from "../sql/read.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { users } from "../tenancy/tables.ts";
import type { TenantDatabase } from "../databases.ts";

export type PolicyFactsRow = Omit<typeof policies.$inferSelect, "lastSeenAt" | "lastSeenRunId"> & {
  lastSeenAt: number;
  lastSeenRunId: string;
  /** Since when the policy could not be read (milliseconds since the epoch), and why; null when it was. */
  unread: { since: number; message: string } | null;
};

/** A page of the policies that are there, in the order of family and Graph id, by the primary key. One query. */
export async function listPolicyFacts(
  database: TenantDatabase,
  tenantId: string,
  after: { family: string; graphId: string },
  limit: number,
): Promise<PolicyFactsRow[]> {
  const p = policies;
  const u = unreadablePolicies;
  const told = sql`(${sql.raw(READING_REQUESTS)} where reading.tenant_id = ${tenantId} and reading.family >= ${after.family}) told`;
  const rows = await rowsOf(
    query(database)
      .select({
        policy: p,
        lastSeenAt: LAST_SEEN_AT,
        lastSeenRunId: LAST_SEEN_RUN_ID,
        toldBy: sql<string | null>`told.request_id`.as("told_by"),
        since: u.since,
        message: u.reasonMessage,
      })
      .from(p)
      .leftJoin(inventoryFamilies, FAMILY_OF_POLICY)
      .leftJoin(told, sql`told.family = ${p.family} and told.graph_id = ${p.graphId} and ${p.lastSeenAt} is null`)
      .leftJoin(u, and(eq(u.tenantId, p.tenantId), eq(u.family, p.family), eq(u.graphId, p.graphId)))
      .where(
        and(
          eq(p.tenantId, tenantId),
          beyond([p.family, p.graphId], ">", [after.family, after.graphId]),
          isNull(p.removedAt),
        ),
      )
      .orderBy(p.family, p.graphId)
      .limit(limit),
  );
  return rows.map(({ policy, lastSeenAt, lastSeenRunId, toldBy, since, message }) => ({
    ...policy,
    lastSeenAt,
    lastSeenRunId,
    lastRequestId: toldBy ?? policy.lastRequestId,
    unread: since === null || message === null ? null : { since, message },
  }));
}

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

interface RunSpan {
  tenantId: string;
  from: number;
  until: number;
  except: string;
}

const r = operationRuns;

function inSpan({ tenantId, from, until, except }: RunSpan): SQL | undefined {
  return and(eq(r.tenantId, tenantId), between(r.createdAt, from, until), ne(r.id, except));
}

/** The tenant's runs that were requested in a span of time, newest first; `except` is left out. */
export async function listRunFacts(
  database: TenantDatabase,
  request: RunSpan & { limit: number },
): Promise<RunFacts[]> {
  const { id, type, status, outcome, summaryCounts, failureCode, createdAt, completedAt } = r;
  const rows = await rowsOf(
    query(database)
      .select({ id, type, status, outcome, summaryCounts, failureCode, initiator: users.name, createdAt, completedAt })
      .from(r)
      .leftJoin(users, eq(users.id, r.initiatorId))
      .where(inSpan(request))
      .orderBy(desc(createdAt), desc(id))
      .limit(request.limit),
  );
  return rows.map((row) => ({ ...row, summaryCounts: normalizeSummaryCounts(parseStoredJson(row.summaryCounts)) }));
}

/** How many runs of each type came to what, in the same span. */
export async function countRuns(
  database: TenantDatabase,
  request: RunSpan,
): Promise<{ type: string; outcome: string; runs: number }[]> {
  return rowsOf(
    query(database)
      .select({ type: r.type, outcome: r.outcome, runs: count() })
      .from(r)
      .where(inSpan(request))
      .groupBy(r.type, r.outcome)
      .orderBy(r.type, r.outcome),
  );
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

/** Of these nothing is a backup, in quotes: what restores have replaced, what standards prepared. */
const SEALED = SEALED_ORIGINS.map((origin) => `'${origin}'`).join(", ");

/** One batch of three queries; policies' backups and sets' items are looked up by an index. */
export async function readBackupCoverage(
  database: TenantDatabase,
  tenantId: string,
  limit: number,
): Promise<BackupCoverage> {
  const newest = `select max(i.captured_at) from backup_set_items i
     join backup_sets s on s.id = i.backup_set_id and s.status = 'active' and s.origin not in (${SEALED})
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
                  where backup_set_id in (select id from backup_sets where tenant_id = ?1 and status = 'active' and origin not in (${SEALED})
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

const f = baselineFindings;

export interface FindingFacts extends Pick<
  typeof f.$inferSelect,
  | "id"
  | "kind"
  | "family"
  | "graphId"
  | "name"
  | "severity"
  | "message"
  | "status"
  | "acceptedReason"
  | "acceptedUntil"
  | "firstSeenAt"
  | "lastSeenAt"
> {
  /** Its name. */
  baseline: string;
}

/** Findings that are not resolved at a moment, the most severe first, with their baseline's name; and how many there are in all. */
export async function readOpenFindings(
  database: TenantDatabase,
  request: { tenantId: string; at: number; limit: number },
): Promise<{ counts: { status: string; severity: string; findings: number }[]; findings: FindingFacts[] }> {
  const { tenantId, at, limit } = request;
  const { id, kind, family, graphId, name, severity, message, acceptedReason, acceptedUntil, firstSeenAt, lastSeenAt } =
    f;
  const status = statusAt(at).as("status_now");
  const unresolved = and(eq(f.tenantId, tenantId), sql`${f.status} in ('open', 'accepted')`);
  const [counts, findings] = await query(database).batch([
    query(database)
      .select({ status, severity, findings: count() })
      .from(f)
      .where(unresolved)
      .groupBy(sql`1`, sql`2`),
    query(database)
      .select({
        id,
        kind,
        family,
        graphId,
        name,
        severity,
        message,
        status,
        acceptedReason,
        acceptedUntil,
        firstSeenAt,
        lastSeenAt,
        baseline: sql<string>`${baselines.name}`.as("baseline"),
      })
      .from(f)
      .innerJoin(baselines, eq(baselines.id, f.baselineId))
      .where(unresolved)
      .orderBy(f.severityRank, f.key, id)
      .limit(limit),
  ]);
  return { counts, findings };
}
