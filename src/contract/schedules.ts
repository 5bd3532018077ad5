/**
 * Schedules over HTTP: operations that begin by themselves, at times of a time zone. What happens at a due time, and what is told of it, is in
 * docs/schedules.md.
 */
import { z } from "zod";
import type { Capability } from "./access.ts";
import { listOf, timestamp } from "./lists.ts";
import { OPERATION_TYPES, type OperationType } from "./operation-types.ts";
import { runSchema } from "./runs.ts";

/** Schedules of a tenant, those that were removed not counted. */
export const MAX_SCHEDULES = 50;
export const MAX_STEPS = 4;
/** Between two due times of a schedule lies at least so much. */
export const SHORTEST_INTERVAL_MINUTES = 15;
/** The longest time over which starts of several tenants can be spread. */
export const MAX_SPREAD_MINUTES = 240;
/** A due time of which nothing was done for so long is late: it counts as missed, or is made up for. */
export const LATE_AFTER_MINUTES = 15;
/** Start times that are told in advance. */
export const TIMES_TOLD = 5;

const wellFormed = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);

/** The most of each that a rule can keep: a year of days, five years of weeks, ten years of months. */
export const MOST_KEPT = { days: 366, weeks: 260, months: 120 } as const;

const kept = (most: number) => z.int().min(0).max(most);
/**
 * Which of its backup sets a schedule keeps: the newest of each of so many days, weeks (from Monday) and months, in the schedule's time zone. Days, weeks and
 * months without a set are not counted. What stays beside them is in docs/schedules.md.
 */
export const keepSchema = z
  .strictObject({ days: kept(MOST_KEPT.days), weeks: kept(MOST_KEPT.weeks), months: kept(MOST_KEPT.months) })
  .refine(({ days, weeks, months }) => days + weeks + months > 0, "keeps nothing");
export type Keep = z.infer<typeof keepSchema>;

const backupStep = z.strictObject({
  type: z.literal("backup-set.add-policies"),
  keep: keepSchema.optional().meta({
    description:
      "Which of the sets it makes are kept; all where it is absent. Others are archived, and deleted for good after a week.",
  }),
});

const baselineStep = z.strictObject({
  type: z.literal("baseline.compare"),
  baselineId: z.string().min(1).max(100).meta({ description: "A baseline that is sealed." }),
});

/**
 * What a schedule can start, in the words that a person chooses by. Each is an operation type with what the schedule gives it: the whole tenant,
 * always. Nothing that writes to the tenant is among them. What deletes is the rule of a backup, of the sets that the schedule has made itself.
 */
export const STEP_WORDS = {
  "inventory.sync": "Sync the inventory",
  "backup-set.add-policies": "Back up all policies into a new set",
  "policy.restore-preview": "Once a month, check that the newest backup could be restored",
  "baseline.compare": "Compare with a baseline",
  "evidence.snapshot": "Take an evidence snapshot",
  "review-pack.generate": "Make a review pack of the newest snapshot",
} as const satisfies Partial<Record<OperationType, string>>;
export type StepType = keyof typeof STEP_WORDS;

export const stepSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("inventory.sync") }),
  backupStep,
  z.strictObject({ type: z.literal("policy.restore-preview") }),
  baselineStep,
  z.strictObject({ type: z.literal("evidence.snapshot") }),
  z.strictObject({ type: z.literal("review-pack.generate") }),
]);
export type Step = z.infer<typeof stepSchema>;

/** What a person must be allowed to do for a schedule with these steps to work in their name: also to delete sets for good, where its backups have a rule. */
export function capabilitiesOfSteps(steps: readonly Step[]): Capability[] {
  const deletes = steps.some((step) => step.type === "backup-set.add-policies" && step.keep !== undefined);
  return [
    ...new Set([
      ...steps.map(({ type }) => OPERATION_TYPES[type].capability),
      ...(deletes ? (["backup.force-delete"] as const) : []),
    ]),
  ];
}

export const patternSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .meta({ description: "Five cron fields: minute, hour, day of the month, month, day of the week." });
export const timeZoneSchema = z.string().min(1).max(60).meta({ description: "As IANA names it: `Europe/Berlin`." });
const spreadSchema = z.int().min(0).max(MAX_SPREAD_MINUTES).meta({
  description:
    "Minutes over which starts of several tenants are spread. Each schedule always starts at the same place in them.",
});

/** What becomes of due times at which the product did not work: they are told as missed, or the last of them is made up for, once. */
export const MISSED_CHOICES = ["skip", "run_once"] as const;
export const missedChoiceSchema = z.enum(MISSED_CHOICES);
export type MissedChoice = z.infer<typeof missedChoiceSchema>;

export const newScheduleSchema = z.strictObject({
  name: z.string().trim().min(1).max(100).refine(wellFormed, "must not hold control characters"),
  steps: z.array(stepSchema).min(1).max(MAX_STEPS).meta({
    description:
      "One after the other; each begins when the one before has ended, and not at all if that failed or was canceled.",
  }),
  pattern: patternSchema,
  timeZone: timeZoneSchema,
  spreadMinutes: spreadSchema.default(0),
  missed: missedChoiceSchema.default("skip"),
  tellAfter: z
    .int()
    .min(1)
    .max(20)
    .default(1)
    .meta({ description: "Failures in a row after which all who may manage schedules are told." }),
});
export type NewSchedule = z.output<typeof newScheduleSchema>;

export const changedScheduleSchema = newScheduleSchema.extend({
  version: z.int().min(1).meta({ description: "Of the schedule as the person has seen it." }),
});

export const pausedScheduleSchema = z.strictObject({
  reason: z.string().trim().min(1).max(500).refine(wellFormed, "must not hold control characters"),
});

const personSchema = z.object({ id: z.string(), name: z.string() });

/**
 * Why a schedule is paused: `person` paused it; `owner`: the person in whose name it works may not do so any more. Another person takes it over by
 * resuming it.
 */
export const PAUSE_REASONS = ["person", "owner"] as const;

/**
 * `waiting` for its place in the spread, or for other operations; `running`; then as its runs ended. `skipped`: it was due, and was not to be started. `missed`: the product did not work
 * when it was due.
 */
export const OCCURRENCE_STATES = [
  "waiting",
  "running",
  "succeeded",
  "partially_succeeded",
  "failed",
  "skipped",
  "missed",
] as const;
export const occurrenceStateSchema = z.enum(OCCURRENCE_STATES);
export type OccurrenceState = z.infer<typeof occurrenceStateSchema>;

/** Why an occurrence ended otherwise than by its runs, in words. */
export const OCCURRENCE_REASONS = {
  late: "The product was not at work at this time.",
  waited_too_long: "It waited for hours for other operations to end.",
  still_running: "The one before had not ended.",
  owner_may_not: "The person in whose name it works may not do this any more.",
  refused: "The operation could not be started.",
  run_failed: "An operation of it failed.",
  run_canceled: "An operation of it was canceled.",
  removed: "The schedule was changed, paused or removed before it began.",
  checked_already: "A backup was checked in this month already.",
  tenant_closing: "The tenant is to be deleted.",
} as const;
export type OccurrenceReason = keyof typeof OCCURRENCE_REASONS;

export function isOccurrenceReason(reason: string): reason is OccurrenceReason {
  return Object.hasOwn(OCCURRENCE_REASONS, reason);
}

export const occurrenceSchema = z.object({
  /** The moment by the pattern. Of a start by hand, the moment of it. */
  dueAt: timestamp,
  /** When it starts or was to start: later by the schedule's place in the spread. */
  startsAt: timestamp,
  state: occurrenceStateSchema,
  /** What is to be said beside the state; null where its runs say all. */
  reason: z.string().nullable(),
  /** How many due times in a row it stands for, up to `dueAt`: one, but for those that were missed. */
  count: z.int().min(1),
  /** It makes up for missed ones. */
  madeUp: z.boolean(),
  byHand: z.boolean(),
  /** In the order of the steps, as far as they have begun. A run that is gone by retention is not among them. */
  runs: z.array(runSchema),
  endedAt: timestamp.nullable(),
});
export type Occurrence = z.infer<typeof occurrenceSchema>;
export const occurrenceListSchema = listOf(occurrenceSchema);

export const scheduleSchema = z.object({
  id: z.string(),
  name: z.string(),
  steps: z.array(stepSchema),
  pattern: z.string(),
  /** The pattern in words. */
  words: z.string(),
  timeZone: z.string(),
  spreadMinutes: z.int().min(0),
  missed: missedChoiceSchema,
  tellAfter: z.int().min(1),
  /** Null while it is at work. */
  pause: z
    .object({
      at: timestamp,
      reason: z.enum(PAUSE_REASONS),
      by: personSchema.nullable(),
      note: z.string(),
    })
    .nullable(),
  /** In whose name it works: who made it, or changed or resumed it last. */
  owner: personSchema.nullable(),
  createdAt: timestamp,
  createdBy: personSchema.nullable(),
  updatedAt: timestamp,
  version: z.int().min(1),
  /** The next starts, the soonest first; none while it is paused. */
  next: z.array(timestamp),
  /** The newest occurrence that has ended, and the one that has not; null where there is none. */
  last: occurrenceSchema.omit({ runs: true }).nullable(),
  open: occurrenceSchema.omit({ runs: true }).nullable(),
  /** Occurrences in a row that failed, up to now. */
  failuresInARow: z.int().min(0),
  /** Due times that were missed in the last 30 days. */
  missedLately: z.int().min(0),
});
export type Schedule = z.infer<typeof scheduleSchema>;
export const scheduleListSchema = z.object({ items: z.array(scheduleSchema) });

export const MISSED_LATELY_DAYS = 30;

/** What a pattern means, before it is saved. */
export const timesRequestSchema = z.strictObject({
  pattern: patternSchema,
  timeZone: timeZoneSchema,
});
export const timesSchema = z.object({
  words: z.string(),
  next: z.array(timestamp),
});
