/** The product's bindings, counted. */
import { count, meter } from "./meter.ts";

/** The environment with its database and its queues counted under the name of whoever holds it. */
export function meteredEnv(env: Env, holder: string): Env {
  return {
    ...env,
    DATABASE: meteredDatabase(env.DATABASE, holder),
    RUN_UNITS: meteredQueue(env.RUN_UNITS),
    RUN_UNITS_QUICK: meteredQueue(env.RUN_UNITS_QUICK),
    GRAPH_UNITS: meteredQueue(env.GRAPH_UNITS),
    GRAPH_UNITS_QUICK: meteredQueue(env.GRAPH_UNITS_QUICK),
  };
}

function meteredQueue(queue: Queue): Queue {
  return replaceMembers(queue, {
    sendBatch: async (messages: Iterable<MessageSendRequest>, options?: QueueSendBatchOptions) => {
      const list = [...messages];
      meter.sendBatchCalls += 1;
      meter.messagesSent += list.length;
      return queue.sendBatch(list, options);
    },
  });
}

/** What a metered statement stands for: batches take the platform's own statements only. */
const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

function meteredDatabase(database: D1Database, holder: string): D1Database {
  return replaceMembers(database, {
    prepare: (query: string) => meteredStatement(database.prepare(query), holder),
    batch: async (statements: D1PreparedStatement[]) => {
      count("d1Requests", holder);
      count("d1Queries", holder, statements.length);
      const results = await database.batch(statements.map((statement) => originals.get(statement) ?? statement));
      for (const { meta } of results) count("d1RowsWritten", holder, meta.rows_written);
      return results;
    },
  });
}

function meteredStatement(statement: D1PreparedStatement, holder: string): D1PreparedStatement {
  const counted = async <T extends { meta: D1Meta }>(run: () => Promise<T>): Promise<T> => {
    count("d1Requests", holder);
    count("d1Queries", holder);
    const result = await run();
    count("d1RowsWritten", holder, result.meta.rows_written);
    return result;
  };
  const metered = replaceMembers(statement, {
    bind: (...values: unknown[]) => meteredStatement(statement.bind(...values), holder),
    run: () => counted(() => statement.run()),
    all: () => counted(() => statement.all()),
    raw: () => {
      count("d1Requests", holder);
      count("d1Queries", holder);
      return statement.raw();
    },
    first: (column?: string) => {
      count("d1Requests", holder);
      count("d1Queries", holder);
      return column === undefined ? statement.first() : statement.first(column);
    },
  });
  originals.set(metered, statement);
  return metered;
}

/** The object with some members replaced. Methods of platform objects insist on their own `this`, so they are bound to it. */
function replaceMembers<T extends object>(target: T, members: Record<string, unknown>): T {
  return new Proxy(target, {
    get: (_target, name) => {
      if (typeof name === "string" && name in members) return members[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
