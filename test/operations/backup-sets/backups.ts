/** Backup sets of a tenant in D1, and runs over them whose units a test executes itself. For the Workers runtime. */
import type { BackupSetItem } from "../../../src/contract/backup-sets.ts";
import { listBackupSetItems } from "../../../src/database/backups/backup-set-items.ts";
import { createBackupSet } from "../../../src/database/backups/backup-set-changes.ts";
import type { BulkOperation, RunUnitTask, UnitContext, UnitResult } from "../../../src/runs/operation.ts";
import { runReference } from "../../support/run-reference.ts";
import { env } from "../../support/environment.ts";

let runs = 0;

export function newRunId(): string {
  return `run_test-${(runs += 1)}-${crypto.randomUUID().slice(0, 8)}`;
}

export async function newSet(tenantId: string, name = "Before the change", description = ""): Promise<string> {
  return createBackupSet(env.DATABASE, { tenantId, actorId: "user-owner", at: Date.now() }, { name, description });
}

export async function itemsOf(tenantId: string, backupSetId: string): Promise<BackupSetItem[]> {
  const items: BackupSetItem[] = [];
  let cursor: string | null = null;
  do {
    const page = await listBackupSetItems(env.DATABASE, {
      tenantId,
      backupSetId,
      query: null,
      family: null,
      platform: null,
      latest: null,
      cursor,
      limit: 200,
    });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** Every unit of the plan, page after page, as a consumer would get them. */
export async function planned(
  operation: BulkOperation,
  tenantId: string,
  rawInput: unknown,
  context: UnitContext,
  runId = newRunId(),
): Promise<RunUnitTask[]> {
  const input = operation.inputSchema.parse(rawInput);
  const tasks: RunUnitTask[] = [];
  let cursor: string | null = null;
  do {
    const page = await operation.plan(runReference(tenantId, runId), input, cursor, context);
    if (page.kind !== "listed") throw new Error("the plan is not a list");
    for (const unit of page.units) tasks.push({ ...unit, runId, tenantId, ordinal: tasks.length, deferrals: 0 });
    cursor = page.nextCursor;
  } while (cursor !== null);
  return tasks;
}

/** Executes the units with the operation's concurrency. Results in the order of the tasks. */
export async function executed(
  operation: BulkOperation,
  tasks: readonly RunUnitTask[],
  context: UnitContext,
): Promise<UnitResult[]> {
  const results: UnitResult[] = [];
  const queue = tasks.entries();
  const worker = async () => {
    for (const [index, task] of queue) results[index] = await operation.execute(task, context);
  };
  await Promise.all(Array.from({ length: operation.concurrency }, worker));
  return results;
}

export function localContext(): UnitContext {
  return { env, now: () => Date.now(), signal: new AbortController().signal };
}
