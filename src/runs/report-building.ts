/** Builds what a report tells of a run, from its state of one moment. Changes nothing. */
import { WAITS_TOLD } from "../contract/run-report.ts";
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import { heldCount } from "./dispatch.ts";
import {
  encodeUnits,
  type ReportFacts,
  type StoredEvent,
  type ToldUnit,
  type UnitPage,
  type Wait,
} from "./facts/run-report.ts";
import type { RunState } from "./run-state.ts";
import type { Deferral, RunHeader } from "./run-store.ts";

/** With their names, some 30 kB: a page is written whole when one of its units changes. */
const UNITS_PER_PAGE = 500;
/** Of units that are a function of their ordinal, and have no names to store. */
const UNITS_PER_UNNAMED_PAGE = 5_000;

export function unitsPerPage({ impliedPlan }: Pick<RunHeader, "impliedPlan">): number {
  return impliedPlan ? UNITS_PER_UNNAMED_PAGE : UNITS_PER_PAGE;
}

export function pageCount(header: Pick<RunHeader, "impliedPlan" | "total">): number {
  // oxlint-disable-next-line tenantatlas/no-progress-arithmetic -- rows that the plan's units take, never shown
  return Math.ceil((header.total ?? 0) / unitsPerPage(header));
}

type Declared = Pick<CoordinatorPorts, "operation">;

export function factsOf(state: RunState, ports: Declared): ReportFacts {
  const { header } = state;
  const closed = state.closed;
  const waiting = closed ? [] : [...state.deferrals.values()].filter(isWaiting);
  const waits = closed
    ? []
    : header.phaseWait === null
      ? waitsOf(state, waiting)
      : [phaseWait(header, header.phaseWait)];
  return {
    waits: waits.slice(0, WAITS_TOLD),
    otherReasons: Math.max(0, waits.length - WAITS_TOLD),
    waitingUnits: waiting.length,
    heldUnits: closed ? 0 : heldCount(state),
    timeline: timelineOf(state, ports),
    omitted: header.eventsOmitted,
    planned: header.total,
  };
}

/** A unit that was handed back for want of room has no attempt behind it, and is sent again at once. */
function isWaiting({ notBefore, count }: Deferral): boolean {
  return notBefore !== null && count > 0;
}

function waitsOf(state: RunState, waiting: readonly Deferral[]): Wait[] {
  const byReason = Map.groupBy(waiting, ({ reasonCode }) => reasonCode);
  return [...byReason]
    .map(([reasonCode, deferrals]): Wait => {
      const first = deferrals.reduce((one, other) => (other.ordinal < one.ordinal ? other : one));
      return {
        reasonCode,
        message: first.message,
        unit: state.plannedUnit(first.ordinal)?.label ?? null,
        units: deferrals.length,
        attempt: Math.max(...deferrals.map(({ count }) => count)) + 1,
        nextTryAt: Math.min(...deferrals.map(({ notBefore }) => notBefore ?? Infinity)),
      };
    })
    .sort((one, other) => (other.units ?? 0) - (one.units ?? 0) || (one.reasonCode < other.reasonCode ? -1 : 1));
}

function phaseWait({ phaseWaits, phaseNotBefore }: RunHeader, wait: { reasonCode: string; message: string }): Wait {
  return { ...wait, unit: null, units: null, attempt: phaseWaits + 1, nextTryAt: phaseNotBefore };
}

/** The stored events, with what the header and the journal tell, in order. */
function timelineOf(state: RunState, ports: Declared): StoredEvent[] {
  const { header, ledger, settledAt } = state;
  const operation = ports.operation(header.type);
  const finalizes = operation !== null && operation.progressMode !== "phased" && operation.finalize !== undefined;
  const all: StoredEvent[] = [{ kind: "queued", at: header.createdAt }];
  if (header.startedAt !== null) all.push({ kind: "started", at: header.startedAt });
  all.push(...header.events);
  for (const { firstAt, lastAt, times, message } of state.waited)
    all.push({ kind: "waited", at: firstAt, until: lastAt, count: times, words: message });
  if (settledAt !== null) all.push({ kind: "first_settled", at: settledAt.first });
  const ended = ledger !== null && ledger.total > 0 && ledger.processed === ledger.total;
  if (settledAt !== null && (ended || state.completed))
    all.push({ kind: "last_settled", at: settledAt.last, count: ledger?.processed ?? 0 });
  if (settledAt !== null && ended && finalizes) all.push({ kind: "finalizing", at: settledAt.last });
  if (header.completedAt !== null) all.push({ kind: "completed", at: header.completedAt, words: header.outcome });
  // The sort is stable: events of one moment stay in the order in which they come about.
  return all.sort((one, other) => one.at - other.at);
}

/** A page of the plan as its units are now. */
export function unitPage(state: RunState, page: number): UnitPage {
  const { header } = state;
  const size = unitsPerPage(header);
  const firstOrdinal = page * size;
  const units: ToldUnit[] = [];
  const end = Math.min(header.total ?? 0, firstOrdinal + size);
  for (let ordinal = firstOrdinal; ordinal < end; ordinal += 1) units.push(toldUnit(state, ordinal));
  return { ...encodeUnits(units), firstOrdinal };
}

function toldUnit(state: RunState, ordinal: number): ToldUnit {
  const { header, ledger, order, units } = state;
  const planned = header.impliedPlan ? null : state.plannedUnit(ordinal);
  const name = planned === null ? null : ([planned.key, planned.label] as const);
  const verdict = units?.verdict(ordinal) ?? null;
  if (units !== null && verdict !== null)
    return { name, state: verdict, attempts: units.attempts(ordinal), tookMs: units.tookMs(ordinal), nextTryAt: null };
  const deferral = state.deferrals.get(ordinal);
  const attempts = deferral?.count ?? 0;
  const open = { name, attempts, tookMs: null, nextTryAt: null };
  if (!state.closed && deferral !== undefined && isWaiting(deferral))
    return { ...open, state: "waiting", nextTryAt: deferral.notBefore };
  if (!state.closed && state.leases?.has(ordinal) === true) return { ...open, state: "running" };
  const held = !state.closed && order !== null && ledger !== null && !order.isFree(ordinal, ledger.endedBelow);
  return { ...open, state: held ? "held" : "open" };
}
