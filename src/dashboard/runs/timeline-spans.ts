/** The timeline of a run as stretches and moments of time, for a picture. Pure. */
import type { Timeline, TimelineEvent } from "../../contract/run-report.ts";

export type Lane = "Queued" | "Preparing" | "Working" | "Finalizing" | "Paused" | "Waiting";

/** In the order from top to bottom. */
export const LANES: readonly Lane[] = ["Queued", "Preparing", "Working", "Finalizing", "Paused", "Waiting"];

/** Milliseconds since the epoch. `open`: it goes on, and `to` is when that was told. */
export interface Span {
  lane: Lane;
  from: number;
  to: number;
  open: boolean;
  text: string;
}

export interface TimelinePicture {
  from: number;
  to: number;
  spans: Span[];
  /** Lanes that have a span. */
  lanes: Lane[];
}

export const LANE_HEIGHT = 26;
const AXIS_HEIGHT = 22;

/** In pixels: known before the code that draws is there, so that its arrival moves nothing. */
export function chartHeight({ lanes }: TimelinePicture): number {
  return lanes.length * LANE_HEIGHT + AXIS_HEIGHT;
}

/** What each event begins; an event that is not here begins nothing and ends nothing. */
const BEGINS: Partial<Record<TimelineEvent["kind"], Lane>> = {
  queued: "Queued",
  started: "Preparing",
  sealed: "Working",
  phase: "Working",
  finalizing: "Finalizing",
};

/** Null where nothing has any length yet. */
export function timelinePicture({ items, asOf }: Pick<Timeline, "items" | "asOf">): TimelinePicture | null {
  const [first] = items;
  if (first === undefined) return null;
  const end = items.find(({ kind }) => kind === "completed");
  const from = Date.parse(first.at);
  const to = Date.parse(end?.at ?? asOf);
  if (to <= from) return null;
  const spans = [...stages(items, to, end !== undefined), ...pauses(items, to), ...waits(items)];
  return { from, to, spans, lanes: LANES.filter((lane) => spans.some((span) => span.lane === lane)) };
}

/** Each stage lasts until the next one begins. */
function stages(items: readonly TimelineEvent[], to: number, ended: boolean): Span[] {
  const begun = items.flatMap(({ kind, at, text }) => {
    const lane = BEGINS[kind];
    return lane === undefined ? [] : [{ lane, from: Date.parse(at), text: kind === "phase" ? text : lane }];
  });
  return begun.map((stage, at) => {
    const next = begun[at + 1];
    return { ...stage, to: next?.from ?? to, open: next === undefined && !ended };
  });
}

function pauses(items: readonly TimelineEvent[], to: number): Span[] {
  return items.flatMap(({ kind, at, text }, place) => {
    if (kind !== "paused") return [];
    const end = items.slice(place + 1).find((later) => /^(resumed|canceled|completed)$/.test(later.kind));
    return [{ lane: "Paused" as const, from: Date.parse(at), to: end ? Date.parse(end.at) : to, open: !end, text }];
  });
}

/** From the first wait for a reason to the begin of the last one; one wait alone is a moment. */
function waits(items: readonly TimelineEvent[]): Span[] {
  return items.flatMap(({ kind, at, until, text }) =>
    kind === "waited"
      ? [{ lane: "Waiting" as const, from: Date.parse(at), to: Date.parse(until ?? at), open: false, text }]
      : [],
  );
}
