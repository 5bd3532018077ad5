/** Inventory syncs of simulated tenants, beside the bare reading of the same tenant. Graph does not throttle and waits for nothing. */
import { BenchClient } from "./client.ts";
import type { Bench } from "./runtime.ts";
import { type Sample, sampleOf } from "./statistics.ts";

export interface SyncPlan {
  policies: number;
  repetitions: number;
}

export interface SyncTimes {
  policies: number;
  /** Requests of the bare reading. */
  requests: number;
  /** Milliseconds. */
  bare: Sample;
  allNew: Sample;
  unchanged: Sample;
  /** Of each turn, the sync's time over the bare reading's of the same turn. */
  allNewOverBare: Sample;
  unchangedOverBare: Sample;
}

const TENANT = "contoso";
const WARM_UP_TENANT = "fabrikam";
const WARM_UP_POLICIES = 40;

/** Every turn begins with an empty inventory, on a runtime that has synced another tenant before. */
export async function measureSyncs(bench: Bench, { policies, repetitions }: SyncPlan): Promise<SyncTimes> {
  const [bare, allNew, unchanged]: [number[], number[], number[]] = [[], [], []];
  let requests = 0;
  for (let turn = 0; turn < repetitions; turn += 1) {
    const graph = await bench.startGraph({ [TENANT]: policies, [WARM_UP_TENANT]: WARM_UP_POLICIES });
    const runtime = await bench.start({ metered: false, graphUrl: graph.url });
    const client = new BenchClient(runtime.url);
    await oneTurn(client, WARM_UP_TENANT);
    const times = await oneTurn(client, TENANT);
    bare.push(times.bare);
    allNew.push(times.allNew);
    unchanged.push(times.unchanged);
    requests = times.requests;
    await runtime.stop();
    await graph.stop();
  }
  const overBare = (times: number[]): Sample =>
    sampleOf(times.map((time, turn) => time / Math.max(1, bare[turn] ?? time)));
  return {
    policies,
    requests,
    bare: sampleOf(bare),
    allNew: sampleOf(allNew),
    unchanged: sampleOf(unchanged),
    allNewOverBare: overBare(allNew),
    unchangedOverBare: overBare(unchanged),
  };
}

async function oneTurn(client: BenchClient, tenant: string) {
  const allNew = await client.timeSync(tenant);
  const { milliseconds: bare, requests } = await client.timeBareReading(tenant);
  const unchanged = await client.timeSync(tenant);
  return { allNew, bare, requests, unchanged };
}
