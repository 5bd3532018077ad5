/** Evidence snapshots of a simulated tenant: through the engine, and unit by unit. For the Workers runtime. */
import type { EvidenceSnapshot } from "../../src/contract/evidence.ts";
import { listItems } from "../../src/database/evidence/evidence-items.ts";
import { readSnapshot, snapshotIdOf } from "../../src/database/evidence/evidence-snapshots.ts";
import { FAMILY_KEYS } from "../../src/graph/families.ts";
import { evidenceSnapshot } from "../../src/operations/evidence-snapshot/evidence-snapshot.ts";
import type { RunUnitTask } from "../../src/runs/operation.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import { runReference } from "../support/run-reference.ts";
import { tenantRuns } from "../support/tenant-runs.ts";
import type { SimulatedTenant } from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

/** Families, and one item each of membership, roles, operations, backup coverage and drift findings. */
export const FIXED_ITEMS = FAMILY_KEYS.length + 5;

/** What tests do with a tenant's snapshots. */
export function asTenant(tenant: SimulatedTenant) {
  const reference = { tenantId: tenant.tenantId, tenantSlug: tenant.name, actor: { id: "user-owner", name: "Owner" } };
  const runs = tenantRuns(() => reference);
  const key = { id: tenant.tenantId, slug: tenant.name };
  return {
    ...runs,
    reference,
    key,
    take: async () => {
      const outcome = await startRun(env, { ...reference, type: "evidence.snapshot", input: {}, idempotencyKey: null });
      if (outcome.kind !== "started") throw new Error(outcome.kind);
      return runs.completed(outcome.body.run.id);
    },
    snapshot: async (runId: string): Promise<EvidenceSnapshot> => {
      const found = await readSnapshot(env.DATABASE, key, snapshotIdOf(runId));
      if (found === null) throw new Error(`no snapshot of ${runId}`);
      return found;
    },
    items: async (snapshotId: string, kind: "policy" | "family" | null = null, exceptions: "only" | null = null) => {
      const page = await listItems(env.DATABASE, {
        snapshotId,
        kind,
        exceptions,
        query: null,
        cursor: null,
        limit: 1_000,
      });
      return page.items;
    },
  };
}

/** The tasks of a run's whole plan, as consumers would get them. */
export async function tasksOf(tenant: SimulatedTenant, runId: string): Promise<RunUnitTask[]> {
  const run = runReference(tenant.tenantId, runId);
  const tasks: RunUnitTask[] = [];
  let cursor: string | null = null;
  do {
    const page = await evidenceSnapshot.plan(run, {}, cursor, tenant.context());
    if (page.kind !== "listed") throw new Error(page.kind);
    for (const unit of page.units)
      tasks.push({ ...unit, runId, tenantId: tenant.tenantId, ordinal: tasks.length, deferrals: 0 });
    cursor = page.nextCursor;
  } while (cursor !== null);
  return tasks;
}

/** The finalizer of a run whose units came to these counts. */
export function finalize(
  tenant: SimulatedTenant,
  runId: string,
  total: number,
  counts = { succeeded: total, failed: 0, skipped: 0 },
) {
  const run = { ...runReference(tenant.tenantId, runId), total, counts, cursor: null };
  return evidenceSnapshot.finalize?.(run, {}, tenant.context());
}
