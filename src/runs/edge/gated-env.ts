/**
 * The Worker's bindings with a gate before every request: what counts requests, lets them wait or refuses them. Nothing else of the
 * bindings changes. Objects are not among them: their callers count (`queue/handle-queue.ts`), and none is ever refused.
 */
import { gatedDatabase, isDatabase, replaceMembers } from "../../database/sql/gated-database.ts";
import type { Gate } from "../invocation-budget.ts";
import type { ControlEnv } from "../../database/databases.ts";

type Gated = Pick<Env, "ARTIFACTS" | "RUN_UNITS" | "RUN_UNITS_QUICK" | "GRAPH_UNITS" | "GRAPH_UNITS_QUICK"> & {
  SHARDS?: ControlEnv["SHARDS"];
};

/** The environment whose databases, bucket and queues ask the gate. Every other binding and variable is as it was. */
export function gatedEnv<Bindings extends Gated>(env: Bindings, gate: Gate): Bindings {
  const gated = <Database extends D1Database>(database: Database): Database =>
    gatedDatabase(database, (statements, request) => gate({ to: "database", statements }, request));
  const databases = Object.entries(env).flatMap(([name, binding]) =>
    isDatabase(binding) ? [[name, gated(binding)] as const] : [],
  );
  const shards =
    env.SHARDS === undefined ? null : [...env.SHARDS].map(([name, shard]) => [name, gated(shard)] as const);
  return {
    ...env,
    ...Object.fromEntries(databases),
    ...(shards === null ? {} : { SHARDS: new Map(shards) }),
    ARTIFACTS: gatedBucket(env.ARTIFACTS, gate),
    RUN_UNITS: gatedQueue(env.RUN_UNITS, gate),
    RUN_UNITS_QUICK: gatedQueue(env.RUN_UNITS_QUICK, gate),
    GRAPH_UNITS: gatedQueue(env.GRAPH_UNITS, gate),
    GRAPH_UNITS_QUICK: gatedQueue(env.GRAPH_UNITS_QUICK, gate),
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
          const answer: unknown = await Reflect.apply(method, target, parameters);
          return answer;
        }),
    ]),
  );
}
