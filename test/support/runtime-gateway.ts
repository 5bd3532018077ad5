/**
 * A local D1 and R2 for tests that run in Node. Miniflare's own proxy asks the runtime for each `prepare`, each `bind` and each property
 * of an object, and the thread waits for each answer. Here a statement is a value and an object has its bytes: only what reaches the
 * store is a request.
 */
import type { Miniflare } from "miniflare";
import { z } from "zod";
import type { ControlDatabase, TenantDatabase } from "../../src/database/databases.ts";

/** The Worker behind it: statements in one transaction as D1 does it, objects by their keys. */
export const GATEWAY = `export default {
  async fetch(request, { DATABASE, ARTIFACTS }) {
    const { pathname } = new URL(request.url);
    try {
      if (pathname === "/database") {
        const statements = await request.json();
        const prepared = statements.map(({ sql, values }) => DATABASE.prepare(sql).bind(...values));
        return Response.json(await DATABASE.batch(prepared));
      }
      if (pathname === "/database/raw") {
        const { sql, values } = await request.json();
        return Response.json(await DATABASE.prepare(sql).bind(...values).raw());
      }
      const key = pathname.slice("/bucket/".length);
      if (request.method === "PUT") {
        const options = JSON.parse(request.headers.get("x-options"));
        return Response.json((await ARTIFACTS.put(key, await request.arrayBuffer(), options)).etag);
      }
      const object = await ARTIFACTS.get(key);
      return object === null ? new Response(null, { status: 404 }) : new Response(await object.arrayBuffer());
    } catch (error) {
      return new Response(error.message, { status: 500 });
    }
  },
};`;

const resultsSchema = z.array(z.looseObject({ results: z.array(z.record(z.string(), z.json())) }));
type Result = z.infer<typeof resultsSchema>[number];

interface Gateway {
  batch(statements: readonly GatewayStatement[]): Promise<Result[]>;
  /** Rows as lists of values, in the order of the columns. */
  raw(statement: GatewayStatement): Promise<unknown[][]>;
}

class GatewayStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly #gateway: Gateway;

  constructor(sql: string, values: readonly unknown[], gateway: Gateway) {
    this.sql = sql;
    this.values = values;
    this.#gateway = gateway;
  }

  bind(...values: unknown[]): GatewayStatement {
    return new GatewayStatement(this.sql, values, this.#gateway);
  }

  async all(): Promise<Result> {
    const [result] = await this.#gateway.batch([this]);
    if (result === undefined) throw new Error("D1 gave no result");
    return result;
  }

  run(): Promise<Result> {
    return this.all();
  }

  raw(): Promise<unknown[][]> {
    return this.#gateway.raw(this);
  }

  async first(column?: string): Promise<unknown> {
    const [row] = (await this.all()).results;
    if (row === undefined) return null;
    return column === undefined ? row : row[column];
  }

  toJSON(): { sql: string; values: readonly unknown[] } {
    return { sql: this.sql, values: this.values };
  }
}

/** @param runtime serves `GATEWAY`, with the database bound as DATABASE */
export function gatewayDatabase(runtime: Miniflare): ControlDatabase & TenantDatabase {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const response = await runtime.dispatchFetch(`http://gateway${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(answer);
    return JSON.parse(answer);
  };
  const gateway: Gateway = {
    batch: async (statements) => resultsSchema.parse(await post("/database", statements)),
    raw: async (statement) => z.array(z.array(z.json())).parse(await post("/database/raw", statement)),
  };
  const database = {
    prepare: (sql: string) => new GatewayStatement(sql, [], gateway),
    batch: (statements: readonly GatewayStatement[]) => gateway.batch(statements),
  };
  // What the product uses of a database; anything else fails where it is used.
  return database as unknown as ControlDatabase & TenantDatabase;
}

/** @param runtime serves `GATEWAY`, with the bucket bound as ARTIFACTS */
export function gatewayBucket(runtime: Miniflare): R2Bucket {
  const addressOf = (key: string) => `http://gateway/bucket/${key}`;
  const bucket = {
    put: async (key: string, body: Uint8Array | string, options: R2PutOptions = {}): Promise<void> => {
      const headers = { "x-options": JSON.stringify(options) };
      const response = await runtime.dispatchFetch(addressOf(key), { method: "PUT", body, headers });
      const answer = await response.text();
      if (!response.ok) throw new Error(answer);
    },
    get: async (key: string): Promise<Pick<R2ObjectBody, "size" | "arrayBuffer" | "json"> | null> => {
      const response = await runtime.dispatchFetch(addressOf(key));
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(await response.text());
      const content = await response.arrayBuffer();
      return {
        size: content.byteLength,
        arrayBuffer: async () => content,
        json: async () => JSON.parse(new TextDecoder().decode(content)),
      };
    },
  };
  // What the product uses of a bucket here; anything else fails where it is used.
  return bucket as unknown as R2Bucket;
}
