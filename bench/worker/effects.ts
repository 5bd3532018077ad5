/** Effects of `bench.effects`: one row per unit, which also says how often the unit was executed. */

const SCHEMA = `create table if not exists effects (
  run_id text not null, ordinal integer not null, executions integer not null, primary key (run_id, ordinal)
) without rowid`;

let ready: Promise<unknown> | null = null;

/** Durable when it resolves; a repetition leaves one row. */
export async function storeEffect(database: D1Database, runId: string, ordinal: number): Promise<void> {
  await prepareEffects(database);
  await database
    .prepare(
      `insert into effects (run_id, ordinal, executions) values (?1, ?2, 1)
       on conflict do update set executions = executions + 1`,
    )
    .bind(runId, ordinal)
    .run();
}

export interface EffectsSummary {
  /** Rows of the run: equal to its units when each effect is present once. */
  rows: number;
  /** Times a unit was executed: more than `rows` after redeliveries. */
  executions: number;
  lowestOrdinal: number | null;
  highestOrdinal: number | null;
}

export async function readEffects(database: D1Database, runId: string): Promise<EffectsSummary> {
  await prepareEffects(database);
  const summary = await database
    .prepare(
      `select count(*) as rows, coalesce(sum(executions), 0) as executions,
              min(ordinal) as lowestOrdinal, max(ordinal) as highestOrdinal from effects where run_id = ?1`,
    )
    .bind(runId)
    .first<EffectsSummary>();
  return summary ?? { rows: 0, executions: 0, lowestOrdinal: null, highestOrdinal: null };
}

async function prepareEffects(database: D1Database): Promise<void> {
  ready ??= database.prepare(SCHEMA).run();
  try {
    await ready;
  } catch (error) {
    ready = null;
    throw error;
  }
}
