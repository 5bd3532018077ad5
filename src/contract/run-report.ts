/**
 * What a run tells of itself beside its counts: what it waits for, how it went so far, and each unit's state. Read from D1, where the run's
 * object reports it every few seconds: each answer says as of when it holds.
 */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";

/** Waits that are told one by one; the reasons beyond are told as a number. */
export const WAITS_TOLD = 5;

const asOf = { asOf: timestamp, version: z.int().min(0) };

export const runWaitSchema = z.object({
  reasonCode: z.string(),
  /** In words: "Microsoft Graph did not answer." */
  message: z.string(),
  /** The first unit that waits for this, by its label; null for a run without units. */
  unit: z.string().nullable(),
  /** Units that wait for this; null for a run without units. */
  units: z.int().min(1).nullable(),
  /** The attempt that is next, of the unit that has made the most. */
  attempt: z.int().min(1),
  nextTryAt: timestamp,
  /** When the run waited for this for the first time; null where it has not told. */
  since: timestamp.nullable().default(null),
});
export type RunWait = z.infer<typeof runWaitSchema>;

/** What a run waits for. `version` is the run's when it was told: a run with a higher one has moved on since. */
export const runWaitsSchema = z.object({
  ...asOf,
  /** By number of units, the most first. */
  waits: z.array(runWaitSchema).max(WAITS_TOLD),
  /** Further reasons. */
  otherReasons: z.int().min(0),
  /** Units that wait for a time, whatever the reason. */
  waitingUnits: z.int().min(0),
  /** Units that wait for other units of the run to end; nothing is tried for them. */
  heldUnits: z.int().min(0),
});
export type RunWaits = z.infer<typeof runWaitsSchema>;

export const TIMELINE_KINDS = [
  "queued",
  "started",
  "sealed",
  "first_settled",
  "phase",
  "waited",
  "healed",
  "paused",
  "resumed",
  "canceled",
  "last_settled",
  "finalizing",
  "completed",
] as const;

export const timelineEventSchema = z.object({
  kind: z.enum(TIMELINE_KINDS),
  at: timestamp,
  /** Of waits: when the last of them began. Null for what has one time. */
  until: timestamp.nullable(),
  /** In words: "Planned: 40 policy families". */
  text: z.string(),
});
export type TimelineEvent = z.infer<typeof timelineEventSchema>;

/** `GET …/operations/:runId/timeline`. */
export const timelineSchema = z.object({
  ...asOf,
  /** Oldest first. */
  items: z.array(timelineEventSchema),
  /** Events in the middle that were not kept. */
  omitted: z.int().min(0),
});
export type Timeline = z.infer<typeof timelineSchema>;

export const UNIT_STATES = ["open", "held", "running", "waiting", "succeeded", "failed", "skipped"] as const;

/** States of units that have no verdict: of a run that is over, those that it did not reach. */
export const UNSETTLED = [
  "open",
  "held",
  "running",
  "waiting",
] as const satisfies readonly (typeof UNIT_STATES)[number][];

/** A unit of a run, whatever became of it. */
export const unitStateSchema = z.object({
  ordinal: z.int().min(0),
  key: z.string(),
  label: z.string(),
  /** `open`: sent or to be sent. `held`: comes after units that have not ended. `waiting`: is tried again at `nextTryAt`. */
  state: z.enum(UNIT_STATES),
  /** Attempts that ended with an answer. */
  attempts: z.int().min(0),
  /** How long the execution took that brought the verdict; units that are done together share it. Null where that is not known. */
  durationMs: z.int().min(0).nullable(),
  nextTryAt: timestamp.nullable(),
  /** When this was so. */
  asOf: timestamp,
});
export type UnitState = z.infer<typeof unitStateSchema>;

/** `GET …/operations/:runId/all-units`. */
export const unitStateListSchema = listOf(unitStateSchema).extend({
  /** Units of the plan; null until it is sealed. */
  planned: z.int().min(0).nullable(),
  /** Units that the run has told of so far. */
  told: z.int().min(0),
});
