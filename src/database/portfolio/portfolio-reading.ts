/** Reads runs over tenants: of the control database, and of each run only the tenants that the reader may see. */
import { and, desc, eq, getTableColumns, gt, isNotNull, isNull, ne, type SQL, sql, type SQLWrapper } from "drizzle-orm";
import { z } from "zod";
import type { ChosenHow, PortfolioState, PortfolioType } from "../../contract/portfolio.ts";
import { PORTFOLIO, PORTFOLIO_OPERATION } from "../../contract/portfolio.ts";
import { normalizeSummaryCounts } from "../../contract/summary-counts.ts";
import type { ProjectionRow } from "../../runs/facts/projection-row.ts";
import type { ControlDatabase } from "../databases.ts";
import { decodeCursor, oneMore, type Page, pageOf } from "../sql/cursor.ts";
import { beyond, firstOf, query, rowsOf } from "../sql/read.ts";
import { parseStoredJson } from "../sql/stored-json.ts";
import { personOf } from "../tenancy/person.ts";
import { users } from "../tenancy/tables.ts";
import { RETRYABLE } from "./portfolio-writing.ts";
import { portfolioRuns, portfolioTenants } from "./tables.ts";

const r = portfolioRuns;
const t = portfolioTenants;

/** A run over tenants, whole. */
export interface PortfolioRow {
  type: PortfolioType;
  standardId: string | null;
  starterId: string;
  chosen: ChosenHow | null;
  row: ProjectionRow;
}

function rows(control: ControlDatabase) {
  return query(control)
    .select({ run: r, starterName: users.name })
    .from(r)
    .leftJoin(users, eq(users.id, r.starterId))
    .$dynamic();
}

function toRow({ run, starterName }: { run: typeof r.$inferSelect; starterName: string | null }): PortfolioRow {
  return {
    type: run.type,
    standardId: run.standardId,
    starterId: run.starterId,
    chosen: run.chosen,
    row: {
      id: run.id,
      tenantId: PORTFOLIO,
      type: PORTFOLIO_OPERATION.type,
      status: run.status,
      outcome: run.outcome,
      sealed: run.sealed,
      finalizerPending: false,
      phase: null,
      pause: run.pause,
      summaryCounts: normalizeSummaryCounts(parseStoredJson(run.summaryCounts)),
      failure: run.failureCode === null ? null : { code: run.failureCode, message: run.failureMessage ?? "" },
      result: null,
      subject: null,
      extent: null,
      initiator: personOf(run.starterId, starterName),
      retryOf: run.retryOf,
      workerVersion: run.workerVersion,
      version: run.version,
      createdAt: run.createdAt,
      startedAt: run.startedAt,
      completedAt: run.completedAt,
    },
  };
}

/** A run by its id, whoever asks. One query. */
export async function findPortfolioRun(control: ControlDatabase, runId: string): Promise<PortfolioRow | null> {
  const found = await firstOf(rows(control).where(eq(r.id, runId)).limit(1));
  return found === null ? null : toRow(found);
}

/** Runs by their ids, in no order. One query. */
export async function findPortfolioRuns(control: ControlDatabase, ids: readonly string[]): Promise<PortfolioRow[]> {
  const isOne = sql`${r.id} in (select value from json_each(${JSON.stringify(ids)}))`;
  return (await rowsOf(rows(control).where(isOne))).map(toRow);
}

/** The run that a person's key, or equal work that is active, stands for. One query. */
export async function findEqualRun(
  control: ControlDatabase,
  by: { starterId: string; requestKey: string } | { identity: string } | { retryOf: string; starterId: string },
): Promise<(PortfolioRow & { requestHash: string }) | null> {
  const condition =
    "requestKey" in by
      ? and(eq(r.starterId, by.starterId), eq(r.requestKey, by.requestKey))
      : "identity" in by
        ? and(eq(r.identity, by.identity), ne(r.status, "completed"))
        : and(eq(r.retryOf, by.retryOf), eq(r.starterId, by.starterId));
  const found = await firstOf(rows(control).where(condition).orderBy(desc(r.createdAt)).limit(1));
  return found === null ? null : { ...toRow(found), requestHash: found.run.requestHash };
}

export async function countActivePortfolioRuns(control: ControlDatabase, starterId: string): Promise<number> {
  const found = await firstOf(
    query(control)
      .select({ count: sql<number>`count(*)` })
      .from(r)
      .where(and(eq(r.starterId, starterId), ne(r.status, "completed"))),
  );
  return found?.count ?? 0;
}

/** Who reads, and what of a run that person may see. */
export interface Reader {
  userId: string;
  /** Tenants whose operations the person may follow. */
  visible: readonly string[];
}

/** A tenant of a run that the reader may see; the starter also sees that there was one that is deleted. */
function seen({ userId, visible }: Reader): SQL {
  const list = JSON.stringify(visible);
  return sql`(${t.tenantId} in (select value from json_each(${list})) or (${t.tenantId} is null and ${r.starterId} = ${userId}))`;
}

/** Runs that hold a tenant of the reader, newest first. */
export async function listPortfolioRows(
  control: ControlDatabase,
  reader: Reader,
  request: { state?: "active" | "finished" | undefined; cursor: string | null; limit: number },
): Promise<Page<PortfolioRow>> {
  const after = decodeCursor(request.cursor, z.tuple([z.int(), z.string()]));
  const found = await rowsOf(
    rows(control)
      .where(
        and(
          sql`exists (select 1 from ${t} where ${t.runId} = ${r.id} and ${seen(reader)})`,
          request.state === undefined
            ? undefined
            : request.state === "active"
              ? ne(r.status, "completed")
              : eq(r.status, "completed"),
          beyond([r.createdAt, r.id], "<", after),
        ),
      )
      .orderBy(desc(r.createdAt), desc(r.id))
      .limit(oneMore(request.limit)),
  );
  const page = pageOf(found, request.limit, ({ run }) => [run.createdAt, run.id]);
  return { items: page.items.map(toRow), nextCursor: page.nextCursor };
}

/** What the reader may see of a run, counted. */
export interface SeenCounts {
  /** Tenants of the run in all, and those of them that the reader may see. */
  all: number;
  seen: number;
  verdicts: { succeeded: number; failed: number; skipped: number };
  lastEndedAt: number | null;
  /** Ids of seen tenants that failed and were not taken again. */
  retryable: string[];
  /** Ids of seen tenants that have not ended. */
  open: string[];
}

const countsSchema = z.object({
  runId: z.string(),
  all: z.int(),
  seen: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  skipped: z.int(),
  lastEndedAt: z.int().nullable(),
  retryable: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  open: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
});

/** Counts the tenants of runs by what the reader may see. One query, over all tenants of these runs. */
export async function countSeen(
  control: ControlDatabase,
  reader: Reader,
  runIds: readonly string[],
): Promise<Map<string, SeenCounts>> {
  const { results } = await control
    .prepare(
      `with seen as (
         select t.*, (t.tenant_id in (select value from json_each(?2)) or (t.tenant_id is null and r.starter_id = ?3)) as sees
           from portfolio_run_tenants t join portfolio_runs r on r.id = t.run_id
          where t.run_id in (select value from json_each(?1)))
       select t.run_id as runId, count(*) as "all", sum(sees) as seen,
              sum(sees and t.outcome is 'succeeded') as succeeded, sum(sees and t.outcome is 'failed') as failed,
              sum(sees and t.outcome is 'skipped') as skipped, max(iif(sees, t.ended_at, null)) as lastEndedAt,
              json_group_array(t.tenant_id) filter (where sees and ${RETRYABLE}) as retryable,
              json_group_array(t.tenant_id) filter (where sees and t.outcome is null and t.tenant_id is not null) as open
         from seen t group by t.run_id`,
    )
    .bind(JSON.stringify(runIds), JSON.stringify(reader.visible), reader.userId)
    .all();
  return new Map(
    results.map((result) => {
      const { runId, all, seen, succeeded, failed, skipped, lastEndedAt, retryable, open } = countsSchema.parse(result);
      const verdicts = { succeeded, failed, skipped };
      return [runId, { all, seen, verdicts, lastEndedAt, retryable, open }];
    }),
  );
}

export type PortfolioTenantRow = typeof t.$inferSelect;

/**
 * The tenants of a run that the reader may see, in the order of its list. A cursor is a place among those that the reader sees: a place in the
 * whole list would tell that there are others.
 */
export async function listSeenTenants(
  control: ControlDatabase,
  reader: Reader,
  request: { runId: string; state: PortfolioState | null; cursor: string | null; limit: number },
): Promise<Page<PortfolioTenantRow>> {
  const [after] = decodeCursor(request.cursor, z.tuple([z.int().min(0)])) ?? [0];
  const places = query(control)
    .select({
      ...getTableColumns(t),
      status: r.status,
      place: sql<number>`row_number() over (order by ${t.ordinal})`.as("place"),
    })
    .from(t)
    .innerJoin(r, eq(r.id, t.runId))
    .where(and(eq(t.runId, request.runId), seen(reader)))
    .as("places");
  const found = await rowsOf(
    query(control)
      .select()
      .from(places)
      .where(and(gt(places.place, after), inState(request.state, places)))
      .orderBy(sql`${places.place}`)
      .limit(oneMore(request.limit)),
  );
  return pageOf(found, request.limit, ({ place }) => [place]);
}

/** As `stateOf` has it (runs/reading/portfolio-runs.ts). */
function inState(
  state: PortfolioState | null,
  { outcome, startedAt, status }: Record<"outcome" | "startedAt" | "status", SQLWrapper>,
): SQL | undefined {
  const over = sql`${status} = 'completed'`;
  const open = sql`${status} <> 'completed'`;
  switch (state) {
    case null:
      return undefined;
    case "waiting":
      return and(isNull(outcome), isNull(startedAt), open);
    case "running":
      return and(isNull(outcome), isNotNull(startedAt), open);
    case "not_reached":
      return and(isNull(outcome), isNull(startedAt), over);
    case "canceled":
      return and(isNull(outcome), isNotNull(startedAt), over);
    default:
      return sql`${outcome} = ${state}`;
  }
}

/** A tenant of a run, by its place. */
export function readPortfolioTenant(
  control: ControlDatabase,
  runId: string,
  ordinal: number,
): Promise<PortfolioTenantRow | null> {
  return firstOf(
    query(control)
      .select()
      .from(t)
      .where(and(eq(t.runId, runId), eq(t.ordinal, ordinal))),
  );
}

/** Who started a run, and what it starts; null when there is no such run. One query, by key. */
export function readPortfolioStarter(
  control: ControlDatabase,
  runId: string,
): Promise<{ id: string; type: PortfolioType; standardId: string | null } | null> {
  return firstOf(
    query(control).select({ id: r.starterId, type: r.type, standardId: r.standardId }).from(r).where(eq(r.id, runId)),
  );
}

/** Ordinals of a run's list from one on, in order. */
export async function listOrdinals(
  control: ControlDatabase,
  runId: string,
  from: number,
  limit: number,
): Promise<number[]> {
  const found = await rowsOf(
    query(control)
      .select({ ordinal: t.ordinal })
      .from(t)
      .where(and(eq(t.runId, runId), sql`${t.ordinal} >= ${from}`))
      .orderBy(t.ordinal)
      .limit(limit),
  );
  return found.map(({ ordinal }) => ordinal);
}

/** Tenants of a run whose operation may be under way for it: begun, not ended, and not that of another person. */
export async function listBegun(
  control: ControlDatabase,
  runId: string,
  from: number,
  limit: number,
): Promise<PortfolioTenantRow[]> {
  return rowsOf(
    query(control)
      .select()
      .from(t)
      .where(
        and(
          eq(t.runId, runId),
          sql`${t.ordinal} >= ${from}`,
          isNotNull(t.startedAt),
          isNull(t.outcome),
          isNotNull(t.tenantId),
          sql`${t.own} is not 0`,
        ),
      )
      .orderBy(t.ordinal)
      .limit(limit),
  );
}

const driftingSchema = z.object({
  runId: z.string(),
  paused: z.int(),
  pausedBy: z.string().nullable(),
  starterId: z.string(),
});

/** Active runs whose operations are not all paused, or not all resumed, as the run is. */
export async function listPauseDrift(
  control: ControlDatabase,
  limit: number,
): Promise<{ runId: string; starterId: string; paused: boolean; actorId: string }[]> {
  const { results } = await control
    .prepare(
      `select r.id as runId, r.pause is not null as paused, r.pause ->> '$.by.id' as pausedBy, r.starter_id as starterId
         from portfolio_runs r
        where r.status <> 'completed'
          and exists (select 1 from portfolio_run_tenants t
                       where t.run_id = r.id and t.outcome is null and t.child_id is not null and t.own = 1
                         and (t.paused_with > 0) <> (r.pause is not null))
        order by r.updated_at limit ?1`,
    )
    .bind(limit)
    .all();
  return z
    .array(driftingSchema)
    .parse(results)
    .map(({ runId, paused, pausedBy, starterId }) => ({
      runId,
      starterId,
      paused: paused === 1,
      actorId: pausedBy ?? starterId,
    }));
}
