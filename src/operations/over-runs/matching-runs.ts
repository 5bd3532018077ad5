/** What the operations over other runs share: their input, a unit for each run that matched, and in whose name it acts. */
import { z } from "zod";
import type { Capability } from "../../contract/access.ts";
import { isOverRuns, OPERATION_TYPES, TYPES_OVER_RUNS } from "../../contract/operation-types.ts";
import {
  MAX_MATCHING_RUNS,
  type MatchingAct,
  matchingRunsRequestSchema,
  type RunFilter,
} from "../../contract/run-filter.ts";
import {
  countMatchingRuns,
  listMatchingRuns,
  type MatchingRun,
  readStarter,
} from "../../database/runs/matching-runs.ts";
import { ObjectUnavailableError } from "../../durable-objects/repeat-call.ts";
import { failed } from "../../graph-work/failure-results.ts";
import { withOrigin } from "../../observability/origin.ts";
import { declarationOf } from "../../runs/facts/declarations.ts";
import type { PlannedUnit } from "../../runs/facts/units.ts";
import type {
  BulkBehavior,
  Preparation,
  RunUnitTask,
  RunVerbs,
  UnitContext,
  UnitResult,
} from "../../runs/operation.ts";
import type { RunRequest } from "../../runs/run-requests.ts";
import { survivingStorageOutage } from "../../runs/storage-outage.ts";
import type { TenantEnv } from "../../database/databases.ts";

interface Input {
  filter: RunFilter;
}

/** Times that a unit waits: for an object that does not answer, or for room for another run. */
const MAX_DEFERRALS = 40;

const unitInputSchema = z.object({ runId: z.string(), type: z.string() });

/** What both do alike. A unit is one run that matched when the plan was made. */
export function overRuns(
  act: MatchingAct,
): Pick<
  BulkBehavior<Input>,
  "inputSchema" | "unitsPerMessage" | "callsGraph" | "concurrency" | "maxDeferrals" | "needs" | "prepare" | "plan"
> {
  return {
    inputSchema: matchingRunsRequestSchema,
    unitsPerMessage: 1,
    callsGraph: false,
    concurrency: 4,
    maxDeferrals: MAX_DEFERRALS,
    needs: { queries: 32, subrequests: 32, memoryMiB: 1 },

    prepare: (tenantId, input, env) => prepare(act, tenantId, input, env),

    // By id, which never changes: no run comes twice, whatever ends between two pages.
    async plan(run, { filter }, cursor, { env }) {
      const { tenantId, createdAt } = run;
      const request = { tenantId, act, filter, startedUntil: createdAt, after: cursor };
      const found = await listMatchingRuns(env.DATABASE, request);
      const last = found.at(-1);
      const full = last !== undefined && found.length === MAX_MATCHING_RUNS;
      return { kind: "listed", units: found.map(unitOf), nextCursor: full ? last.id : null };
    },
  };
}

/** Refuses a filter that matches nothing, or more than one run takes; tells what the run is about. One query. */
async function prepare(act: MatchingAct, tenantId: string, input: Input, env: TenantEnv): Promise<Preparation<Input>> {
  const { filter } = input;
  const refuse = (path: string, message: string): Preparation<Input> => ({
    kind: "refused",
    fields: [{ path: `filter.${path}`, message }],
  });
  if (isOverRuns(filter.type)) {
    return refuse("type", "is an operation over others, which are canceled and retried one by one");
  }
  const { runs, starter } = await countMatchingRuns(env.DATABASE, { tenantId, act, filter });
  if (runs === 0) return { kind: "refused", fields: [{ path: "filter", message: "matches no operation" }] };
  if (runs > MAX_MATCHING_RUNS) {
    const message = `matches ${runs} operations, and ${MAX_MATCHING_RUNS} is the most. Choose a shorter time`;
    return { kind: "refused", fields: [{ path: "filter", message }] };
  }
  const label = filter.type === undefined ? null : labelOf(filter.type);
  const chosen = {
    label,
    starter: filter.startedBy === undefined ? null : starter,
    from: filter.from ?? null,
    until: filter.until ?? null,
  };
  return { kind: "ready", input, subject: OPERATION_TYPES[TYPES_OVER_RUNS[act]].subject(chosen) };
}

function labelOf(type: string): string {
  return declarationOf(type)?.label ?? type;
}

function unitOf({ id, type, subject }: MatchingRun): PlannedUnit {
  return {
    key: id,
    label: subject === null ? labelOf(type) : `${labelOf(type)}: ${subject}`,
    input: { runId: id, type },
  };
}

/** The run that a unit acts on, and in whose name. */
export interface ActOnRun {
  runs: RunVerbs;
  request: RunRequest;
  type: string;
  /** The same each time that the unit is executed. */
  requestId: string;
  env: TenantEnv;
}

/**
 * Acts on a unit's run in the name of the person who started the unit's own run, if they may do that at this moment: a role may have changed
 * since. `needed` are the capabilities that it takes, by the run's type.
 */
export function actOnRun(
  task: RunUnitTask,
  context: UnitContext,
  needed: (type: string) => Capability[],
  act: (acting: ActOnRun) => Promise<UnitResult>,
): Promise<UnitResult> {
  const { env, runs } = context;
  if (runs === undefined) throw new Error("a unit that acts on runs was given no way to them");
  const { runId, type } = unitInputSchema.parse(task.input);
  const { tenantId } = task;
  return survivingStorageOutage(task, "Retry the failed operations later.", async () => {
    const starter = await readStarter(env.DATABASE, { tenantId, runId: task.runId, capabilities: needed(type) });
    if (starter === null || !starter.may) {
      return failed(
        "forbidden",
        "The person who started this may not do it. A person who may do it can retry what failed.",
      );
    }
    const { tenantSlug, id, name } = starter;
    const request = { tenantId, tenantSlug, runId, actor: { id, name } };
    const requestId = `${task.runId}/${runId}`;
    try {
      // What is done to the run is told as this run's work.
      return await withOrigin({ way: "run", runId: task.runId }, () => act({ runs, request, type, requestId, env }));
    } catch (error) {
      if (!(error instanceof ObjectUnavailableError)) throw error;
      return {
        kind: "deferred",
        delaySeconds: error.retryAfterSeconds,
        reasonCode: "unavailable",
        message: "The operation could not be reached. It is tried again.",
      };
    }
  });
}

export function skipped(reasonCode: string, message: string): UnitResult {
  return { kind: "skipped", reasonCode, message };
}
