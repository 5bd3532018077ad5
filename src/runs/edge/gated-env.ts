/**
 * The Worker's bindings with a gate before every request: what counts requests, lets them wait or refuses them. Nothing else of the
 * bindings changes.
 */
import type { Gate } from "../invocation-budget.ts";

/** The environment whose database, bucket, queues and objects ask the gate. Every other binding and variable is as it was. */
export function gatedEnv(env: Env, gate: Gate): Env {
  return {
    ...env,
    DATABASE: gatedDatabase(env.DATABASE, gate),
    ARTIFACTS: gatedBucket(env.ARTIFACTS, gate),
    RUN_UNITS: gatedQueue(env.RUN_UNITS, gate),
    RUN_UNITS_QUICK: gatedQueue(env.RUN_UNITS_QUICK, gate),
    GRAPH_UNITS: gatedQueue(env.GRAPH_UNITS, gate),
    GRAPH_UNITS_QUICK: gatedQueue(env.GRAPH_UNITS_QUICK, gate),
    OPERATION_RUNS: gatedObjects(env.OPERATION_RUNS, gate),
    TENANT_ACTIVITY: gatedObjects(env.TENANT_ACTIVITY, gate),
  };
}

function gatedQueue(queue: Queue, gate: Gate): Queue {
  return replaceMembers(queue, {
    send: (message: unknown, options?: QueueSendOptions) =>
      gate({ to: "queue", messages: 1 }, () => queue.send(message, options)),
    sendBatch: (messages: Iterable<MessageSendRequest>, options?: QueueSendBatchOptions) => {
      const list = [...messages];
      return gate({ to: "queue", messages: list.length }, () => queue.sendBatch(list, options));
    },
  });
}

/** What a gated statement stands for: batches take the platform's own statements only. */
const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

function gatedDatabase(database: D1Database, gate: Gate): D1Database {
  return replaceMembers(database, {
    prepare: (query: string) => gatedStatement(database.prepare(query), gate),
    batch: (statements: D1PreparedStatement[]) =>
      gate({ to: "database", statements: statements.length }, () =>
        database.batch(statements.map((statement) => originals.get(statement) ?? statement)),
      ),
  });
}

function gatedStatement(statement: D1PreparedStatement, gate: Gate): D1PreparedStatement {
  const gated = <T>(request: () => Promise<T>): Promise<T> => gate({ to: "database", statements: 1 }, request);
  const wrapped = replaceMembers(statement, {
    bind: (...values: unknown[]) => gatedStatement(statement.bind(...values), gate),
    run: () => gated(() => statement.run()),
    all: () => gated(() => statement.all()),
    raw: () => gated(() => statement.raw()),
    first: (column?: string) =>
      gated(() => (column === undefined ? statement.first() : statement.first<unknown>(column))),
  });
  originals.set(wrapped, statement);
  return wrapped;
}

const BUCKET_REQUESTS = ["head", "get", "put", "delete", "list", "createMultipartUpload"];
const UPLOAD_REQUESTS = ["uploadPart", "complete", "abort"];

function gatedBucket(bucket: R2Bucket, gate: Gate): R2Bucket {
  const requests = gatedMembers(bucket, BUCKET_REQUESTS, gate, "bucket");
  return replaceMembers(bucket, {
    ...requests,
    createMultipartUpload: async (key: string, options?: R2MultipartOptions) =>
      gatedUpload(await gate({ to: "bucket" }, () => bucket.createMultipartUpload(key, options)), gate),
    resumeMultipartUpload: (key: string, uploadId: string) =>
      gatedUpload(bucket.resumeMultipartUpload(key, uploadId), gate),
  });
}

function gatedUpload(upload: R2MultipartUpload, gate: Gate): R2MultipartUpload {
  return replaceMembers(upload, gatedMembers(upload, UPLOAD_REQUESTS, gate, "bucket"));
}

/** Objects are called by their methods' names; each such call is a request. */
function gatedObjects<T extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<T>,
  gate: Gate,
): DurableObjectNamespace<T> {
  return replaceMembers(namespace, {
    getByName: (name: string) => {
      const stub = namespace.getByName(name);
      return new Proxy(stub, {
        get: (_target, member) => {
          const value: unknown = Reflect.get(stub, member, stub);
          if (typeof value !== "function" || typeof member !== "string") return value;
          return (...parameters: unknown[]) =>
            gate({ to: "object" }, async () => Reflect.apply(value, stub, parameters));
        },
      });
    },
  });
}

function gatedMembers(
  target: object,
  names: readonly string[],
  gate: Gate,
  to: "bucket",
): Record<string, (...parameters: unknown[]) => Promise<unknown>> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      (...parameters: unknown[]) =>
        gate({ to }, async () => {
          const method: unknown = Reflect.get(target, name, target);
          if (typeof method !== "function") throw new TypeError(`${name} is no method`);
          return Reflect.apply(method, target, parameters);
        }),
    ]),
  );
}

/** The object with some members replaced. Methods of platform objects insist on their own `this`, so they are bound to it. */
function replaceMembers<T extends object>(target: T, members: Record<string, unknown>): T {
  return new Proxy(target, {
    get: (_target, name) => {
      if (typeof name === "string" && Object.hasOwn(members, name)) return members[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
