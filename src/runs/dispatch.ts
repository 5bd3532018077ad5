/** Dispatch: hands sealed units to the queue, window by window, resumable at the stored cursor. */
import type { UnitMessage } from "../contract/queue-messages.ts";
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import type { BulkOperation } from "./operation.ts";
import { forEachRange, type OrdinalRanges, pushOrdinal } from "./ordinal-ranges.ts";
import type { RunPolicy } from "./policy.ts";
import type { RunState } from "./run-state.ts";

export type SendOutcome = "sent" | "rejected";

/** Messages for the ordinals, at most `unitsPerMessage` neighbors in each. */
export function messagesFor(runId: string, ranges: OrdinalRanges, unitsPerMessage: number): UnitMessage[] {
  const messages: UnitMessage[] = [];
  forEachRange(ranges, (first, last) => {
    for (let start = first; start <= last; start += unitsPerMessage) {
      messages.push({ v: 1, runId, first: start, last: Math.min(last, start + unitsPerMessage - 1) });
    }
  });
  return messages;
}

/** How the units of an operation travel. */
export interface Pace {
  unitsPerMessage: number;
  /** Messages of the run that may be in its queue at a time. */
  windowMessages: number;
  /** Units that may have begun and not ended at a time, those that wait included; null for as many as the window takes. */
  atATime: number | null;
}

export function paceOf(policy: RunPolicy, operation: BulkOperation | null): Pace {
  const windowMessages = operation?.callsGraph === true ? policy.graphWindowMessages : policy.maxOutstandingMessages;
  return { unitsPerMessage: operation?.unitsPerMessage ?? 1, windowMessages, atATime: operation?.atATime ?? null };
}

/** True when units wait for the queue and the window has room for a step's worth of messages. */
export function dispatchReady(state: RunState, policy: RunPolicy, pace: Pace): boolean {
  return hasRoom(state, policy, pace, 1);
}

/** True when an alarm for it pays: the window has room for all that one alarm sends, or for all that is left. */
export function dispatchWorthAnAlarm(state: RunState, policy: RunPolicy, pace: Pace): boolean {
  return hasRoom(state, policy, pace, policy.stepsPerAlarm);
}

function hasRoom(state: RunState, policy: RunPolicy, pace: Pace, steps: number): boolean {
  const { dispatchedUpTo } = state.header;
  if (state.closed || state.paused) return false;
  const free = freeUnits(state);
  if (dispatchedUpTo >= free) return false;
  const { unitsPerMessage, windowMessages, atATime } = pace;
  const units = Math.min(free - dispatchedUpTo, messagesOf(policy, pace, steps) * unitsPerMessage);
  const unsettled = unsettledCount(state);
  // One place that is free is enough: what holds the others may hold them for long.
  if (atATime !== null) return unsettled < atATime;
  return (
    unsettled + units <= policy.maxOutstandingMessages * unitsPerMessage &&
    // What waits for its time is in no queue: it must not keep the rest of the run from beginning.
    unsettled - waitingCount(state) + units <= windowMessages * unitsPerMessage
  );
}

/** Units that were sent and have not ended. */
function unsettledCount({ header, ledger }: RunState): number {
  return header.dispatchedUpTo - (ledger?.settled.count ?? 0);
}

/** Units at the front of the order of dispatch that may be sent: all, but for those that come after others which have not ended. */
function freeUnits({ header, order, ledger }: RunState): number {
  return order === null || ledger === null ? (header.total ?? 0) : order.freeCount(ledger.endedBelow);
}

/** Units that wait for others of the run to end. They are in no queue, and nothing is due for them. */
export function heldCount(state: RunState): number {
  return state.order === null ? 0 : (state.header.total ?? 0) - freeUnits(state);
}

/** Messages that so many steps send. Half a window at most: a window that has to be empty first would leave consumers idle. */
function messagesOf(policy: RunPolicy, { windowMessages }: Pace, steps: number): number {
  return Math.min(policy.messagesPerSend * policy.sendsPerStep * steps, Math.ceil(windowMessages / 2));
}

/** Deferred units that were not yet sent again. */
export function waitingCount({ deferrals }: RunState): number {
  let count = 0;
  for (const { notBefore } of deferrals.values()) if (notBefore !== null) count += 1;
  return count;
}

/**
 * One step: sends the next stretch and stores how far it came. The cursor moves only over calls that answered; one that
 * was rejected, or lost in a crash, is sent again, and the ledger suppresses what arrives twice.
 */
export async function dispatchStep(
  state: RunState,
  ports: CoordinatorPorts,
  policy: RunPolicy,
  pace: Pace,
): Promise<SendOutcome> {
  const { runId, dispatchedUpTo } = state.header;
  const { unitsPerMessage, atATime } = pace;
  // Neighbors in the order of dispatch need not be neighbors in the plan: then each may take a message of its own.
  const unitsSure = state.order === null ? unitsPerMessage : 1;
  const sendUnits = policy.messagesPerSend * unitsSure;
  const room = atATime === null ? messagesOf(policy, pace, 1) * unitsSure : atATime - unsettledCount(state);
  const end = Math.min(freeUnits(state), dispatchedUpTo + room);
  const sends: Promise<void>[] = [];
  const ends: number[] = [];
  for (let first = dispatchedUpTo; first < end; first += sendUnits) {
    const last = Math.min(end, first + sendUnits) - 1;
    ends.push(last + 1);
    sends.push(ports.sendBatch(messagesFor(runId, ordinalsAt(state, first, last), unitsPerMessage)));
  }
  const results = await Promise.allSettled(sends);
  const rejectedAt = results.findIndex((result) => result.status === "rejected");
  const answered = rejectedAt === -1 ? ends.length : rejectedAt;
  const reached = answered === 0 ? dispatchedUpTo : (ends[answered - 1] ?? dispatchedUpTo);
  if (!state.closed && reached > state.header.dispatchedUpTo) {
    state.update("dispatch", { dispatchedUpTo: reached }, false);
    // They were told to be held.
    if (state.order !== null) state.touch(ordinalsAt(state, dispatchedUpTo, reached - 1));
    state.moved(ports.now());
  }
  if (rejectedAt === -1) return "sent";
  ports.log("warn", "run_dispatch_rejected", { runId, dispatchedUpTo: reached, error: reasonOf(results[rejectedAt]) });
  return "rejected";
}

/** The units at these places of the order of dispatch. */
function ordinalsAt({ order }: RunState, first: number, last: number): OrdinalRanges {
  if (order === null) return [first, last];
  const ranges: OrdinalRanges = [];
  for (let position = first; position <= last; position += 1) pushOrdinal(ranges, order.ordinalAt(position));
  return ranges;
}

/** Units that were handed to the queue, are not settled and that nobody holds, at most `limit` of them. Call `expire` of the leases first. */
export function openUnits(state: RunState, limit: number): OrdinalRanges {
  const { ledger, leases, order, header } = state;
  if (ledger === null || leases === null) return [];
  if (order === null) return ledger.settled.absent(0, header.dispatchedUpTo, limit, leases.ordinals);
  const open: number[] = [];
  for (let position = 0; position < header.dispatchedUpTo && open.length < limit; position += 1) {
    const ordinal = order.ordinalAt(position);
    if (ledger.settled.has(ordinal) || leases.has(ordinal)) continue;
    // An earlier version of the product sends in the order of ordinals: what it has sent too early is sent when its turn comes.
    if (order.isFree(ordinal, ledger.endedBelow)) open.push(ordinal);
  }
  const ranges: OrdinalRanges = [];
  for (const ordinal of open.sort((one, other) => one - other)) pushOrdinal(ranges, ordinal);
  return ranges;
}

/** Sends the ordinals again, outside the cursor: deferred and healed units. */
export async function sendAgain(
  state: RunState,
  ports: CoordinatorPorts,
  policy: RunPolicy,
  ranges: OrdinalRanges,
  unitsPerMessage: number,
): Promise<SendOutcome> {
  const { runId } = state.header;
  const messages = messagesFor(runId, ranges, unitsPerMessage);
  for (let start = 0; start < messages.length; start += policy.messagesPerSend) {
    try {
      await ports.sendBatch(messages.slice(start, start + policy.messagesPerSend));
    } catch (error) {
      ports.log("warn", "run_dispatch_rejected", { runId, again: true, error: String(error) });
      return "rejected";
    }
  }
  return "sent";
}

function reasonOf(result: PromiseSettledResult<void> | undefined): string {
  return result?.status === "rejected" ? String(result.reason) : "";
}
