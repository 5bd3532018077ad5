/** A D1 database with a gate before every request. Statements and their meaning stay as they are. */

/** Stands before a request of so many statements: may count it, let it wait, or refuse it by rejecting. */
export type DatabaseGate = <T>(statements: number, request: () => Promise<T>) => Promise<T>;

/** What a gated statement stands for: batches take the platform's own statements only. */
const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

/** Whether a binding is a D1 database. */
export function isDatabase(binding: unknown): binding is D1Database {
  return typeof binding === "object" && binding !== null && "prepare" in binding && "batch" in binding;
}

export function gatedDatabase<Database extends D1Database>(database: Database, gate: DatabaseGate): Database {
  return replaceMembers(database, {
    prepare: (query: string) => gatedStatement(database.prepare(query), gate),
    batch: (statements: D1PreparedStatement[]) =>
      gate(statements.length, () =>
        database.batch(statements.map((statement) => originals.get(statement) ?? statement)),
      ),
  });
}

function gatedStatement(statement: D1PreparedStatement, gate: DatabaseGate): D1PreparedStatement {
  const wrapped = replaceMembers(statement, {
    bind: (...values: unknown[]) => gatedStatement(statement.bind(...values), gate),
    run: () => gate(1, () => statement.run()),
    all: () => gate(1, () => statement.all()),
    raw: () => gate(1, () => statement.raw()),
    first: (column?: string) => gate(1, () => (column === undefined ? statement.first() : statement.first(column))),
  });
  originals.set(wrapped, statement);
  return wrapped;
}

/** The object with some members replaced. Methods of platform objects insist on their own `this`, so they are bound to it. */
export function replaceMembers<T extends object>(target: T, members: Record<string, unknown>): T {
  return new Proxy(target, {
    get: (_target, name) => {
      if (typeof name === "string" && Object.hasOwn(members, name)) return members[name];
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...parameters: unknown[]) => {
        const answer: unknown = Reflect.apply(value, target, parameters);
        return answer;
      };
    },
  });
}
