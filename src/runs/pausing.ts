/**
 * Pause and resume (docs/design/progress.md, section 8). A paused run grants nothing and sends nothing; what is leased may settle, and
 * counts stay. A run also pauses by itself, when more of its units fail than its operation bears (`stopAfter`).
 */
import type { StopAfter } from "../contract/stop-after.ts";
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import { openUnits, sendAgain } from "./dispatch.ts";
import type { Operation } from "./operation.ts";
import { forEachOrdinal, type OrdinalRanges, pushOrdinal } from "./ordinal-ranges.ts";
import type { RunPolicy } from "./policy.ts";
import type { PauseAnswer, PauseRequest } from "./run-commands.ts";
import type { RunState } from "./run-state.ts";
import { withEvent } from "./timeline.ts";

/** Requests that are remembered, the newest: one that is sent again changes nothing, and is told that it did what it did. */
const REQUESTS_KEPT = 8;

/** Pauses or resumes. One that is older than the newest that took effect changes nothing: a person has decided otherwise since. */
export function changePause(state: RunState, request: PauseRequest, now: number): PauseAnswer {
  const { id, at, by, paused } = request;
  const { header } = state;
  if (header.pauseRequests.some((known) => known.id === id)) return "changed";
  if (state.closed || nothingLeft(state)) return "closed";
  const newest = header.pauseRequests.at(-1)?.at ?? 0;
  if (at < newest || state.paused === paused) return "unchanged";
  const pauseRequests = [...header.pauseRequests, { id, at }].slice(-REQUESTS_KEPT);
  if (paused) {
    const event = withEvent(header, { kind: "paused", at: now, words: by.name });
    state.update("pause", { pause: { at: now, by, reason: "person", failed: null }, pauseRequests, ...event }, true);
    return "changed";
  }
  // What came back while the run was paused was acknowledged: it is sent again.
  const failuresBorne = state.ledger?.counts.failed ?? 0;
  const event = withEvent(header, { kind: "resumed", at: now, words: by.name });
  state.update("resume", { pause: null, pauseRequests, failuresBorne, resend: true, ...event }, true);
  state.moved(now);
  return "changed";
}

/** All units have ended; what comes after them is not held up. */
function nothingLeft({ ledger }: RunState): boolean {
  return ledger !== null && ledger.processed >= ledger.total;
}

/** Whether so many units failed since the start, or since a person resumed the run, that it has to stop for a person to look. */
export function stopIsDue(state: RunState, operation: Operation | null): boolean {
  const { ledger, header } = state;
  if (operation === null || operation.progressMode === "phased" || ledger === null) return false;
  if (state.closed || state.paused || nothingLeft(state)) return false;
  const stopAfter = operation.stopAfter?.(header.input) ?? null;
  return stopAfter !== null && isTooMuch(ledger.counts.failed - header.failuresBorne, ledger.total, stopAfter);
}

function isTooMuch(failed: number, total: number, stopAfter: StopAfter): boolean {
  if ("failures" in stopAfter) return failed >= stopAfter.failures;
  // oxlint-disable-next-line tenantatlas/no-progress-arithmetic -- a limit of failures that the request chose, never shown and no progress
  return failed > 0 && failed * 100 >= total * stopAfter.percent;
}

/** Pauses a run because of its failures, if that is due. One write. */
export function stopAfterFailures(state: RunState, ports: CoordinatorPorts, operation: Operation | null): void {
  if (!stopIsDue(state, operation)) return;
  const failed = state.ledger?.counts.failed ?? 0;
  const at = ports.now();
  const event = withEvent(state.header, { kind: "paused", at, words: null, count: failed });
  state.update("pause", { pause: { at, by: null, reason: "failures", failed }, ...event }, true);
  const { runId, tenantId, type } = state.header;
  ports.log("warn", "run_stopped_after_failures", { runId, tenantId, type, failed });
}

/** When what came back during a pause is to be sent again; null when nothing is. Not while a holder of an earlier time may be at it. */
export function resendDueAt(state: RunState): number | null {
  return state.header.resend && !state.closed && !state.paused ? state.forgottenLeasesUntil : null;
}

/** Sends all that is open and that nobody holds; what waits for its time is left to that. Repeated whole after a crash: the ledger bears it. */
export async function resendAfterPause(
  state: RunState,
  ports: CoordinatorPorts,
  policy: RunPolicy,
  unitsPerMessage: number,
): Promise<boolean> {
  state.leases?.expire(ports.now());
  const open: OrdinalRanges = [];
  forEachOrdinal(openUnits(state, Infinity), (ordinal) => {
    if ((state.deferrals.get(ordinal)?.notBefore ?? null) === null) pushOrdinal(open, ordinal);
  });
  if ((await sendAgain(state, ports, policy, open, unitsPerMessage)) === "rejected") return false;
  if (!state.closed && !state.paused) state.update("resent", { resend: false }, false);
  state.moved(ports.now());
  return true;
}
