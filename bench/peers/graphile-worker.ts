/** graphile-worker on PostgreSQL: a job a unit, which writes a receipt row and counts it in the run's one row. */
import { Logger, run as runWorker, runMigrations } from "graphile-worker";
import pg from "pg";
import { startPostgres } from "./servers.ts";

/** The fastest of 4, 10 and 24 when this was written: all wait for the run's row. */
const CONCURRENCY = 10;

/** Jobs fetched ahead in one query, which its manual recommends for speed. */
const LOCAL_QUEUE = 500;

/** The receipt makes a redelivered job count nothing: the same promise as ours, in one statement. */
const COUNT_ONCE = `
  with receipt as (
    insert into receipts (run_id, ordinal) values ($1, $2) on conflict do nothing returning 1
  )
  update runs set processed = processed + (select count(*) from receipt) where id = $1 returning processed, total`;

/** Milliseconds from adding the jobs to the last unit counted, once for each repetition. */
export async function measureGraphileWorker(units: number, repetitions: number, port: number): Promise<number[]> {
  const postgres = await startPostgres(port);
  const times: number[] = [];
  const pool = new pg.Pool({ host: "127.0.0.1", port, user: "bench", database: "postgres", max: CONCURRENCY + 2 });
  // Connections that the server's end cuts off are not an error of the measurement.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  try {
    await runMigrations({ pgPool: pool });
    await pool.query("create table runs (id integer primary key, processed integer not null, total integer not null)");
    await pool.query("create table receipts (run_id integer, ordinal integer, primary key (run_id, ordinal))");
    const sizes = [Math.min(units, 500), ...Array.from({ length: repetitions }, () => units)];
    for (const [runId, size] of sizes.entries()) times.push(await runJobs(pool, runId, size));
  } finally {
    await pool.end();
    await postgres.stop();
  }
  return times.slice(1);
}

async function runJobs(pool: pg.Pool, runId: number, units: number): Promise<number> {
  await pool.query("insert into runs (id, processed, total) values ($1, 0, $2)", [runId, units]);
  const done = Promise.withResolvers<number>();
  const worker = await runWorker({
    pgPool: pool,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    // A line for each job would be part of the time.
    logger: new Logger(() => () => {}),
    preset: { worker: { localQueue: { size: LOCAL_QUEUE } } },
    taskList: {
      unit: async (payload, helpers) => {
        const { rows } = await helpers.query<{ processed: number; total: number }>(COUNT_ONCE, [
          runId,
          ordinalOf(payload),
        ]);
        if (rows[0] !== undefined && rows[0].processed === rows[0].total) done.resolve(performance.now());
      },
    },
  });
  try {
    const startedAt = performance.now();
    await pool.query(
      `select count(*) from graphile_worker.add_jobs(array(
         select json_populate_record(null::graphile_worker.job_spec,
                  json_build_object('identifier', 'unit', 'payload', json_build_object('ordinal', ordinal)))
           from generate_series(0, $1::integer - 1) as ordinal))`,
      [units],
    );
    return (await done.promise) - startedAt;
  } finally {
    await worker.stop();
  }
}

function ordinalOf(payload: unknown): number {
  if (typeof payload === "object" && payload !== null && "ordinal" in payload && typeof payload.ordinal === "number") {
    return payload.ordinal;
  }
  throw new Error("a job without an ordinal");
}
