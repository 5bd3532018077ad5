/** A D1 that fails at one chosen call, before or after the call took effect: a crash between any two writes. */

export type CrashMoment = "before" | "after";

export class Crash extends Error {
  override name = "Crash";
}

/** `calls` counts what was asked so far; `at` is the call, from 1, that crashes, 0 for none. */
export interface CrashPlan {
  calls: number;
  at: number;
  moment: CrashMoment;
}

/** Statements of it go to the real one; `run`, `all`, `raw`, `first` and `batch` are the calls. */
export function crashingDatabase<Database extends D1Database>(database: Database, plan: CrashPlan): Database {
  async function call<T>(work: () => Promise<T>): Promise<T> {
    plan.calls += 1;
    if (plan.calls !== plan.at) return work();
    if (plan.moment === "after") await work();
    throw new Crash(`call ${plan.at}, ${plan.moment} it took effect`);
  }
  const real = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      run: () => call(() => statement.run()),
      all: () => call(() => statement.all()),
      raw: () => call(() => statement.raw()),
      first: (column?: string) => call(() => (column === undefined ? statement.first() : statement.first(column))),
    } as unknown as D1PreparedStatement;
    real.set(wrapped, statement);
    return wrapped;
  };
  return {
    prepare: (sql: string) => wrap(database.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) =>
      call(() => database.batch(statements.map((statement) => real.get(statement) ?? statement))),
  } as unknown as Database;
}
