/** How SQLite would run the queries of a piece of code: for tests that hold hot queries to their indexes. */

/** The plan of each statement that `work` binds, in order, by its SQL. The statements run as well. */
export async function queryPlans<Database extends D1Database>(
  database: Database,
  work: (database: Database) => Promise<unknown>,
): Promise<{ sql: string; plan: string }[]> {
  const bound: { sql: string; parameters: unknown[] }[] = [];
  const watched = new Proxy(database, {
    get(target, name) {
      if (name !== "prepare") {
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      }
      return (sql: string) => {
        const statement = target.prepare(sql);
        return {
          bind: (...parameters: unknown[]) => {
            bound.push({ sql, parameters });
            return statement.bind(...parameters);
          },
        };
      };
    },
  });
  await work(watched);
  const plans: { sql: string; plan: string }[] = [];
  for (const { sql, parameters } of bound) {
    const { results } = await database
      .prepare(`explain query plan ${sql}`)
      .bind(...parameters)
      .all<{ detail: string }>();
    plans.push({ sql, plan: results.map(({ detail }) => detail).join("; ") });
  }
  return plans;
}
