/**
 * Runs that deliver a person's messages. They belong to no tenant, so they have a table of their own in the control database; nobody lists them: the
 * messages tell what became of each.
 */
import { and, asc, eq, inArray, lt, sql } from "drizzle-orm";
import { ownerOf } from "../../contract/portfolio.ts";
import type { Projection } from "../../runs/facts/projection.ts";
import type { RunSpecification } from "../../runs/facts/run-specification.ts";
import type { ControlDatabase } from "../databases.ts";
import { query, rowsOf } from "../sql/read.ts";
import { newsRuns } from "./tables.ts";

const r = newsRuns;
const TYPE = "news.deliver";

/** What a run that delivers is created with. */
export interface PeopleRun {
  id: string;
  userId: string;
  /** When its messages were taken (milliseconds since the epoch). */
  takenAt: number;
  /** Names of the channels. */
  subject: string | null;
  workerVersion: string;
  createdAt: number;
}

/** Inserts the row once. False when it is there. */
export async function insertPeopleRun(control: ControlDatabase, run: PeopleRun): Promise<boolean> {
  const { id, userId, takenAt, subject, workerVersion, createdAt } = run;
  const { meta } = await control
    .prepare(
      `insert into news_runs (id, user_id, taken_at, subject, status, outcome, worker_version, version, created_at, updated_at)
       values (?1, ?2, ?3, ?4, 'queued', 'pending', ?5, 1, ?6, ?6) on conflict do nothing`,
    )
    .bind(id, userId, takenAt, subject, workerVersion, createdAt)
    .run();
  return meta.changes === 1;
}

/** What the run's object is created with. It names nobody: who owns the messages is its tenant's id. */
export function peopleRunSpecification({
  id,
  userId,
  takenAt,
  subject,
  workerVersion,
  createdAt,
}: PeopleRun): RunSpecification {
  return {
    runId: id,
    tenantId: ownerOf(userId),
    tenantSlug: "",
    type: TYPE,
    input: { takenAt },
    subject,
    initiator: null,
    retryOf: null,
    workerVersion,
    createdAt,
  };
}

/** Writes a projection, unless D1 has that version or a completed run. May be repeated and may come late. Units are told by their messages. */
export async function writePeopleProjection(
  control: ControlDatabase,
  { row, partial }: Projection,
  now: number,
): Promise<void> {
  if (partial) return;
  await control
    .prepare(
      `update news_runs set status = ?2, outcome = ?3, version = ?4, completed_at = ?5, updated_at = ?6
        where id = ?1 and version < ?4 and status <> 'completed'`,
    )
    .bind(row.id, row.status, row.outcome, row.version, row.completedAt, now)
    .run();
}

/** Unfinished runs whose row has been quiet since `before`, with all it takes to create or wake them; marked as looked at. One batch. */
export async function takeQuietPeopleRuns(
  control: ControlDatabase,
  { before, now, limit }: { before: number; now: number; limit: number },
): Promise<RunSpecification[]> {
  const quiet = and(sql`${r.status} <> 'completed'`, lt(r.updatedAt, before));
  const [found] = await query(control).batch([
    query(control).select().from(r).where(quiet).orderBy(asc(r.updatedAt)).limit(limit),
    query(control)
      .update(r)
      .set({ updatedAt: now })
      .where(
        inArray(r.id, query(control).select({ id: r.id }).from(r).where(quiet).orderBy(asc(r.updatedAt)).limit(limit)),
      ),
  ]);
  return found.map(peopleRunSpecification);
}

/** Runs that completed before a moment, oldest first. One query, by an index. */
export async function oldPeopleRuns(control: ControlDatabase, before: number, limit: number): Promise<string[]> {
  const rows = await rowsOf(
    query(control)
      .select({ id: r.id })
      .from(r)
      .where(and(eq(r.status, sql`'completed'`), lt(r.completedAt, before)))
      .orderBy(asc(r.completedAt))
      .limit(limit),
  );
  return rows.map(({ id }) => id);
}

/** Removes rows of runs whose objects have forgotten them. */
export async function removePeopleRuns(control: ControlDatabase, ids: readonly string[]): Promise<void> {
  await control
    .prepare("delete from news_runs where id in (select value from json_each(?1))")
    .bind(JSON.stringify(ids))
    .run();
}
