/** The runtime's resident memory, by the size of the run, each on a runtime of its own. */
import { readFileSync } from "node:fs";
import { BenchClient, wait } from "./client.ts";
import type { Bench } from "./runtime.ts";

const SETTLED_MS = 2_000;

export interface MemoryUse {
  units: number;
  /** Mebibytes: before the run, at its highest, and some seconds after it. */
  beforeMiB: number;
  highestMiB: number;
  afterMiB: number;
}

/** Null where the system does not tell (no /proc). */
export async function measureMemory(bench: Bench, units: number): Promise<MemoryUse | null> {
  if (process.platform !== "linux") return null;
  const runtime = await bench.start({ metered: false });
  try {
    const client = new BenchClient(runtime.url);
    const beforeMiB = statusMiB(runtime.pid, "VmRSS");
    await client.timeRun("bench.noop", { units });
    await wait(SETTLED_MS);
    return { units, beforeMiB, highestMiB: statusMiB(runtime.pid, "VmHWM"), afterMiB: statusMiB(runtime.pid, "VmRSS") };
  } finally {
    await runtime.stop();
  }
}

/** proc(5), `/proc/pid/status`: sizes are in kibibytes. */
function statusMiB(pid: number, field: "VmRSS" | "VmHWM"): number {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) / 1_024;
}
