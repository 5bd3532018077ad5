/**
 * What runs cost, counted where it happens: calls at the objects' own methods, rows as SQLite and D1 report them, messages
 * at the bindings. One isolate runs the whole bench Worker, so plain variables hold it.
 */

export interface Meter {
  /** Calls that reached run objects and hubs, by method; alarms are calls too. */
  objectCalls: Record<string, number>;
  /** Rows that run objects wrote, by the commit's name. Every `setAlarm` is one more (`alarm`), as the platform bills it. */
  objectRows: Record<string, number>;
  /** Statements, by who sent them; a batch of three is three. */
  d1Queries: Record<string, number>;
  /** Atomic batches and single statements, by who sent them. */
  d1Requests: Record<string, number>;
  /** Rows written, touched indexes included, by who wrote them. */
  d1RowsWritten: Record<string, number>;
  sendBatchCalls: number;
  messagesSent: number;
  consumerInvocations: number;
  messagesConsumed: number;
}

export type RecordName = "objectCalls" | "objectRows" | "d1Queries" | "d1Requests" | "d1RowsWritten";

function newMeter(): Meter {
  return {
    objectCalls: {},
    objectRows: {},
    d1Queries: {},
    d1Requests: {},
    d1RowsWritten: {},
    sendBatchCalls: 0,
    messagesSent: 0,
    consumerInvocations: 0,
    messagesConsumed: 0,
  };
}

export interface SettledAt {
  /** Units settled in the run, this call's included. */
  processed: number;
  /** Milliseconds since the epoch, when the settle call had been stored. */
  at: number;
}

export let meter = newMeter();
/** Settle calls since the last reset, by run. */
export const settles = new Map<string, SettledAt[]>();

export function resetMeter(): void {
  meter = newMeter();
  settles.clear();
}

export function count(record: RecordName, name: string, by = 1): void {
  meter[record][name] = (meter[record][name] ?? 0) + by;
}
