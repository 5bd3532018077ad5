import { z } from "zod";
import {
  restoreApprovalListSchema,
  restoreOutcomeSchema,
  restoreResultListSchema,
  restoreUndoSchema,
} from "../restore.ts";
import { matchingRunsSchema, RUN_ACTS, runFilters } from "../run-filter.ts";
import { timelineSchema, UNIT_STATES, unitStateListSchema } from "../run-report.ts";
import {
  failedRunListSchema,
  proofSchema,
  runDetailSchema,
  runListSchema,
  runSchema,
  runUnitListSchema,
  startedOperationSchema,
  startOperationSchema,
} from "../runs.ts";
import { approvalHeaders } from "./approval-headers.ts";
import { choiceFilter, pageQuery } from "./queries.ts";
import { tenantRoute } from "./route.ts";

const runId = z.string().meta({ description: "The run's id." });

const started = {
  statuses: {
    200: "An identical run is active already, or the request was seen before: this is that run.",
    202: "The run is queued.",
  },
  answerHeaders: { Location: "Address of the run." },
  answer: startedOperationSchema,
};

export const operationRoutes = {
  start: tenantRoute("operations.read", {
    method: "POST",
    path: "/operations",
    summary: "Start an operation",
    description:
      "Takes the capability of the operation's type as well. With an `Idempotency-Key` a repetition gets the first answer for 24 hours.",
    mayWait: true,
    headers: {
      ...approvalHeaders,
      "Idempotency-Key": z
        .string()
        .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 printable characters without spaces")
        .optional()
        .meta({ description: "Names this request. The same key with another body is refused." }),
    },
    body: startOperationSchema,
    ...started,
    problems: ["idempotency_key_reused", "too_many_runs", "legal_hold", "tenant_closing"],
  }),
  list: tenantRoute("operations.read", {
    method: "GET",
    path: "/operations",
    summary: "List runs, newest first",
    query: z.strictObject({
      ...pageQuery(),
      state: z
        .enum(["active", "finished"])
        .optional()
        .meta({ description: "Only runs that are under way, or that are over." }),
      ...runFilters,
    }),
    answer: runListSchema,
  }),
  failures: tenantRoute("operations.read", {
    method: "GET",
    path: "/failed-operations",
    summary: "List runs that failed, wholly or in part, the last ended first",
    description:
      "`curedBy` is a later run of the same work that succeeded: of the same input, a retry, or a sync of all families that the failed one was to read. It is " +
      "looked for among the newest 100 runs of the type.",
    query: z.strictObject(pageQuery()),
    answer: failedRunListSchema,
  }),
  matching: tenantRoute("operations.read", {
    method: "GET",
    path: "/matching-operations/:act",
    summary: "Count the runs that canceling or retrying all of a filter would take",
    description:
      "Of a cancel those that have not ended, of a retry those that have, have something to retry and were not retried yet; never one that is itself over others. Start `operations.cancel` or `operations.retry` with the same filter, and `until` as `asOf`, to take none that started since.",
    params: { act: z.enum(RUN_ACTS).meta({ description: "What would be done to them." }) },
    query: z.strictObject(runFilters),
    answer: matchingRunsSchema,
  }),
  show: tenantRoute("operations.read", {
    method: "GET",
    path: "/operations/:runId",
    summary: "Show a run",
    description:
      "Draw `progress` and nothing else: a bar when `kind` is `counted` (full when `finalizing`), its `text` always. `version` grows " +
      "with each change; drop what is not newer than what you show.",
    params: { runId },
    answer: runDetailSchema,
  }),
  timeline: tenantRoute("operations.read", {
    method: "GET",
    path: "/operations/:runId/timeline",
    summary: "Show how a run went so far",
    description:
      "From the request to the end: plan, first and last unit, waits, healing, pauses. The run tells it every few seconds while something changes; `asOf` is when it did.",
    params: { runId },
    answer: timelineSchema,
  }),
  allUnits: tenantRoute("operations.read", {
    method: "GET",
    path: "/operations/:runId/all-units",
    summary: "List all units of a run with state, attempts and duration",
    description:
      "Each unit says as of when it was so: a run tells of its units every few seconds while they change, and once more when it has ended. With `state`, a page may have fewer units than asked for; go on while there is a `nextCursor`.",
    params: { runId },
    query: z.strictObject({
      ...pageQuery(),
      state: choiceFilter(
        z.enum([...UNIT_STATES, "unsettled"]),
        "Only units in this state; `unsettled` stands for all that have no verdict.",
      ),
    }),
    answer: unitStateListSchema,
  }),
  units: tenantRoute("operations.read", {
    method: "GET",
    path: "/operations/:runId/units",
    summary: "List the units of a run that did not succeed, with reasons",
    params: { runId },
    query: z.strictObject({
      ...pageQuery(),
      outcome: z.enum(["failed", "skipped"]).optional().meta({ description: "Only units with this outcome." }),
    }),
    answer: runUnitListSchema,
  }),
  cancel: tenantRoute("operations.cancel", {
    method: "POST",
    path: "/operations/:runId/cancel",
    summary: "Cancel a run",
    description:
      "What is settled stays. A run that is canceled already is answered as it is. A request that is answered with 503 is kept: the run is canceled as soon as its object can be reached.",
    params: { runId },
    answer: runSchema,
    problems: ["run_already_completed", "unavailable"],
  }),
  pause: tenantRoute("operations.cancel", {
    method: "POST",
    path: "/operations/:runId/pause",
    summary: "Pause a run",
    description:
      "Nothing new is begun. What is under way ends, and is counted; the counts stay. A run that is paused already is answered as it is. A request that is answered with 503 is kept, as a cancel is.",
    params: { runId },
    answer: runSchema,
    problems: ["nothing_to_pause", "unavailable"],
  }),
  resume: tenantRoute("operations.cancel", {
    method: "POST",
    path: "/operations/:runId/resume",
    summary: "Resume a run that is paused",
    description:
      "Also of a run that stopped by itself: the failures so far do not stop it again. A run that is not paused is answered as it is.",
    params: { runId },
    answer: runSchema,
    problems: ["nothing_to_pause", "unavailable"],
  }),
  retry: tenantRoute("operations.retry", {
    method: "POST",
    path: "/operations/:runId/retry",
    summary: "Start a new run of the units that failed",
    description:
      "Takes the capability of the operation's type as well. Asked for again, it answers with the same new run.",
    headers: approvalHeaders,
    mayWait: true,
    params: { runId },
    ...started,
    problems: ["nothing_to_retry", "run_not_completed", "too_many_runs", "tenant_closing"],
  }),
  proof: tenantRoute("operations.read", {
    method: "GET",
    path: "/operations/:runId/proof",
    summary: "Recount a run from its ledger, beside what readers are shown",
    params: { runId },
    answer: proofSchema,
    problems: ["unavailable"],
  }),
  restoreResults: tenantRoute("operations.read", {
    method: "GET",
    path: "/operations/:runId/restore-results",
    summary: "List what each unit of a restore did, with Microsoft Graph's request ids",
    params: { runId },
    query: z.strictObject({
      ...pageQuery(),
      outcome: choiceFilter(restoreOutcomeSchema, "Only units with this outcome."),
    }),
    answer: restoreResultListSchema,
  }),
  restoreApprovals: tenantRoute("operations.read", {
    method: "GET",
    path: "/operations/:runId/restore-approvals",
    summary: "List the units of a restore that wait for another administrator's approval in Intune",
    description:
      "They go on by themselves once the request is approved. Empty when the run has ended; a canceled run lists the requests that it left open.",
    params: { runId },
    query: z.strictObject(pageQuery()),
    answer: restoreApprovalListSchema,
  }),
  restoreUndo: tenantRoute("operations.read", {
    method: "GET",
    path: "/operations/:runId/undo",
    summary: "What undoes a restore, and what a restore undoes",
    params: { runId },
    answer: restoreUndoSchema,
  }),
};
