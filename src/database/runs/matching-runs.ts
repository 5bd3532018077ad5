/** The runs of a tenant that something can be done to, by a filter: counted, planned, and looked at one by one. */
import { and, asc, eq, gt, gte, inArray, lt, notInArray, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { TYPES_OVER_RUNS } from "../../contract/operation-types.ts";
import { MAX_MATCHING_RUNS, type MatchingAct, type RunFilter } from "../../contract/run-filter.ts";
import type { Capability } from "../../contract/access.ts";
import { allDeclarations } from "../../runs/facts/declarations.ts";
import { mayDo } from "../approvals/may-do.ts";
import { firstOf, query, rowsOf } from "../sql/read.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { operationRuns } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

const r = operationRuns;

/** The conditions of a filter on runs of a tenant. Written out where indexes hold unfinished, or finished, runs alone. */
export function fitsFilter(filter: RunFilter): SQL | undefined {
  const { type, startedBy, from, until } = filter;
  return and(
    type === undefined ? undefined : eq(r.type, type),
    startedBy === undefined ? undefined : eq(r.initiatorId, startedBy),
    from === undefined ? undefined : gte(r.createdAt, Date.parse(from)),
    until === undefined ? undefined : lt(r.createdAt, Date.parse(until)),
  );
}

/** Units that failed can be done again; what is only worth something whole, also when something else made it come to nothing. */
function retriable(): SQL | undefined {
  const whole: string[] = [];
  const byUnits: string[] = [];
  for (const declaration of allDeclarations()) {
    if (declaration.progressMode === "phased" || declaration.retry === "nothing") continue;
    (declaration.retry === "everything" ? whole : byUnits).push(declaration.type);
  }
  return and(
    sql`${r.status} = 'completed'`,
    or(
      and(inArray(r.type, byUnits), sql`${r.summaryCounts} ->> 'failed' > 0`),
      and(inArray(r.type, whole), inArray(r.outcome, ["failed", "partially_succeeded"])),
    ),
  );
}

/** Whether a retry of the run would do anything. One query, by key. */
export async function isRetriable(database: TenantDatabase, tenantId: string, runId: string): Promise<boolean> {
  const found = await firstOf(
    query(database)
      .select({ id: r.id })
      .from(r)
      .where(and(eq(r.id, runId), eq(r.tenantId, tenantId), retriable())),
  );
  return found !== null;
}

export interface MatchingRequest {
  tenantId: string;
  act: MatchingAct;
  filter: RunFilter;
}

/** What can be canceled, or retried and was not yet. Never a run that is itself over others. */
function matching({ tenantId, act, filter }: MatchingRequest): SQL | undefined {
  return and(
    eq(r.tenantId, tenantId),
    notInArray(r.type, Object.values(TYPES_OVER_RUNS)),
    act === "cancel"
      ? sql`${r.status} <> 'completed'`
      : and(retriable(), sql`not exists (select 1 from operation_runs retries where retries.retry_of = ${r.id})`),
    fitsFilter(filter),
  );
}

/** How many runs match, and what the person is called who started one of them. One query, which reads all runs of the filter's time. */
export async function countMatchingRuns(
  database: TenantDatabase,
  request: MatchingRequest,
): Promise<{ runs: number; starter: string | null }> {
  const counted = await firstOf(
    query(database)
      .select({ runs: sql<number>`count(*)`, starter: sql<string | null>`max(${users.name})` })
      .from(r)
      .leftJoin(users, eq(users.id, r.initiatorId))
      .where(matching(request)),
  );
  return counted ?? { runs: 0, starter: null };
}

export interface MatchingRun {
  id: string;
  type: string;
  subject: string | null;
}

/** Runs that match, by their ids, behind `after`, started at a time or before. One query. */
export function listMatchingRuns(
  database: TenantDatabase,
  request: MatchingRequest & { startedUntil: number; after: string | null; limit?: number },
): Promise<MatchingRun[]> {
  const { startedUntil, after, limit = MAX_MATCHING_RUNS } = request;
  return rowsOf(
    query(database)
      .select({ id: r.id, type: r.type, subject: r.subject })
      .from(r)
      .where(
        and(matching(request), sql`${r.createdAt} <= ${startedUntil}`, after === null ? undefined : gt(r.id, after)),
      )
      .orderBy(asc(r.id))
      .limit(limit),
  );
}

/** The person who started a run, and whether they may do all of some things in its tenant at this moment. */
export interface Starter {
  id: string;
  name: string;
  tenantSlug: string;
  may: boolean;
}

const starterSchema = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  slug: z.string(),
  may: z.int().nullable(),
});

/** Null for a run that nobody is known to have started. One query, by keys. */
export async function readStarter(
  database: TenantDatabase,
  request: { tenantId: string; runId: string; capabilities: readonly Capability[] },
): Promise<Starter | null> {
  const may = request.capabilities.map((each) => mayDo("r.tenant_id", "r.initiator_id", each)).join(" and ");
  const row = await database
    .prepare(
      `select r.initiator_id as id, u.name, t.slug, ${may} as may
         from operation_runs r
         join tenants t on t.id = r.tenant_id
         left join users u on u.id = r.initiator_id
        where r.id = ?1 and r.tenant_id = ?2`,
    )
    .bind(request.runId, request.tenantId)
    .first();
  const found = row === null ? null : starterSchema.parse(row);
  const person = found === null ? null : personOf(found.id, found.name);
  return found === null || person === null ? null : { ...person, tenantSlug: found.slug, may: found.may === 1 };
}
