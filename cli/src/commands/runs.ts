/** Operations: starting a sync, and everything that is done with runs. */
import { operationRoutes } from "../../../src/contract/routes/operations.ts";
import { listResult } from "../output/list-result.ts";
import type { Context, Result } from "../context.ts";
import { codeOfOutcome, CommandError, EXIT } from "../exit-codes.ts";
import { when } from "../output/times.ts";
import {
  endedResult,
  runFacts,
  runToEnd,
  startedResult,
  stateOf,
  unitLines,
  waitForRun,
  type WaitOptions,
} from "../runs/run-result.ts";
import { waitsOf } from "../runs/watcher.ts";

export interface SyncOptions extends WaitOptions {
  family?: string[];
}

export async function sync(context: Context, tenantId: string, { family, wait }: SyncOptions): Promise<Result> {
  return runToEnd(context, tenantId, "inventory.sync", family === undefined ? {} : { families: family }, { wait });
}

export interface ListRunsOptions {
  state?: "active" | "finished";
  type?: string;
  limit: number;
}

export async function listRuns(context: Context, tenantId: string, options: ListRunsOptions): Promise<Result> {
  const page = await context.api.call(operationRoutes.list, {
    params: { tenantId },
    query: { state: options.state ?? null, type: options.type ?? null, limit: options.limit },
  });
  return listResult(
    context,
    [
      { title: "Id", cell: ({ id }) => id },
      { title: "Operation", cell: ({ label, subject }) => (subject === null ? label : `${label}: ${subject}`) },
      { title: "State", cell: stateOf },
      { title: "Progress", cell: ({ progress }) => progress.text },
      { title: "Started", cell: ({ createdAt }) => when(createdAt) },
    ],
    page,
  );
}

export interface ShowRunOptions {
  units?: true;
}

export async function showRun(
  context: Context,
  tenantId: string,
  runId: string,
  { units }: ShowRunOptions,
): Promise<Result> {
  const { api } = context;
  const run = await api.call(operationRoutes.show, { params: { tenantId, runId } });
  const all = [];
  if (units === true) {
    const pages = api.all((cursor) =>
      api.call(operationRoutes.units, { params: { tenantId, runId }, query: { cursor, limit: 200 } }),
    );
    for await (const unit of pages) all.push(unit);
  }
  return {
    code: EXIT.succeeded,
    json: units === true ? { run, units: all } : { run },
    lines: [
      ...runFacts(context, run),
      ...waitsOf(run),
      ...(units === true
        ? ["", ...(all.length === 0 ? ["Every unit that has ended succeeded."] : unitLines(context, all))]
        : []),
    ],
  };
}

/** Ends as the run does. */
export async function watchRun(
  context: Context,
  tenantId: string,
  runId: string,
  { jsonLines }: { jsonLines?: true },
): Promise<Result> {
  const run = await context.api.call(operationRoutes.show, { params: { tenantId, runId } });
  const ended = await waitForRun(context, run, { jsonLines: jsonLines === true });
  if (jsonLines === true) return { code: codeOfOutcome(ended.outcome) };
  return endedResult(context, tenantId, ended);
}

export type RunAct = "cancel" | "pause" | "resume";

export async function changeRun(context: Context, tenantId: string, runId: string, act: RunAct): Promise<Result> {
  const run = await context.api.call(operationRoutes[act], { params: { tenantId, runId } });
  return { code: EXIT.succeeded, json: { run }, lines: runFacts(context, run) };
}

export interface RetryOptions extends WaitOptions {
  reason?: string;
}

export async function retryRun(
  context: Context,
  tenantId: string,
  runId: string,
  options: RetryOptions,
): Promise<Result> {
  const { run } = await context.api.call(operationRoutes.retry, {
    params: { tenantId, runId },
    headers: reasonHeader(options.reason),
  });
  if (!options.wait) return startedResult(context, tenantId, run);
  return endedResult(context, tenantId, await waitForRun(context, run));
}

/** Why a change is asked for, where another person has to approve it. */
export function reasonHeader(reason: string | undefined): { "Approval-Reason"?: string } {
  if (reason === undefined) return {};
  if (reason.trim() === "") throw new CommandError("The reason is empty.");
  return { "Approval-Reason": encodeURIComponent(reason) };
}
