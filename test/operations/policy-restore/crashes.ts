/**
 * A D1 that fails at one statement, before or after it was applied: as a consumer sees it that dies there, or loses the answer. And a consumer that
 * dies at one call of any kind.
 */
import { vi } from "vitest";
import type { UnitContext } from "../../../src/runs/operation.ts";

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
  const once = async <T>(work: () => Promise<T>): Promise<T> => {
    asked += 1;
    const struck = crash?.at === asked ? crash.when : null;
    if (struck === "before") throw new Error("crashed before a statement");
    const result = await work();
    if (struck === "after") throw new Error("crashed after a statement");
    return result;
  };
  return { database: watched(real, once), asked: () => asked };
}

type Once = <T>(work: () => Promise<T>) => Promise<T>;

function watched<Database extends D1Database>(real: Database, once: Once): Database {
  const originals = new WeakMap<object, D1PreparedStatement>();
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
  return new Proxy(real, {
    get(target, name) {
      if (name === "prepare") return (sql: string) => wrapped(target.prepare(sql));
      if (name === "batch") {
        return (statements: D1PreparedStatement[]) =>
          once(() => target.batch(statements.map((statement) => originals.get(statement) ?? statement)));
      }
      return Reflect.get(target, name);
    },
  });
}

/**
 * Works with a consumer that dies at one of its calls to D1, R2 or Graph, counted together from 1: that call is made or not, and none after it.
 * Answers how many calls were made.
 */
export async function dying(
  context: UnitContext,
  crash: CrashPoint | null,
  work: (context: UnitContext) => Promise<void>,
): Promise<number> {
  let calls = 0;
  let isDead = false;
  const once: Once = async (call) => {
    if (isDead) throw new Error("dead");
    calls += 1;
    const struck = crash?.at === calls ? crash.when : null;
    isDead = struck === "before";
    if (isDead) throw new Error("died before a call");
    const result = await call();
    isDead ||= struck === "after";
    if (isDead) throw new Error("died after a call");
    return result;
  };
  const artifacts = new Proxy(context.env.ARTIFACTS, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...values: unknown[]) => once(() => Reflect.apply(member, target, values));
    },
  });
  const real = globalThis.fetch;
  const spy = vi.spyOn(globalThis, "fetch").mockImplementation((...values) => once(() => real(...values)));
  const env = { ...context.env, DATABASE: watched(context.env.DATABASE, once), ARTIFACTS: artifacts };
  try {
    await work({ ...context, env });
  } catch (error) {
    if (!isDead) throw error;
  } finally {
    spy.mockRestore();
  }
  return calls;
}
