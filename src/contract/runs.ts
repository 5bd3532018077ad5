/** Runs over HTTP: what the server builds and the console parses. Times are ISO 8601 UTC, ids are opaque strings. */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";
import { progressSchema } from "./progress.ts";
import { runWaitsSchema } from "./run-report.ts";
import { SUMMARY_KEYS } from "./summary-counts.ts";

export const runStatusSchema = z.enum(["queued", "running", "completed"]);

export const runOutcomeSchema = z.enum(["pending", "succeeded", "partially_succeeded", "failed", "canceled"]);
export type RunStatus = z.infer<typeof runStatusSchema>;
export type RunOutcome = z.infer<typeof runOutcomeSchema>;

/** What all units together came to, when each has ended (docs/design/progress.md, section 2). Skips are not failures. */
export function outcomeOfCounts(total: number, failed: number): "succeeded" | "partially_succeeded" | "failed" {
  if (failed === 0) return "succeeded";
  return failed === total ? "failed" : "partially_succeeded";
}

export const runSchema = z.object({
  id: z.string(),
  tenantId: z.string(),
  type: z.string(),
  /** The operation in words: "Inventory sync". */
  label: z.string(),
  /** What this run is about, in one line: "Known good · 10 findings". Answers stored by an earlier version have none. */
  subject: z.string().nullable().default(null),
  status: runStatusSchema,
  outcome: runOutcomeSchema,
  progress: progressSchema,
  /**
   * Since when nothing of the run goes on, and why: a person paused it, or it stopped by itself after too many failures. Null while it goes
   * on, and when it has ended. Answers stored by an earlier version have none.
   */
  pause: z
    .object({
      at: timestamp,
      by: z.object({ id: z.string(), name: z.string() }).nullable(),
      reason: z.enum(["person", "failures"]),
      failed: z.int().min(0).nullable(),
      /** In words: "Paused by Ada". */
      text: z.string(),
    })
    .nullable()
    .default(null),
  summaryCounts: z.partialRecord(z.enum(SUMMARY_KEYS), z.int().min(0)),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  initiator: z.object({ id: z.string(), name: z.string() }).nullable(),
  retryOf: z.string().nullable(),
  /** The version of the product that began the run: its tag, where it has one, and Cloudflare's id. Runs of earlier versions have none. */
  workerVersion: z.string().nullable().default(null),
  result: z.object({ kind: z.string(), id: z.string(), href: z.string() }).nullable(),
  /** Grows with every change of the run. A reader drops what is not newer than what it shows. */
  version: z.int().min(0),
  /** The run's canonical page in the console. */
  href: z.string(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  completedAt: timestamp.nullable(),
});
export type Run = z.infer<typeof runSchema>;

/**
 * What cured a failure: a later run of the same work that succeeded. The same work is the same input, a retry, or, of inventory syncs, one that
 * read all families of the earlier one.
 */
export const cureSchema = z.object({ runId: z.string(), href: z.string(), completedAt: timestamp });
export type Cure = z.infer<typeof cureSchema>;

/** A run that did not succeed, with what cured it: null where no later run is known to have done so. */
export const failedRunSchema = z.object({ run: runSchema, curedBy: cureSchema.nullable() });
export type FailedRun = z.infer<typeof failedRunSchema>;
export const failedRunListSchema = listOf(failedRunSchema);

/** One run as its own route answers it. `waiting` is what it waits for, as it told last: null before it has, and when it is over. */
export const runDetailSchema = runSchema.extend({
  waiting: runWaitsSchema.nullable().default(null),
  /** Of a run that failed or did so in part: the later run that cured it. Null where there is none, and for all others. */
  curedBy: cureSchema.nullable().default(null),
  /** What it was started with, of types whose runs may be started again with it (`RUN_AGAIN`); null for all others. */
  againInput: z.record(z.string(), z.unknown()).nullable().default(null),
  /** The schedule that started it; null for a run that a person started. */
  schedule: z.object({ id: z.string(), name: z.string(), removed: z.boolean() }).nullable().default(null),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

export const runListSchema = listOf(runSchema);
export type RunList = z.infer<typeof runListSchema>;

/** `GET …/activity`: active runs, newest first, then the recently finished. */
export const activitySchema = runListSchema;

/**
 * One live frame. `snapshot` replaces what the client knows (sent on connect, read from D1); `change` carries the runs that
 * changed. Both carry the activity payload's `items`.
 */
export const liveFrameSchema = z.object({
  kind: z.enum(["snapshot", "change"]),
  items: z.array(runSchema),
  nextCursor: z.string().nullable(),
});
export type LiveFrame = z.infer<typeof liveFrameSchema>;

export const startOperationSchema = z.strictObject({
  type: z.string().min(1).max(64),
  input: z.record(z.string(), z.unknown()).default({}),
});

export const startedOperationSchema = z.object({ run: runSchema, deduplicated: z.boolean() });
export type StartedOperation = z.infer<typeof startedOperationSchema>;

/** A unit that did not succeed. */
export const runUnitSchema = z.object({
  ordinal: z.int().min(0),
  key: z.string(),
  label: z.string(),
  outcome: z.enum(["failed", "skipped"]),
  reasonCode: z.string(),
  message: z.string(),
  /** Attempts that ended with an answer, the last one included. */
  attempts: z.int().min(1),
});
export type RunUnit = z.infer<typeof runUnitSchema>;

export const runUnitListSchema = listOf(runUnitSchema);

const proofCountsSchema = z.object({
  total: z.int().min(0),
  processed: z.int().min(0),
  succeeded: z.int().min(0),
  failed: z.int().min(0),
  skipped: z.int().min(0),
});

/** `GET …/operations/:runId/proof`: the counts recounted from the ledger, beside what readers are shown. */
export const proofSchema = z.object({
  ledger: proofCountsSchema,
  projection: proofCountsSchema,
  /** Unit deliveries whose claim was answered: settled, deferred, refused or given back. Each claim counts once, duplicates included. */
  deliveries: z.int().min(0),
  /** Of these, and of settles, what came a second time and changed nothing. */
  duplicatesSuppressed: z.int().min(0),
  /** Units sent again by healing. */
  redispatched: z.int().min(0),
  /** The recount, the running counts and (once caught up) the projection do not agree. */
  drift: z.boolean(),
  /** The projection has not caught up with the ledger yet: normal while a run is going. */
  projectionPending: z.boolean(),
  recountedAt: timestamp,
});
export type Proof = z.infer<typeof proofSchema>;
