/** A D1 that fails at one statement, before or after it was applied: as a consumer sees it that dies there, or loses the answer. */

export interface CrashPoint {
  /** Counted over all statements and batches, from 1. */
  at: number;
  when: "before" | "after";
}

export interface CrashingDatabase<Database> {
  database: Database;
  /** How many statements and batches were asked for. */
  asked: () => number;
}

export function crashingDatabase<Database extends D1Database>(
  real: Database,
  crash: CrashPoint | null,
): CrashingDatabase<Database> {
  let asked = 0;
  const originals = new WeakMap<object, D1PreparedStatement>();
  const once = async <T>(work: () => Promise<T>): Promise<T> => {
    asked += 1;
    const struck = crash?.at === asked ? crash.when : null;
    if (struck === "before") throw new Error("crashed before a statement");
    const result = await work();
    if (struck === "after") throw new Error("crashed after a statement");
    return result;
  };
  const wrapped = (statement: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => wrapped(target.bind(...values));
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...values: unknown[]) => once(() => Reflect.apply(member, target, values));
      },
    });
    originals.set(proxy, statement);
    return proxy;
  };
  const database = new Proxy(real, {
    get(target, name) {
      if (name === "prepare") return (sql: string) => wrapped(target.prepare(sql));
      if (name === "batch") {
        return (statements: D1PreparedStatement[]) =>
          once(() => target.batch(statements.map((statement) => originals.get(statement) ?? statement)));
      }
      return Reflect.get(target, name);
    },
  });
  return { database, asked: () => asked };
}
