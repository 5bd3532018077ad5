/** Reading a run's progress, as consoles poll it (D1 alone), while the run goes on. */
import { type BenchClient, startPaced, wait } from "./client.ts";
import { quantile } from "./statistics.ts";

const READERS = 8;

export interface ReadTimes {
  what: string;
  seconds: number;
  /** Requests of `GET …/operations/:runId` answered per second: identity, membership and the run, three queries each. */
  readsPerSecond: number;
  p50: number;
  p99: number;
  /** Reads that showed a count, each no lower than the one before it on the same reader. */
  countedReads: number;
}

/** Reads with a few readers for as long as the run lasts, or, with no run going, for the given time. */
export async function measureReads(
  client: BenchClient,
  what: string,
  options: { units: number; unitMs: number } | { idleMs: number },
): Promise<ReadTimes> {
  const units = "units" in options ? options.units : 1;
  const { id } = await startPaced(client, units, "unitMs" in options ? options.unitMs : 0);
  if ("idleMs" in options) await client.waitForRun(id, units);
  const startedAt = performance.now();
  const times: number[] = [];
  let countedReads = 0;
  const race = { going: true };
  const reader = async (): Promise<void> => {
    let shown = 0;
    while (race.going) {
      const askedAt = performance.now();
      const run = await client.readRun(id);
      times.push(performance.now() - askedAt);
      const processed = run.summaryCounts.processed ?? 0;
      if (processed < shown) throw new Error(`a reader saw ${processed} after ${shown}`);
      shown = processed;
      if (run.progress.kind === "counted") countedReads += 1;
    }
  };
  const readers = Array.from({ length: READERS }, reader);
  if ("idleMs" in options) await wait(options.idleMs);
  else await client.waitForRun(id, units);
  race.going = false;
  await Promise.all(readers);
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    what,
    seconds,
    readsPerSecond: times.length / seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    countedReads,
  };
}
