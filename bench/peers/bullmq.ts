/** BullMQ on Redis: a flow whose parent waits for all its children, each child a no-op. */
import { FlowProducer, type Job, Worker } from "bullmq";
import { startRedis } from "./servers.ts";

/** As fast as 10, 50 and 100, and steadier, when this was written. */
const CONCURRENCY = 200;

/** Milliseconds from adding the flow to the parent's completion, once for each repetition. */
export async function measureBullmq(units: number, repetitions: number, port: number): Promise<number[]> {
  const redis = await startRedis(port);
  const connection = { host: "127.0.0.1", port };
  const times: number[] = [];
  try {
    // The first, small one warms both ends up and is not counted.
    for (const size of [Math.min(units, 1_000), ...Array.from({ length: repetitions }, () => units)]) {
      times.push(await runFlow(connection, size));
    }
  } finally {
    await redis.stop();
  }
  return times.slice(1);
}

async function runFlow(connection: { host: string; port: number }, units: number): Promise<number> {
  const suffix = `${units}-${Date.now()}`;
  const children = `units-${suffix}`;
  const parents = `runs-${suffix}`;
  const done = Promise.withResolvers<number>();
  let processed = 0;
  const workers = [
    new Worker(
      children,
      () => {
        processed += 1;
        return Promise.resolve();
      },
      { connection, concurrency: CONCURRENCY },
    ),
    new Worker(
      parents,
      async (job: Job) => {
        const { processed: settled } = await job.getDependenciesCount({ processed: true });
        if (settled !== units) throw new Error(`the parent ran after ${settled} of ${units} children`);
      },
      { connection },
    ),
  ];
  workers[1]?.on("completed", () => done.resolve(performance.now()));
  workers[1]?.on("failed", (_job, error) => done.reject(error));
  for (const worker of workers) worker.on("error", (error) => done.reject(error));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  const flow = new FlowProducer({ connection });
  await flow.waitUntilReady();
  try {
    const startedAt = performance.now();
    await flow.add({
      name: "run",
      queueName: parents,
      children: Array.from({ length: units }, (_, ordinal) => ({
        name: "unit",
        queueName: children,
        data: { ordinal },
      })),
    });
    const milliseconds = (await done.promise) - startedAt;
    if (processed !== units) throw new Error(`${processed} of ${units} children were processed`);
    return milliseconds;
  } finally {
    await Promise.all([...workers.map((worker) => worker.close()), flow.close()]);
  }
}
