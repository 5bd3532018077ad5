/** Backups, previews and restores of a simulated tenant, whose steps and units a test executes itself. For the Workers runtime. */
import { z } from "zod";
import {
  type RestorePlan,
  type RestorePlanItem,
  type RestorePlanItemDetail,
  restorePlanItemDetailSchema,
  type RestorePreviewRequest,
  type RestoreUndo,
  type RestoreResult,
} from "../../../src/contract/restore.ts";
import { listPlanItems, readPlanItem, toPlanItem } from "../../../src/database/restore/restore-plan-items.ts";
import { listRestoreResults } from "../../../src/database/restore/restore-results.ts";
import { readRestoreUndo } from "../../../src/database/restore/undo-sets.ts";
import { readPlan } from "../../../src/database/restore/restore-plans.ts";
import { planIdOf } from "../../../src/database/restore/restore-plan-building.ts";
import { addPolicies } from "../../../src/operations/backup-sets/add-policies.ts";
import type { PhaseResult, RunUnitTask, UnitContext, UnitResult } from "../../../src/runs/operation.ts";
import { policyRestore } from "../../../src/operations/policy-restore/policy-restore.ts";
import { readDetail } from "../../../src/storage/plan-details.ts";
import { UnitOrder } from "../../../src/runs/unit-order.ts";
import { restorePreview } from "../../../src/operations/policy-restore/restore-preview.ts";
import { runReference } from "../../support/run-reference.ts";
import { executed, newRunId, newSet, planned } from "../backup-sets/backups.ts";
import type { SimulatedTenant } from "../simulated-tenant.ts";
import { env } from "../../support/environment.ts";

/** Everything that the tenant has, in a set of its own. */
export async function backedUp(tenant: SimulatedTenant, families?: string[]): Promise<string> {
  await tenant.sync(families);
  const backupSetId = await newSet(tenant.tenantId);
  await addAll(tenant, backupSetId);
  return backupSetId;
}

export async function addAll(tenant: SimulatedTenant, backupSetId: string): Promise<void> {
  const tasks = await planned(addPolicies, tenant.tenantId, { backupSetId, filter: {} }, tenant.context());
  for (const result of await executed(addPolicies, tasks, tenant.context())) {
    if (result.kind === "failed" || result.kind === "deferred") throw new Error(JSON.stringify(result));
  }
}

export type Asked = Partial<RestorePreviewRequest> & { backupSetId: string };

export interface PreviewRun {
  planId: string;
  runId: string;
  phases: string[];
  last: Exclude<PhaseResult, { kind: "continue" }>;
}

/** Takes a preview through its steps. A step that waits ends it, unless `patience` says how often to go on. */
export async function previewRun(
  tenant: SimulatedTenant,
  asked: Asked,
  {
    runId = newRunId(),
    patience = 0,
    context = tenant.context(),
  }: { runId?: string; patience?: number; context?: UnitContext } = {},
): Promise<PreviewRun> {
  const input = restorePreview.inputSchema.parse({ mode: "update", assignments: true, ...asked });
  const prepared = await restorePreview.prepare?.(tenant.tenantId, input, context.env);
  if (prepared?.kind !== "ready") throw new Error(JSON.stringify(prepared));
  const phases: string[] = [];
  let cursor: string | null = null;
  for (let waits = 0; ;) {
    const run = {
      ...runReference(tenant.tenantId, runId, { createdAt: Date.now(), initiatorId: "user-owner" }),
      cursor,
    };
    const result = await restorePreview.advance(run, prepared.input, context);
    if (result.kind === "continue") {
      phases.push(result.phase);
      cursor = result.cursor;
    } else if (result.kind === "wait" && waits < patience) {
      waits += 1;
    } else return { planId: planIdOf(runId), runId, phases, last: result };
  }
}

export interface Previewed {
  plan: RestorePlan & { planHash: string };
  items: RestorePlanItem[];
}

export async function previewed(tenant: SimulatedTenant, asked: Asked): Promise<Previewed> {
  const { planId, last } = await previewRun(tenant, asked);
  if (last.kind !== "done") throw new Error(JSON.stringify(last));
  const plan = await readPlan(env.DATABASE, tenant.tenantId, planId);
  if (plan === null || plan.planHash === null) throw new Error("the plan is not ready");
  return { plan: { ...plan, planHash: plan.planHash }, items: await itemsOf(tenant, planId) };
}

export async function itemsOf(tenant: SimulatedTenant, planId: string): Promise<RestorePlanItem[]> {
  const items: RestorePlanItem[] = [];
  let cursor: string | null = null;
  do {
    const request = { tenantId: tenant.tenantId, planId, action: null, family: null, query: null, missing: false };
    const page = await listPlanItems(env.DATABASE, { ...request, cursor, limit: 200 });
    if (page === null) throw new Error(`no items: ${String(page)}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

export async function detailOf(
  tenant: SimulatedTenant,
  planId: string,
  ordinal: number,
): Promise<RestorePlanItemDetail> {
  const item = await readPlanItem(env.DATABASE, tenant.tenantId, planId, ordinal);
  if (!item) throw new Error(`no item ${ordinal}`);
  const reading = await readDetail(env.ARTIFACTS, { key: item.detailKey, hash: item.detailHash });
  if (reading.kind !== "found") throw new Error(reading.kind);
  return restorePlanItemDetailSchema.parse({
    ...toPlanItem(item),
    ...z.record(z.string(), z.unknown()).parse(reading.detail),
  });
}

/** The items that are not unchanged, as "family name: action". */
export function told(items: readonly RestorePlanItem[]): string[] {
  return items
    .filter(({ action }) => action !== "unchanged")
    .map(({ family, name, action, reason }) => `${family} ${name}: ${action}${reason ? ` (${reason.code})` : ""}`);
}

export async function remove(tenant: SimulatedTenant, family: string, id: string): Promise<void> {
  await tenant.control("DELETE", `/policies/${family}/${id}`);
}

const stateSchema = z.object({ items: z.array(z.object({ family: z.string(), id: z.string() })) });

/** Every policy of the simulated tenant, whole, by family and id. */
export async function wholeState(tenant: SimulatedTenant): Promise<Map<string, unknown>> {
  const { items } = stateSchema.parse(await tenant.control("GET", "/policies"));
  const state = new Map<string, unknown>();
  for (const { family, id } of items) {
    state.set(`${family}/${id}`, await tenant.control("GET", `/policies/${family}/${encodeURIComponent(id)}`));
  }
  return state;
}

export interface RestoreRun {
  runId: string;
  tasks: RunUnitTask[];
  /** Verdicts, in the order of the plan. */
  results: UnitResult[];
}

/** The run's row, as the starter writes it: results and units lead to it. */
export async function runRow(
  tenant: SimulatedTenant,
  runId: string,
  input: unknown,
  retryOf: string | null = null,
  type = "policy.restore",
): Promise<void> {
  await env.DATABASE.prepare(
    `insert into operation_runs (id, tenant_id, type, status, outcome, input, identity, initiator_id, retry_of, version, created_at, updated_at)
     values (?1, ?2, ?6, 'running', 'pending', ?3, ?4, 'user-owner', ?5, 1, 0, 0)`,
  )
    .bind(runId, tenant.tenantId, JSON.stringify(input), crypto.randomUUID(), retryOf, type)
    .run();
}

/** A run of the approved plan, planned and not yet executed. */
export async function restoreRun(tenant: SimulatedTenant, { plan }: Pick<Previewed, "plan">): Promise<RestoreRun> {
  const { mode, assignments, itemIds } = plan.options;
  const asked = policyRestore.inputSchema.parse({
    backupSetId: plan.backupSetId,
    ...(itemIds === null ? {} : { itemIds }),
    mode,
    assignments,
    approvedPlan: plan.planHash,
  });
  const prepared = await policyRestore.prepare?.(tenant.tenantId, asked, env);
  if (prepared?.kind !== "ready") throw new Error(JSON.stringify(prepared));
  const runId = newRunId();
  await runRow(tenant, runId, prepared.input);
  return {
    runId,
    tasks: await planned(policyRestore, tenant.tenantId, prepared.input, tenant.context(), runId),
    results: [],
  };
}

/** The order that the run's object keeps to. */
export function orderOf(tasks: readonly RunUnitTask[]): UnitOrder {
  const units = tasks.map(({ key, label, input }) => {
    const after = policyRestore.comesAfter?.({ key, label, input }) ?? null;
    return { key, label, input, ...(after === null ? {} : { after }) };
  });
  return UnitOrder.of(units.length, units);
}

/**
 * Executes what has no verdict yet and whose turn has come, as often as units are deferred, with a clock that runs ahead as they wait. `meanwhile` is done after
 * each round in which units were deferred.
 */
export async function toTheEnd(
  tenant: SimulatedTenant,
  run: RestoreRun,
  context = tenant.context(),
  meanwhile: () => Promise<void> = async () => {},
): Promise<RestoreRun> {
  let waitedMs = 0;
  const results = [...run.results];
  const order = orderOf(run.tasks);
  const isOpen = (index: number): boolean => (results[index]?.kind ?? "deferred") === "deferred";
  for (let round = 0; round < 200 + run.tasks.length; round += 1) {
    const firstOpen = run.tasks.findIndex((_, index) => isOpen(index));
    const open = run.tasks.filter((_, index) => isOpen(index) && order.isFree(index, firstOpen));
    if (open.length === 0) {
      await env.DATABASE.prepare("update operation_runs set status = 'completed', completed_at = ?2 where id = ?1")
        .bind(run.runId, Date.now())
        .run();
      return { ...run, results };
    }
    const aheadMs = waitedMs;
    const ahead = { ...context, now: () => context.now() + aheadMs };
    const executedNow = await executed(policyRestore, open, ahead);
    let longest = 0;
    open.forEach((task, index) => {
      const result = executedNow[index];
      if (!result) throw new Error("no result");
      if (result.kind === "deferred") {
        task.deferrals += 1;
        const { reasonCode } = result;
        const before = task.lastDeferral?.reasonCode === reasonCode ? task.lastDeferral.inARow : 0;
        task.lastDeferral = { reasonCode, inARow: before + 1 };
        longest = Math.max(longest, result.delaySeconds);
      }
      results[run.tasks.indexOf(task)] = result;
    });
    waitedMs += longest * 1_000;
    if (longest > 0) await meanwhile();
  }
  throw new Error("the run does not end");
}

export async function restored(tenant: SimulatedTenant, previewOf: Pick<Previewed, "plan">): Promise<RestoreRun> {
  return toTheEnd(tenant, await restoreRun(tenant, previewOf));
}

/** One pass over the units in the order of the plan, in which none has to wait for an earlier one. */
export async function inOrder(tenant: SimulatedTenant, run: RestoreRun): Promise<RestoreRun> {
  const results = await executed({ ...policyRestore, concurrency: 1 }, run.tasks, tenant.context());
  return { ...run, results };
}

/** What the verdicts add up to. */
export function counted(results: readonly UnitResult[]) {
  const counts = { created: 0, updated: 0, deleted: 0, unchanged: 0, skipped: 0, failed: 0 };
  for (const result of results) {
    if (result.kind === "deferred") throw new Error("not settled");
    if (result.kind === "succeeded") {
      for (const key of ["created", "updated", "deleted", "unchanged"] as const)
        counts[key] += result.counters?.[key] ?? 0;
    } else counts[result.kind] += 1;
  }
  return counts;
}

export async function resultsOf(tenant: SimulatedTenant, runId: string): Promise<RestoreResult[]> {
  const results: RestoreResult[] = [];
  let cursor: string | null = null;
  do {
    const page = await listRestoreResults(env.DATABASE, {
      tenantId: tenant.tenantId,
      runId,
      outcome: null,
      cursor,
      limit: 200,
    });
    if (page === null) throw new Error(`no results: ${String(page)}`);
    results.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return results;
}

/** The retry of a run whose failed units are those of its results: as the run's object projects and plans them. */
export async function retried(
  tenant: SimulatedTenant,
  run: RestoreRun,
  meanwhile?: () => Promise<void>,
): Promise<RestoreRun> {
  const failedTasks = run.tasks.filter((_, index) => run.results[index]?.kind === "failed");
  for (const task of failedTasks) {
    await env.DATABASE.prepare(
      `insert into operation_run_units (run_id, ordinal, outcome, unit_key, label, input, reason_code, message, attempts)
       values (?1, ?2, 'failed', ?3, ?4, ?5, 'x', 'x', 1)`,
    )
      .bind(run.runId, task.ordinal, task.key, task.label, JSON.stringify(task.input))
      .run();
  }
  const input = await env.DATABASE.prepare("select input from operation_runs where id = ?")
    .bind(run.runId)
    .first<string>("input");
  const runId = newRunId();
  await runRow(tenant, runId, JSON.parse(input ?? "null"), run.runId);
  const tasks = failedTasks.map((task, ordinal) => ({ ...task, runId, ordinal, deferrals: 0 }));
  return toTheEnd(tenant, { runId, tasks, results: [] }, tenant.context(), meanwhile);
}

/** The set that a run keeps of what it replaces and makes. */
export async function undoOf(tenant: SimulatedTenant, runId: string): Promise<NonNullable<RestoreUndo["undo"]>> {
  const told = await readRestoreUndo(env.DATABASE, tenant.tenantId, runId);
  const undo = told?.undo ?? null;
  if (undo === null) throw new Error(`nothing undoes ${runId}`);
  return undo;
}

/** A plan that undoes a run. */
export async function undoPreviewed(tenant: SimulatedTenant, runId: string): Promise<Previewed> {
  const { backupSet, assignments } = await undoOf(tenant, runId);
  return previewed(tenant, { backupSetId: backupSet.id, assignments });
}
