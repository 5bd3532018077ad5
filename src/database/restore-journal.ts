/**
 * The journal of restores: a row for each attempt at a write to Graph, by plan item. Whoever executes the item again, in whichever
 * run, goes on from here. Each command is one statement (or batch) that takes effect only on the state that it speaks of.
 */
import { z } from "zod";

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
export async function readAttempts(database: D1Database, key: JournalKey): Promise<StoredAttempt[]> {
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
export async function beginAttempt(database: D1Database, key: JournalKey, attempt: NewAttempt): Promise<boolean> {
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
 * item's; `ended_already` when it has ended otherwise. One batch of two statements; the unique index stands behind the first.
 */
export async function endAttempt(
  database: D1Database,
  key: JournalKey,
  { step, number }: { step: string; number: number },
  outcome: { policyId: string | null; text: string },
): Promise<"recorded" | "taken" | "ended_already"> {
  const [, found] = await database.batch([
    database
      .prepare(
        `update restore_journal set entry = json_set(entry, '$.outcome', json(?5)), policy_id = ?6
          where plan_id = ?1 and ordinal = ?2 and tenant_id = ?3 and json_extract(entry, '$.step') = ?4
            and json_extract(entry, '$.number') = ?7 and json_extract(entry, '$.outcome') is null
            and not exists (select 1 from restore_journal where tenant_id = ?3 and policy_id = ?6)`,
      )
      .bind(key.planId, key.ordinal, key.tenantId, step, outcome.text, outcome.policyId, number),
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
export async function madeByPlan(database: D1Database, tenantId: string, planId: string): Promise<Set<string>> {
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
