/** Units per second, end to end: a bare queue, a run with one unit a message, a run with ranges, by turns. */
import type { BenchClient } from "./client.ts";
import { type Sample, sampleOf } from "./statistics.ts";

/** As many as a run has under way, so that the yardstick is not held back by waiting for its own sends. */
export const SENDS_AT_ONCE = 5;
const WARM_UP_UNITS = 10_000;

export const VARIANTS = ["bare queue", "one unit a message", "ranges of 100"] as const;
export type Variant = (typeof VARIANTS)[number];

export interface Throughput {
  units: number;
  /** Milliseconds from start to the last unit, by variant. */
  milliseconds: Record<Variant, Sample>;
  unitsPerSecond: Record<Variant, Sample>;
  /** Of each turn, this variant's units per second over the bare queue's of the same turn. */
  overBareQueue: Record<Variant, Sample>;
}

export interface ThroughputPlan {
  units: number;
  repetitions: number;
}

export async function warmUp(client: BenchClient): Promise<void> {
  for (const variant of VARIANTS) await timed(client, variant, WARM_UP_UNITS);
}

export async function measureThroughput(
  client: BenchClient,
  { units, repetitions }: ThroughputPlan,
): Promise<Throughput> {
  const times: Record<Variant, number[]> = { "bare queue": [], "one unit a message": [], "ranges of 100": [] };
  for (let turn = 0; turn < repetitions; turn += 1) {
    // Who goes first changes: nobody always has the machine that somebody else has just warmed, or tired.
    for (let index = 0; index < VARIANTS.length; index += 1) {
      const variant = VARIANTS[(turn + index) % VARIANTS.length] ?? "bare queue";
      times[variant].push(await timed(client, variant, units));
    }
  }
  return {
    units,
    milliseconds: forEach((variant) => times[variant]),
    unitsPerSecond: forEach((variant) => times[variant].map((time) => perSecond(units, time))),
    overBareQueue: forEach((variant) => times[variant].map((time, turn) => (times["bare queue"][turn] ?? time) / time)),
  };
}

function timed(client: BenchClient, variant: Variant, units: number): Promise<number> {
  switch (variant) {
    case "bare queue":
      return client.timeBareQueue(units, SENDS_AT_ONCE);
    case "one unit a message":
      return client.timeRun("bench.noop", { units });
    case "ranges of 100":
      return client.timeRun("bench.noop-ranges", { units });
  }
}

function forEach(values: (variant: Variant) => number[]): Record<Variant, Sample> {
  return {
    "bare queue": sampleOf(values("bare queue")),
    "one unit a message": sampleOf(values("one unit a message")),
    "ranges of 100": sampleOf(values("ranges of 100")),
  };
}

export function perSecond(units: number, milliseconds: number): number {
  return (units * 1_000) / Math.max(1, milliseconds);
}
