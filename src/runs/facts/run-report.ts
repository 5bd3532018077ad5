/** What a run's object reports to D1 beside its projection, as it is stored. Times are milliseconds since the epoch. */
import { z } from "zod";
import { TIMELINE_KINDS, UNIT_STATES, WAITS_TOLD } from "../../contract/run-report.ts";

const count = z.int().min(0);

export const waitSchema = z.object({
  reasonCode: z.string(),
  message: z.string(),
  unit: z.string().nullable(),
  units: z.int().min(1).nullable(),
  attempt: z.int().min(1),
  nextTryAt: z.int(),
});
export type Wait = z.infer<typeof waitSchema>;

/** An event with what its words are made of (`reading/run-reports.ts`). */
export const storedEventSchema = z.object({
  kind: z.enum(TIMELINE_KINDS),
  at: z.int(),
  /** Units sealed, sent again, or settled; times that was waited. */
  count: count.optional(),
  /** The phase, the reason of waits in words, who paused, or the outcome. */
  words: z.string().nullable().optional(),
  until: z.int().optional(),
});
export type StoredEvent = z.infer<typeof storedEventSchema>;

export const reportFactsSchema = z.object({
  waits: z.array(waitSchema).max(WAITS_TOLD),
  otherReasons: count,
  waitingUnits: count,
  heldUnits: count,
  timeline: z.array(storedEventSchema),
  omitted: count,
  planned: count.nullable(),
});
export type ReportFacts = z.infer<typeof reportFactsSchema>;

/** A letter for each state, so that a page of units is a short text. */
const LETTERS = {
  open: "o",
  held: "h",
  running: "r",
  waiting: "w",
  succeeded: "s",
  failed: "f",
  skipped: "k",
} as const;

/** Neighboring units of a plan. Lists of numbers hold pairs: the unit's place in the page, and the number. */
export const unitPageSchema = z.object({
  /** Null for units that are a function of their ordinal. */
  names: z.array(z.tuple([z.string(), z.string()])).nullable(),
  states: z.string(),
  /** Of units that have made other than one attempt when settled, or any when open. */
  attempts: z.array(z.int()),
  /** Runs of equal durations: how many units in a row, and their milliseconds, -1 where that is not known. */
  tookMs: z.array(z.int()),
  nextTryAt: z.array(z.int()),
});
export type StoredUnitPage = z.infer<typeof unitPageSchema>;

export interface UnitPage extends StoredUnitPage {
  firstOrdinal: number;
}

/** One write to D1. Pages that it does not carry follow with the next. */
export interface RunReport {
  runId: string;
  tenantId: string;
  /** Larger than of any report before it that has the same version. */
  at: number;
  version: number;
  /** It tells of the end of the run. */
  completed: boolean;
  facts: ReportFacts;
  pages: UnitPage[];
}

export interface ToldUnit {
  name: readonly [key: string, label: string] | null;
  state: (typeof UNIT_STATES)[number];
  attempts: number;
  tookMs: number | null;
  nextTryAt: number | null;
}

/** Whether a unit has a verdict. */
export const isSettled = (state: ToldUnit["state"]): boolean =>
  state === "succeeded" || state === "failed" || state === "skipped";

export function encodeUnits(units: readonly ToldUnit[]): StoredUnitPage {
  const page: StoredUnitPage = { names: null, states: "", attempts: [], tookMs: [], nextTryAt: [] };
  const names: [string, string][] = [];
  units.forEach(({ name, state, attempts, tookMs, nextTryAt }, place) => {
    if (name !== null) names.push([...name]);
    page.states += LETTERS[state];
    if (attempts !== (isSettled(state) ? 1 : 0)) page.attempts.push(place, attempts);
    const took = tookMs ?? -1;
    const end = page.tookMs.length - 2;
    if (end >= 0 && page.tookMs[end + 1] === took) page.tookMs[end] = (page.tookMs[end] ?? 0) + 1;
    else page.tookMs.push(1, took);
    if (nextTryAt !== null) page.nextTryAt.push(place, nextTryAt);
  });
  return names.length === units.length ? { ...page, names } : page;
}

/** The units of a page, in order. A letter that this version does not know is told as `open`: nothing is known of that unit's end. */
export function decodeUnits({ names, states, attempts, tookMs, nextTryAt }: StoredUnitPage): ToldUnit[] {
  const attemptsAt = new Map(pairs(attempts));
  const nextTryOf = new Map(pairs(nextTryAt));
  const took: number[] = [];
  for (const [units, milliseconds] of pairs(tookMs))
    for (let unit = 0; unit < units; unit += 1) took.push(milliseconds);
  return Array.from(states, (letter, place) => {
    const state = UNIT_STATES.find((name) => LETTERS[name] === letter) ?? "open";
    const milliseconds = took[place] ?? -1;
    return {
      name: names?.[place] ?? null,
      state,
      attempts: attemptsAt.get(place) ?? (isSettled(state) ? 1 : 0),
      tookMs: milliseconds < 0 ? null : milliseconds,
      nextTryAt: nextTryOf.get(place) ?? null,
    };
  });
}

function pairs(flat: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) found.push([flat[at] ?? 0, flat[at + 1] ?? 0]);
  return found;
}
