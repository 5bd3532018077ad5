/** Runs of a seeded tenant in the Workers runtime, as the routes start, read and prove them. */
import type { Proof, Run } from "../../src/contract/runs.ts";
import { readRun } from "../../src/runs/reading/run-reader.ts";
import { proveRun } from "../../src/runs/edge/prove-run.ts";
import { startRun } from "../../src/runs/edge/start-run.ts";
import type { seedTenant } from "./tenants.ts";
import { waitFor } from "./wait.ts";
import { env } from "./environment.ts";

/** Polls, for a promise made in one request's context cannot be resolved from another's. */
export async function opened(gate: { open: boolean }): Promise<void> {
  while (!gate.open) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** `tenant` is asked when a run is, since tests seed theirs in `beforeAll`. */
export function tenantRuns(tenant: () => Awaited<ReturnType<typeof seedTenant>>) {
  const current = (runId: string): Promise<Run | null> => {
    const { tenantId, tenantSlug } = tenant();
    return readRun(env.DATABASE, { id: tenantId, slug: tenantSlug }, runId);
  };
  return {
    current,
    start: async (type: string, units: number, tag: string = crypto.randomUUID()): Promise<Run> => {
      const outcome = await startRun(env, { ...tenant(), type, input: { units, tag }, idempotencyKey: null });
      if (outcome.kind !== "started") throw new Error(`not started: ${outcome.kind}`);
      return outcome.body.run;
    },
    completed: (runId: string): Promise<Run> =>
      waitFor(
        `run ${runId} to complete`,
        async () => {
          const run = await current(runId);
          return run?.status === "completed" ? run : null;
        },
        30_000,
        50,
      ),
    proof: async (runId: string): Promise<Proof> => {
      const outcome = await proveRun(env, { tenantId: tenant().tenantId, runId });
      if (outcome.kind !== "ok") throw new Error(outcome.kind);
      return outcome.proof;
    },
  };
}
