/** What `bench/results.json` holds. */
import { cpus, release, totalmem } from "node:os";
import type { Cost, CostPerMillion } from "./cost.ts";
import type { FrameTimes } from "./frames.ts";
import type { FairTimes, LaneTimes } from "./lanes.ts";
import type { MemoryUse } from "./memory.ts";
import type { PeerTimes } from "./peers.ts";
import type { ReadTimes } from "./reads.ts";
import type { SyncTimes } from "./syncs.ts";
import type { Throughput } from "./throughput.ts";

export interface Results {
  at: string;
  /** A short run: fewer and smaller repetitions, good for comparing two states of the code, not for publishing. */
  quick: boolean;
  machine: { cores: number; memoryGiB: number; system: string; node: string };
  throughput: Throughput[];
  /** Sizes that fill no last batch. */
  uneven: Throughput[];
  lanes: LaneTimes[];
  fairness: FairTimes[];
  syncs: SyncTimes[];
  costs: Cost[];
  perMillion: CostPerMillion[];
  frames: FrameTimes[];
  reads: ReadTimes[];
  memory: MemoryUse[];
  peers: PeerTimes[];
  /** Our own turns before, between and after the peers', so that a change of the machine's mood meets both. */
  besidePeers: Throughput[];
}

/** Enough to compare two results; no names, no model. */
export function machineOf(): Results["machine"] {
  return {
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release().split("-")[0] ?? ""}`,
    node: process.version,
  };
}
