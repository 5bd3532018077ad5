/**
 * What a sync does after its families: it reads Microsoft's audit logs since the last reading, so that versions can say who made them.
 * It is the run's finalizer, outside of its counts, and never fails the run (decisions/110-who-changed-it.md).
 */
import { z } from "zod";
import { type ChangeLog, changeLogSchema } from "../../contract/changes.ts";
import { recordChanges, recordCoverage, recordLogFailure } from "../../database/changes/change-recording.ts";
import { readLogStates } from "../../database/changes/policy-changes.ts";
import { CHANGE_LOGS, eventsPath, placeOf } from "../../graph/change-log/logs.ts";
import { readEvent } from "../../graph/change-log/read-event.ts";
import type { BudgetLimits } from "../../graph/calls/budget.ts";
import { permissionToGrant } from "../../graph/calls/classify.ts";
import type { GraphClient } from "../../graph/calls/client.ts";
import { readPages } from "../../graph/calls/paging.ts";
import type { GraphFailure } from "../../graph/calls/result.ts";
import { connected, type Resolved, resolveConnection } from "../../graph-work/connect.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import type { FinalizeResult, FinalizingRun, UnitContext } from "../../runs/operation.ts";

const HOUR_MS = 3_600_000;
/** The farthest that a sync reads back: Entra keeps no more without a premium licence's longer storage. */
export const REACH_MS = 30 * 24 * HOUR_MS;
/** Events appear late. What lies this close before the end of the last reading is read again. */
const OVERLAP_MS = 2 * HOUR_MS;
/** More pages in one span are too many for a step: the span is halved. */
const PAGES_PER_STEP = 40;
const SHORTEST_SPAN_MS = HOUR_MS;
const MAX_STEPS = 24;

/** A log that does not answer is left for the next sync: the families are what people wait for. */
const BUDGET: BudgetLimits = {
  maxRequests: 100,
  maxRetries: 4,
  maxFruitlessRetries: 2,
  maxWaitMs: 3_000,
  maxTotalWaitMs: 10_000,
  maxDurationMs: 60_000,
};

const cursorSchema = z.object({
  log: changeLogSchema,
  /** The span that is read next, and where the whole reading ends; milliseconds since the epoch. */
  from: z.number(),
  until: z.number(),
  end: z.number(),
  steps: z.number(),
});
type Cursor = z.infer<typeof cursorSchema>;

/** Logs that are still to be read. An earlier version of the product read one after the other. */
const stepSchema = z.union([
  z.object({ logs: z.array(cursorSchema) }),
  cursorSchema.transform((one) => ({ logs: [one] })),
]);

/**
 * One step: a span of each log, side by side. Idempotent: an event is stored once, whatever reads it again. D1: at the beginning one
 * query; a step reads the connection, and writes one batch a page and one row a log. Memory: one page a log.
 */
export async function readChangeLogs(run: FinalizingRun, context: UnitContext): Promise<FinalizeResult> {
  // Where no family could be read, no version was made.
  if (run.counts.succeeded === 0) return FINISHED;
  try {
    const cursors = run.cursor === null ? await begin(run, context) : stepSchema.parse(JSON.parse(run.cursor)).logs;
    const connection = await resolveConnection(run.tenantId, context);
    const next = await Promise.all(cursors.map((cursor) => readStep(cursor, connection, run, context)));
    const logs = next.filter((cursor) => cursor !== null);
    return logs.length === 0 ? FINISHED : { kind: "continue", cursor: JSON.stringify({ logs }) };
  } catch (error) {
    logLost(error, null, run);
    return FINISHED;
  }
}

const FINISHED: FinalizeResult = { kind: "finalized", result: null };

function logLost(error: unknown, log: ChangeLog | null, { runId, tenantId }: FinalizingRun): void {
  logEvent("error", "change_log_failed", { runId, tenantId, log, ...errorFields(error) });
}

/** A log that could not be read or recorded is left for the next sync, and stops no other. */
async function readStep(
  cursor: Cursor,
  connection: Resolved,
  run: FinalizingRun,
  context: UnitContext,
): Promise<Cursor | null> {
  try {
    return await readSpan(cursor, connection, run, context);
  } catch (error) {
    logLost(error, cursor.log, run);
    return null;
  }
}

async function begin(run: FinalizingRun, context: UnitContext): Promise<Cursor[]> {
  const states = await readLogStates(context.env.DATABASE, run.tenantId);
  const end = context.now();
  return CHANGE_LOGS.map((log) => {
    const from = Math.max(end - REACH_MS, (states.get(log)?.coveredUntil ?? 0) - OVERLAP_MS);
    return { log, from, until: end, end, steps: 0 };
  });
}

/** What is to be read next of the same log; null when it is done or has failed. */
async function readSpan(
  cursor: Cursor,
  connection: Resolved,
  run: FinalizingRun,
  context: UnitContext,
): Promise<Cursor | null> {
  const { DATABASE } = context.env;
  const { log, from, until, end } = cursor;
  const { tenantId, runId } = run;
  const steps = cursor.steps + 1;
  const attempt = { tenantId, log, runId, at: context.now() };
  const read = await readEvents(cursor, connection, run, context);
  switch (read.kind) {
    case "complete":
      // Events of later than the run's start may still be on their way. The next sync reads them.
      await recordCoverage(DATABASE, {
        ...attempt,
        from: Math.min(from, run.createdAt),
        until: Math.min(until, run.createdAt),
      });
      if (until >= end) return null;
      if (steps < MAX_STEPS) return { ...cursor, from: until, until: Math.min(end, until + (until - from)), steps };
      break;
    case "too_long":
      if (steps < MAX_STEPS && until - from > SHORTEST_SPAN_MS)
        return { ...cursor, until: from + Math.ceil((until - from) / 2), steps };
      break;
    case "failed":
      await recordLogFailure(DATABASE, { ...attempt, code: read.code, message: read.message });
      logEvent("warn", "change_log_unread", { runId, tenantId, log, reasonCode: read.code });
      return null;
    case "aborted":
      return null;
  }
  const message = `${placeOf(log).label} holds more than one sync reads. The next sync reads on.`;
  await recordLogFailure(DATABASE, { ...attempt, code: "log_behind", message });
  return null;
}

type SpanReading =
  | { kind: "complete" }
  | { kind: "too_long" }
  | { kind: "aborted" }
  | { kind: "failed"; code: "permission_missing" | "log_unreachable"; message: string };

async function readEvents(
  { log, from, until }: Cursor,
  resolved: Resolved,
  run: FinalizingRun,
  context: UnitContext,
): Promise<SpanReading> {
  const { DATABASE } = context.env;
  const { tenantId } = run;
  const connecting =
    resolved.kind === "usable" ? connected(resolved.connection, tenantId, context, { budget: BUDGET }) : resolved;
  if (connecting.kind !== "connected")
    return { kind: "failed", code: "log_unreachable", message: "The tenant's connection cannot be used." };
  const { client, clientId } = connecting;
  let pages = 0;
  for await (const page of readPages(client, spanUrl(client, log, from, until))) {
    if (page.kind !== "ok") return failureOf(page, log);
    if (pages === PAGES_PER_STEP) return { kind: "too_long" };
    pages += 1;
    const changes = page.value.items.flatMap((event) => readEvent(log, event));
    await recordChanges(DATABASE, tenantId, clientId, changes);
  }
  return { kind: "complete" };
}

function spanUrl(client: GraphClient, log: ChangeLog, from: number, until: number): string {
  return client.url("beta", eventsPath(log, from, until));
}

function failureOf(failure: GraphFailure, log: ChangeLog): SpanReading {
  const { label, permission } = placeOf(log);
  if (failure.kind === "aborted") return { kind: "aborted" };
  if (failure.kind === "permission_missing") {
    const missing = permissionToGrant(failure.named, permission);
    return {
      kind: "failed",
      code: "permission_missing",
      message: `${label} cannot be read: the application lacks ${missing}. Grant it in Microsoft Entra with admin consent, then sync again.`,
    };
  }
  return {
    kind: "failed",
    code: "log_unreachable",
    message: `${label} could not be read (${failure.kind.replaceAll("_", " ")}). The next sync tries again.`,
  };
}
