/** A small run of one tenant, alone and while a large, slow run of another tenant goes on. */
import { type BenchClient, durationMs } from "./client.ts";
import { type Sample, sampleOf } from "./statistics.ts";

const SMALL_UNITS = 28;
const SLOW_UNITS = 4_000;
const SLOW_UNIT_MS = 20;
/** Apart from one another, so that the large run is under way at each. */
const BETWEEN_MS = 500;

export interface LaneTimes {
  units: number;
  slowUnits: number;
  /** Milliseconds of the small run while the other goes on. */
  besideLarge: Sample;
  /** Of the large run. */
  largeMs: number;
}

export async function measureLanes(client: BenchClient, repetitions: number): Promise<LaneTimes> {
  const large = await client.startRun("bench.paced", { units: SLOW_UNITS, unitMs: SLOW_UNIT_MS }, "fabrikam");
  const times: number[] = [];
  for (let turn = 0; turn < repetitions; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    times.push(await client.timeRun("bench.noop", { units: SMALL_UNITS }));
    const { status } = await client.readRun(large.id, "fabrikam");
    if (status === "completed") throw new Error("the large run had ended before the small one");
  }
  const ended = await client.waitForRun(large.id, SLOW_UNITS, "fabrikam");
  return { units: SMALL_UNITS, slowUnits: SLOW_UNITS, besideLarge: sampleOf(times), largeMs: durationMs(ended) };
}
