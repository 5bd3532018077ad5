/**
 * The journal of restores: a row for each attempt at a write to Graph, by plan item. Whoever executes the item again, in whichever
 * run, goes on from here. Each command is one statement (or batch) that takes effect only on the state that it speaks of.
 */
import { z } from "zod";
import type { TenantDatabase } from "../databases.ts";
import { knownAsStatement } from "./undo-items.ts";

export interface JournalKey {
  tenantId: string;
  planId: string;
  /** The plan item's. */
  ordinal: number;
}

export interface StoredAttempt {
  /** The run that made it. */
  runId: string;
  /** As it was begun, with its outcome once it has one. */
  entry: unknown;
}

const rowSchema = z.object({ run_id: z.string(), entry: z.string() });

/** An item's attempts, in the order in which they were begun. One query, by the journal's key. */
export async function readAttempts(database: TenantDatabase, key: JournalKey): Promise<StoredAttempt[]> {
  const { results } = await database
    .prepare(
      "select run_id, entry from restore_journal where plan_id = ?1 and ordinal = ?2 and tenant_id = ?3 order by seq",
    )
    .bind(key.planId, key.ordinal, key.tenantId)
    .all();
  return z
    .array(rowSchema)
    .parse(results)
    .map((row): StoredAttempt => ({ runId: row.run_id, entry: JSON.parse(row.entry) }));
}

export interface NewAttempt {
  runId: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** With members `step` and `number`, which name it. */
  entry: { step: string; number: number };
}

/** Begins an attempt; false, and nothing written, when that number of that step was begun already. One statement. */
export async function beginAttempt(database: TenantDatabase, key: JournalKey, attempt: NewAttempt): Promise<boolean> {
  const { entry, at, runId } = attempt;
  const { meta } = await database
    .prepare(
      `insert into restore_journal (plan_id, ordinal, seq, tenant_id, run_id, at, entry)
       select ?1, ?2, coalesce(max(seq) + 1, 0), ?3, ?4, ?5, ?6 from restore_journal where plan_id = ?1 and ordinal = ?2
       having not exists (select 1 from restore_journal where plan_id = ?1 and ordinal = ?2 and ${NAMED})`,
    )
    .bind(key.planId, key.ordinal, key.tenantId, runId, at, JSON.stringify(entry), entry.step, entry.number)
    .run();
  return meta.changes === 1;
}

const NAMED = "json_extract(entry, '$.step') = ?7 and json_extract(entry, '$.number') = ?8";

const outcomeRowSchema = z.object({ outcome: z.string().nullable(), taken: z.int() });

/**
 * Ends an attempt, unless it has ended. `taken`, and nothing written, when the policy that it is said to have made is another
 * item's; `ended_already` when it has ended otherwise. What is kept for an undo of the item learns the policy's id in the same transaction. One
 * batch of three statements; the unique index stands behind the first.
 */
export async function endAttempt(
  database: TenantDatabase,
  key: JournalKey,
  { step, number }: { step: string; number: number },
  outcome: { policyId: string | null; text: string },
): Promise<"recorded" | "taken" | "ended_already"> {
  const [, , found] = await database.batch([
    database
      .prepare(
        `update restore_journal set entry = json_set(entry, '$.outcome', json(?5)), policy_id = ?6
          where plan_id = ?1 and ordinal = ?2 and tenant_id = ?3 and json_extract(entry, '$.step') = ?4
            and json_extract(entry, '$.number') = ?7 and json_extract(entry, '$.outcome') is null
            and not exists (select 1 from restore_journal where tenant_id = ?3 and policy_id = ?6)`,
      )
      .bind(key.planId, key.ordinal, key.tenantId, step, outcome.text, outcome.policyId, number),
    knownAsStatement(database, key, outcome.policyId),
    database
      .prepare(
        `select json_extract(entry, '$.outcome') as outcome,
                exists (select 1 from restore_journal other where other.tenant_id = ?3 and other.policy_id = ?6
                          and (other.plan_id, other.ordinal) <> (?1, ?2)) as taken
           from restore_journal
          where plan_id = ?1 and ordinal = ?2 and tenant_id = ?3 and json_extract(entry, '$.step') = ?4
            and json_extract(entry, '$.number') = ?5`,
      )
      .bind(key.planId, key.ordinal, key.tenantId, step, number, outcome.policyId),
  ]);
  const row = outcomeRowSchema.parse(found?.results[0]);
  if (row.outcome === null) return "taken";
  return sameJson(row.outcome, outcome.text) ? "recorded" : "ended_already";
}

/** SQLite tells its JSON without white space, as `JSON.stringify` does, and keeps the order of members. */
function sameJson(one: string, other: string): boolean {
  return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
}

/** The ids of all policies that a plan has made so far. One query, by the journal's key. */
export async function madeByPlan(database: TenantDatabase, tenantId: string, planId: string): Promise<Set<string>> {
  const { results } = await database
    .prepare("select policy_id from restore_journal where plan_id = ?1 and tenant_id = ?2 and policy_id is not null")
    .bind(planId, tenantId)
    .all();
  return new Set(
    z
      .array(z.object({ policy_id: z.string() }))
      .parse(results)
      .map((row) => row.policy_id),
  );
}

/**
 * What restores have made of a family's policies that were gone: the newest id that each got, by the id that it was backed up with.
 * Copies (mode `create`) are not: they stand beside what they are copies of. One query, by the index of made policies: it reads
 * all that were ever made in the tenant.
 */
export async function policiesMadeAnew(
  database: TenantDatabase,
  tenantId: string,
  family: string,
): Promise<Map<string, string>> {
  const { results } = await database.prepare(MADE_ANEW).bind(tenantId, family).all();
  const rows = z.array(z.object({ graph_id: z.string(), policy_id: z.string() })).parse(results);
  return new Map(rows.map(({ graph_id, policy_id }) => [graph_id, policy_id]));
}

/** Separate so that a test can ask the database for its plan. */
export const MADE_ANEW = `
  select i.graph_id, j.policy_id
    from restore_journal j
    join restore_plan_items i on i.plan_id = j.plan_id and i.ordinal = j.ordinal and i.family = ?2
    join restore_plans p on p.id = j.plan_id and json_extract(p.options, '$.mode') = 'update'
   where j.tenant_id = ?1 and j.policy_id is not null
   order by j.at, j.policy_id`;

/** Of an item of one plan that is to be made: what runs of other plans, made meanwhile, have made of the same policy. */
export interface MakingKey {
  tenantId: string;
  planId: string;
  family: string;
  graphId: string;
}

/**
 * The policy that another plan has made of the item's since this plan was begun; null when none has, and for copies. One query: by
 * the tenant's restores, and the journals of those that ended since, if any.
 */
export function madeByAnotherPlan(database: TenantDatabase, key: MakingKey): Promise<string | null> {
  return database
    .prepare(MADE_BY_ANOTHER)
    .bind(key.tenantId, key.planId, key.family, key.graphId)
    .first<string>("policy_id");
}

/** Separate so that a test can ask the database for its plan. */
export const MADE_BY_ANOTHER = `
  with own as (select created_at from restore_plans where id = ?2 and json_extract(options, '$.mode') = 'update'),
       others as (select distinct json_extract(o.input, '$.planId') as id from operation_runs o, own
                   where o.tenant_id = ?1 and o.type = 'policy.restore'
                     and (o.completed_at is null or o.completed_at >= own.created_at)
                     and json_extract(o.input, '$.planId') <> ?2)
  select j.policy_id
    from others
    join restore_plans p on p.id = others.id and json_extract(p.options, '$.mode') = 'update'
    join restore_journal j on j.plan_id = others.id and j.policy_id is not null and j.at >= (select created_at from own)
    join restore_plan_items i on i.plan_id = j.plan_id and i.ordinal = j.ordinal and i.family = ?3 and i.graph_id = ?4
   order by j.at desc limit 1`;
