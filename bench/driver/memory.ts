/**
 * The runtime's resident memory, each time on a runtime of its own. It grows with the messages that a runtime has handled,
 * whoever sent them, so that sizes of runs are only comparable over the same amount of work.
 */
import { readFileSync } from "node:fs";
import { BenchClient, wait } from "./client.ts";
import type { Bench } from "./runtime.ts";
import { SENDS_AT_ONCE } from "./throughput.ts";

const SETTLED_MS = 2_000;

export interface MemoryPlan {
  what: string;
  /** Units of each run, or messages of the bare queue. */
  units: number;
  runs: number;
  bareQueue?: boolean;
}

export interface MemoryUse {
  what: string;
  units: number;
  runs: number;
  /** Mebibytes: before the work, at its highest, and some seconds after it. */
  beforeMiB: number;
  highestMiB: number;
  afterMiB: number;
}

/** Null where the system does not tell (no /proc). */
export async function measureMemory(
  bench: Bench,
  { what, units, runs, bareQueue }: MemoryPlan,
): Promise<MemoryUse | null> {
  if (process.platform !== "linux") return null;
  const runtime = await bench.start({ metered: false });
  try {
    const client = new BenchClient(runtime.url);
    const beforeMiB = statusMiB(runtime.pid, "VmRSS");
    for (let run = 0; run < runs; run += 1) {
      if (bareQueue === true) await client.timeBareQueue(units, SENDS_AT_ONCE);
      else await client.timeRun("bench.noop", { units });
    }
    await wait(SETTLED_MS);
    const highestMiB = statusMiB(runtime.pid, "VmHWM");
    return { what, units, runs, beforeMiB, highestMiB, afterMiB: statusMiB(runtime.pid, "VmRSS") };
  } finally {
    await runtime.stop();
  }
}

/** proc(5), `/proc/pid/status`: sizes are in kibibytes. */
export function statusMiB(pid: number, field: "VmRSS" | "VmHWM"): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) / 1_024;
}
