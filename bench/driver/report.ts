/** The results as tables: the same text for the terminal and for docs/performance.md. */
import { PEER_UNITS } from "./peers.ts";
import type { MemoryUse } from "./memory.ts";
import type { Results } from "./results.ts";
import { type Sample, sampleOf } from "./statistics.ts";
import { type Throughput, type Variant, VARIANTS } from "./throughput.ts";

export function report(results: Results): string {
  return [
    throughputTable(results),
    laneTable(results),
    fairnessTable(results),
    syncTable(results),
    peerTable(results),
    targetTable(results),
    costTable(results),
    perMillionTable(results),
    frameTable(results),
    readTable(results),
    memoryTable(results),
  ]
    .filter((part) => part !== null)
    .join("\n\n");
}

function throughputTable({ throughput, uneven }: Results): string | null {
  if (throughput.length === 0) return null;
  const rows = [...throughput, ...uneven].flatMap((size) =>
    VARIANTS.map((variant) => [
      whole(size.units),
      variant,
      `${whole(size.milliseconds[variant].median)} ms`,
      spread(size.unitsPerSecond[variant]),
      ratio(size.overBareQueue[variant].median),
    ]),
  );
  return table(["units", "what", "time", "units per second: median (lowest to highest)", "of the bare queue"], rows);
}

function laneTable({ lanes }: Results): string | null {
  if (lanes.length === 0) return null;
  const rows = lanes.map(({ units, slowUnits, besideLarge, largeMs }) => [
    `${whole(units)} units, beside ${whole(slowUnits)} slow ones of another tenant`,
    `${spread(besideLarge)} ms`,
    seconds(largeMs),
  ]);
  return table(["small run", "time: median (lowest to highest)", "the large run"], rows);
}

/** "A few seconds" (issue 13). */
const DELAY_TARGET_MS = 3_000;

function fairnessTable({ fairness }: Results): string | null {
  if (fairness.length === 0) return null;
  const rows = fairness.map(({ policies, slowUnits, alone, besideLarge }) => [
    `${whole(policies)} policies, unchanged, beside ${whole(slowUnits)} units on Graph of another tenant`,
    `${spread(alone)} ms`,
    `${spread(besideLarge)} ms`,
  ]);
  return table(["inventory sync", "alone: median (lowest to highest)", "beside the large run"], rows);
}

function syncTable({ syncs }: Results): string | null {
  if (syncs.length === 0) return null;
  const rows = syncs.map((size) => [
    `${whole(size.policies)} policies, ${whole(size.requests)} requests`,
    `${spread(size.bare)} ms`,
    `${spread(size.allNew)} ms`,
    ratio(size.allNewOverBare.median),
    `${spread(size.unchanged)} ms`,
    ratio(size.unchangedOverBare.median),
  ]);
  const head = ["inventory sync", "bare reading", "all new", "over bare", "unchanged", "over bare"];
  return table(head, rows);
}

/** Over the bare reading, by policies: unchanged, all new. */
const SYNC_TARGETS: Readonly<Record<number, { unchanged: number; allNew: number }>> = {
  40: { unchanged: 1.8, allNew: 1.8 },
  600: { unchanged: 1.5, allNew: 3 },
  5_000: { unchanged: 1.3, allNew: 2.5 },
};
/** Milliseconds, by units, one a message. */
const UNEVEN_TARGETS: Readonly<Record<number, number>> = { 28: 40, 1_050: 100, 10_050: 600 };
const BESIDE_LARGE_TARGET_MS = 300;

function peerTable(results: Results): string | null {
  const { peers } = results;
  if (peers.length === 0) return null;
  const counted = besidePeers(results, "one unit a message").median;
  const rows = VARIANTS.map((variant) => [
    variant === "bare queue" ? "bare local queue, counts nothing" : `TenantAtlas, ${variant}`,
    spread(besidePeers(results, variant)),
    "",
  ]);
  for (const { what, unitsPerSecond: speed, reason } of peers) {
    rows.push([
      what,
      speed === null ? `not measured: ${reason}` : spread(speed),
      speed === null ? "" : ratio(counted / speed.median),
    ]);
  }
  const heading = `${whole(PEER_UNITS)} units: median (lowest to highest) units per second`;
  return table(["system", heading, "one unit a message is faster by"], rows);
}

/** Our own speed in the turns taken beside the peers' (results.ts). */
function besidePeers(results: Results, variant: Variant): Sample {
  return sampleOf(results.besidePeers.flatMap((turns) => turns.unitsPerSecond[variant].values));
}

function targetTable(results: Results): string | null {
  const rows: string[][] = [];
  const add = (what: string, target: string, found: string, reached: boolean): void => {
    rows.push([what, target, found, reached ? "yes" : "**no**"]);
  };
  for (const size of results.throughput) {
    const [one, ranges] = [size.overBareQueue["one unit a message"].median, size.overBareQueue["ranges of 100"].median];
    // Of a run of 1,000 units the start and the end are most.
    if (size.units >= 10_000)
      add(`${whole(size.units)} units, one a message, over bare queue`, "≥ 0.68", ratio(one), one >= 0.68);
    add(`${whole(size.units)} units, ranges of 100, over bare queue`, "≥ 2", ratio(ranges), ranges >= 2);
  }
  for (const size of results.uneven) {
    const [found, target] = [size.milliseconds["one unit a message"].median, UNEVEN_TARGETS[size.units]];
    if (target !== undefined)
      add(`${whole(size.units)} units, one a message`, `≤ ${whole(target)} ms`, `${whole(found)} ms`, found <= target);
  }
  for (const { units, slowUnits, besideLarge } of results.lanes) {
    const { median } = besideLarge;
    const what = `${whole(units)} units while ${whole(slowUnits)} slow ones of another tenant run`;
    add(what, `≤ ${BESIDE_LARGE_TARGET_MS} ms`, `${whole(median)} ms`, median <= BESIDE_LARGE_TARGET_MS);
  }
  for (const { policies, slowUnits, alone, besideLarge } of results.fairness) {
    const delayMs = Math.max(0, besideLarge.median - alone.median);
    const what = `a sync of ${whole(policies)} policies, delayed by ${whole(slowUnits)} units of another tenant`;
    add(what, `≤ ${whole(DELAY_TARGET_MS)} ms`, `${whole(delayMs)} ms`, delayMs <= DELAY_TARGET_MS);
  }
  for (const { policies, unchangedOverBare, allNewOverBare } of results.syncs) {
    const targets = SYNC_TARGETS[policies];
    if (targets === undefined) continue;
    const what = `inventory sync of ${whole(policies)} policies over the bare reading`;
    const [unchanged, allNew] = [unchangedOverBare.median, allNewOverBare.median];
    add(`${what}, unchanged`, `≤ ${targets.unchanged}`, ratio(unchanged), unchanged <= targets.unchanged);
    add(`${what}, all new`, `≤ ${targets.allNew}`, ratio(allNew), allNew <= targets.allNew);
  }
  for (const peer of results.peers) {
    if (peer.unitsPerSecond === null) continue;
    const times = besidePeers(results, "one unit a message").median / peer.unitsPerSecond.median;
    add(`one a message, over ${peer.what}`, `≥ ${peer.target}`, ratio(times), times >= peer.target);
  }
  for (const cost of results.perMillion.filter(({ type }) => type === "bench.noop")) {
    add("object calls per 1,000,000 units", "≤ 25,000", whole(cost.objectCalls), cost.objectCalls <= 25_000);
    add("object rows per 1,000,000 units", "≤ 13,000", whole(cost.objectRows), cost.objectRows <= 13_000);
  }
  for (const cost of results.costs) {
    const what = `D1 progress writes, ${cost.type}, ${whole(cost.units)} units in ${seconds(cost.durationMs)}`;
    const found = whole(cost.projectionWrites);
    add(what, `≤ ${cost.projectionWritesAllowed}`, found, cost.projectionWrites <= cost.projectionWritesAllowed);
  }
  for (const frame of results.frames) {
    const what = `settle to frame, p99, ${frame.what}, ${whole(frame.sockets)} ${frame.sockets === 1 ? "socket" : "sockets"}`;
    add(what, "≤ 1,200 ms", `${whole(frame.p99)} ms`, frame.p99 <= 1_200);
  }
  for (const [smaller, larger] of neighbors(results.throughput)) {
    const growth = timeRatio(smaller, larger);
    const factor = larger.units / smaller.units;
    const what = `${whole(larger.units)} units take the time of ${whole(smaller.units)}, times`;
    add(what, `≤ ${factor * 1.2}`, ratio(growth), growth <= factor * 1.2);
  }
  const [large, ...others] = results.memory;
  for (const other of others.filter(({ what }) => what.includes("small"))) {
    if (large === undefined) continue;
    const times = large.highestMiB / other.highestMiB;
    add(
      `memory of ${whole(large.units)} units in one run, over ${memoryText(other)}`,
      "≤ 1.5",
      ratio(times),
      times <= 1.5,
    );
  }
  return rows.length === 0 ? null : table(["what", "target", "measured", "reached"], rows);
}

function costTable({ costs }: Results): string | null {
  if (costs.length === 0) return null;
  const rows = costs.map((cost) => [
    cost.type,
    whole(cost.units),
    whole(cost.queueOperations),
    `${whole(cost.objectCalls)} (${tally(cost.objectCallsByMethod)})`,
    `${whole(cost.objectRows)} (${tally(cost.objectRowsByCommit)})`,
    `${whole(cost.projectionWrites)} in ${seconds(cost.durationMs)}`,
    whole(cost.d1RowsOfRun),
  ]);
  const head = [
    "run",
    "units",
    "queue operations",
    "object calls",
    "object rows written",
    "D1 progress writes",
    "D1 rows",
  ];
  return table(head, rows);
}

function perMillionTable(results: Results): string | null {
  if (results.perMillion.length === 0) return null;
  const rows = results.perMillion.map((cost) => [
    cost.type,
    whole(cost.queueOperations),
    whole(cost.objectCalls),
    whole(cost.objectRows),
  ]);
  return table(["per 1,000,000 units", "queue operations", "object calls", "object rows written"], rows);
}

function frameTable({ frames }: Results): string | null {
  if (frames.length === 0) return null;
  const rows = frames.map((frame) => [
    `${frame.what}, ${whole(frame.units)} units`,
    whole(frame.sockets),
    whole(frame.framesPerSocket),
    `${whole(frame.p50)} ms`,
    `${whole(frame.p99)} ms`,
    `${whole(frame.highest)} ms`,
    `${whole(frame.spreadP50)} ms (${whole(frame.spreadHighest)} ms)`,
  ]);
  const head = [
    "settle to frame",
    "sockets",
    "frames each",
    "p50",
    "p99",
    "highest",
    "first to last socket: median (highest)",
  ];
  return table(head, rows);
}

function readTable({ reads }: Results): string | null {
  if (reads.length === 0) return null;
  const rows = reads.map((read) => [
    read.what,
    whole(read.readsPerSecond),
    `${read.p50.toFixed(1)} ms`,
    `${read.p99.toFixed(1)} ms`,
  ]);
  return table(["progress reads from D1", "reads per second", "p50", "p99"], rows);
}

function memoryTable({ memory }: Results): string | null {
  if (memory.length === 0) return null;
  const rows = memory.map((use) => [
    memoryText(use),
    `${whole(use.beforeMiB)} MiB`,
    `${whole(use.highestMiB)} MiB`,
    `${whole(use.afterMiB)} MiB`,
  ]);
  return table(["resident memory of a fresh runtime", "before", "highest", "after"], rows);
}

function memoryText({ what, units, runs }: MemoryUse): string {
  return `${what} (${runs === 1 ? "" : `${whole(runs)} × `}${whole(units)})`;
}

function neighbors(sizes: Throughput[]): [Throughput, Throughput][] {
  return sizes.flatMap((size, index) => {
    const next = sizes[index + 1];
    return next === undefined ? [] : [[size, next] satisfies [Throughput, Throughput]];
  });
}

function timeRatio(smaller: Throughput, larger: Throughput): number {
  return larger.milliseconds["one unit a message"].median / smaller.milliseconds["one unit a message"].median;
}

function spread({ median, lowest, highest }: Sample): string {
  return `${whole(median)} (${whole(lowest)} to ${whole(highest)})`;
}

function tally(counts: Record<string, number>): string {
  const entries = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return entries.map(([name, value]) => `${name} ${whole(value)}`).join(", ");
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function ratio(value: number): string {
  return value.toFixed(2);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
