/** What commands tell of runs: starting one, waiting for it, and what it came to. */
import { operationRoutes } from "../../../src/contract/routes/operations.ts";
import type { OperationType } from "../../../src/contract/operation-types.ts";
import type { Run, RunDetail, RunUnit } from "../../../src/contract/runs.ts";
import { shownTable } from "../output/list-result.ts";
import type { Context, Result } from "../context.ts";
import type { Page } from "../api/api.ts";
import { codeOfOutcome, EXIT } from "../exit-codes.ts";
import { clean } from "../output/clean.ts";
import { facts } from "../output/table.ts";
import { followRun } from "./follow-run.ts";
import { jsonWatcher, lineWatcher, live } from "./watcher.ts";

export interface WaitOptions {
  /** False with `--no-wait`: the command ends as soon as the operation is queued. */
  wait: boolean;
}

/** Units of a failure that are listed; the console and `run show` have all. */
const UNITS_TOLD = 20;
const PAGE_SIZE = 200;

/** Starts an operation. One that is under way already for the same work is taken, and that is said. */
export async function startRun(
  context: Context,
  tenantId: string,
  type: OperationType,
  input: Record<string, unknown>,
): Promise<Run> {
  const { run, deduplicated } = await context.api.call(operationRoutes.start, {
    params: { tenantId },
    body: { type, input },
  });
  if (deduplicated) context.terminal.tell("The same operation is under way already: this is that one.");
  return run;
}

/** Waits for a run, telling how far it is. */
export async function waitForRun(context: Context, run: Run, { jsonLines = false } = {}): Promise<RunDetail> {
  const { api, terminal } = context;
  if (jsonLines) return followRun(api, terminal, run, jsonWatcher(terminal));
  if (!terminal.tellIsTerminal || context.json) return followRun(api, terminal, run, lineWatcher(terminal));
  return live(
    run,
    terminal,
    (watcher) => followRun(api, terminal, run, watcher),
    ({ outcome }) => outcome === "succeeded",
  );
}

/** Starts, waits where that is wished, and tells what it came to. */
export async function runToEnd(
  context: Context,
  tenantId: string,
  type: OperationType,
  input: Record<string, unknown>,
  { wait }: WaitOptions,
): Promise<Result> {
  const started = await startRun(context, tenantId, type, input);
  if (!wait) return startedResult(context, tenantId, started);
  return endedResult(context, tenantId, await waitForRun(context, started));
}

export function startedResult(context: Context, tenantId: string, run: Run): Result {
  return {
    code: EXIT.succeeded,
    json: { run },
    lines: [...runFacts(context, run), `Watch it: tenantatlas run watch ${run.id} --tenant ${tenantId}`],
  };
}

/** What a run that has ended came to, with the units that failed. */
export async function endedResult(context: Context, tenantId: string, run: RunDetail): Promise<Result> {
  const failed = await failedUnits(context, tenantId, run);
  const more = failed.items.length > UNITS_TOLD || failed.nextCursor !== null;
  return {
    code: codeOfOutcome(run.outcome),
    json: { run, failedUnits: failed },
    lines: [
      ...runFacts(context, run),
      ...(failed.items.length === 0 ? [] : ["", ...unitLines(context, failed.items.slice(0, UNITS_TOLD))]),
      ...(more ? [`and more: tenantatlas run show ${run.id} --units --tenant ${tenantId}`] : []),
    ],
  };
}

export function unitLines(context: Context, units: readonly RunUnit[]): string[] {
  return shownTable(
    context,
    [
      { title: "Did not succeed", cell: ({ label }) => label },
      { title: "Reason", cell: ({ reasonCode }) => reasonCode },
      { title: "", cell: ({ message }) => message },
    ],
    units,
  );
}

/** The first page of the units that failed. */
async function failedUnits(context: Context, tenantId: string, run: RunDetail): Promise<Page<RunUnit>> {
  if (run.outcome === "succeeded") return { items: [], nextCursor: null };
  return context.api.call(operationRoutes.units, {
    params: { tenantId, runId: run.id },
    query: { outcome: "failed", limit: PAGE_SIZE },
  });
}

export function stateOf({ status, outcome, pause }: Pick<Run, "status" | "outcome" | "pause">): string {
  if (status === "completed") return outcome.replaceAll("_", " ");
  return pause === null ? status : "paused";
}

export function runFacts(context: Context, run: Run): string[] {
  return facts([
    ["Operation", run.subject === null ? run.label : `${run.label}: ${run.subject}`],
    ["State", stateOf(run)],
    ["Progress", run.progress.text],
    ...(run.failure === null ? [] : ([["Failure", clean(`${run.failure.code}: ${run.failure.message}`)]] as const)),
    ["Id", run.id],
    ...(run.result === null ? [] : ([["Made", `${run.result.kind} ${run.result.id}`]] as const)),
    ["Page", context.api.page(run.href)],
  ]);
}
