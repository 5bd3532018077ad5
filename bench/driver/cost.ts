/** The cost ledger: what a run makes the platform do, counted in the runtime, never timed. */
import { type BenchClient, durationMs, type MeterReading, wait } from "./client.ts";

/** After completion: the terminal projection, its frame and the journal's compaction. */
const AFTERMATH_MS = 3_000;
/** The platform's tariff: a write, a read and a delete for each message of up to 64 KB. */
const OPERATIONS_PER_MESSAGE = 3;
const MILLION = 1_000_000;

export interface Cost {
  type: string;
  units: number;
  durationMs: number;
  queueOperations: number;
  sendBatchCalls: number;
  consumerInvocations: number;
  /** To run objects and the hub, alarms included. */
  objectCalls: number;
  objectCallsByMethod: Record<string, number>;
  /** In the run's object, `setAlarm` included. */
  objectRows: number;
  objectRowsByCommit: Record<string, number>;
  /** Atomic writes of the run's row. */
  projectionWrites: number;
  /** `projectionWrites` has to stay below one a second of run plus four. */
  projectionWritesAllowed: number;
  d1QueriesOfRun: number;
  /** Touched indexes included. */
  d1RowsOfRun: number;
}

export interface CostPerMillion {
  type: string;
  queueOperations: number;
  objectCalls: number;
  objectRows: number;
}

export async function measureCost(client: BenchClient, type: string, units: number): Promise<Cost> {
  await client.resetMeter();
  const { id } = await client.startRun(type, { units });
  const run = await client.waitForRun(id, units);
  await wait(AFTERMATH_MS);
  return costOf(type, units, durationMs(run), await client.readMeter());
}

function costOf(type: string, units: number, milliseconds: number, meter: MeterReading): Cost {
  return {
    type,
    units,
    durationMs: milliseconds,
    queueOperations: OPERATIONS_PER_MESSAGE * meter.messagesSent,
    sendBatchCalls: meter.sendBatchCalls,
    consumerInvocations: meter.consumerInvocations,
    objectCalls: sum(meter.objectCalls),
    objectCallsByMethod: meter.objectCalls,
    objectRows: sum(meter.objectRows),
    objectRowsByCommit: meter.objectRows,
    projectionWrites: meter.d1Requests["run object"] ?? 0,
    projectionWritesAllowed: Math.ceil(milliseconds / 1_000) + 4,
    d1QueriesOfRun: meter.d1Queries["run object"] ?? 0,
    d1RowsOfRun: meter.d1RowsWritten["run object"] ?? 0,
  };
}

/** Extrapolated: all that grows with the units, and what grows with time as if a million took as long each. */
export function perMillion(cost: Cost): CostPerMillion {
  const factor = MILLION / cost.units;
  return {
    type: cost.type,
    queueOperations: Math.round(cost.queueOperations * factor),
    objectCalls: Math.round(cost.objectCalls * factor),
    objectRows: Math.round(cost.objectRows * factor),
  };
}

function sum(tally: Record<string, number>): number {
  return Object.values(tally).reduce((total, value) => total + value, 0);
}
