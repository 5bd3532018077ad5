/** What a run's header keeps of how the run went, bounded: the first events, and the newest. Pure. */
import type { StoredEvent } from "./facts/run-report.ts";
import type { RunHeader, WaitRecord } from "./run-store.ts";

const FIRST_KEPT = 20;
const NEWEST_KEPT = 20;
const REASONS_KEPT = 8;

/** The change of a header that adds the event. */
export function withEvent(
  { events, eventsOmitted }: Pick<RunHeader, "events" | "eventsOmitted">,
  event: StoredEvent,
): Pick<RunHeader, "events" | "eventsOmitted"> {
  const all = [...events, event];
  if (all.length <= FIRST_KEPT + NEWEST_KEPT) return { events: all, eventsOmitted };
  return { events: [...all.slice(0, FIRST_KEPT), ...all.slice(FIRST_KEPT + 1)], eventsOmitted: eventsOmitted + 1 };
}

/** The records of waits with another one: the first and the last time, and how many, for each of the first reasons. */
export function withWait(
  waited: readonly WaitRecord[],
  { reasonCode, message, at }: { reasonCode: string; message: string; at: number },
): WaitRecord[] {
  const known = waited.find((record) => record.reasonCode === reasonCode);
  if (known === undefined) {
    if (waited.length >= REASONS_KEPT) return [...waited];
    return [...waited, { reasonCode, message, firstAt: at, lastAt: at, times: 1 }];
  }
  return waited.map((record) =>
    record === known ? { ...known, message, lastAt: at, times: known.times + 1 } : record,
  );
}
