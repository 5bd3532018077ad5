/** A pack's run without the engine around it: plan, entries and finalizing, each as often and in whatever order a test wants. */
import type { FinalizeResult, RunUnitTask, UnitContext, UnitResult } from "../../src/runs/operation.ts";
import { reviewPack, type ReviewPackInput } from "../../src/operations/review-pack/review-pack.ts";
import { packIdOf } from "../../src/database/review-packs/review-packs.ts";
import { runReference } from "../support/run-reference.ts";
import { env } from "../support/environment.ts";
import type { TenantEnv } from "../../src/database/databases.ts";

type Storage = Partial<Pick<TenantEnv, "ARTIFACTS" | "DATABASE">>;

export interface PackByHand {
  packId: string;
  /** Plans the run and gives its units as tasks. */
  tasks(): Promise<RunUnitTask[]>;
  write(tasks: RunUnitTask[], storage?: Storage): Promise<UnitResult[]>;
  /** One step. */
  finalize(cursor: string | null, total: number, storage?: Storage): Promise<FinalizeResult>;
  /** All steps. */
  finalizeAll(total: number): Promise<FinalizeResult>;
  abandon(): Promise<void>;
  /** What is in R2 of it, by the last parts of the keys. */
  objects(): Promise<string[]>;
  archive(): Promise<Uint8Array>;
}

export function packByHand(tenantId: string, runId: string, input: ReviewPackInput): PackByHand {
  const run = runReference(tenantId, runId);
  const packId = packIdOf(runId);
  const prefix = `tenants/${tenantId}/review-packs/${packId}/`;
  const context = (storage: Storage = {}): UnitContext => ({
    env: { ...env, ...storage },
    now: () => Date.now(),
    signal: new AbortController().signal,
  });
  const step = async (cursor: string | null, total: number, storage?: Storage): Promise<FinalizeResult> => {
    const finalizing = { ...run, total, counts: { succeeded: total, failed: 0, skipped: 0 }, cursor };
    return given(await reviewPack.finalize?.(finalizing, input, context(storage)));
  };
  return {
    packId,
    async tasks() {
      const tasks: RunUnitTask[] = [];
      let cursor: string | null = null;
      do {
        const page = await reviewPack.plan(run, input, cursor, context());
        if (page.kind !== "listed") throw new Error(page.kind);
        for (const unit of page.units) tasks.push({ ...unit, runId, tenantId, ordinal: tasks.length, deferrals: 0 });
        cursor = page.nextCursor;
      } while (cursor !== null);
      return tasks;
    },
    write: async (tasks, storage) => given(await reviewPack.executeMany?.(tasks, context(storage))),
    finalize: step,
    async finalizeAll(total) {
      let cursor: string | null = null;
      for (;;) {
        const result: FinalizeResult = await step(cursor, total);
        if (result.kind !== "continue") return result;
        cursor = result.cursor;
      }
    },
    abandon: async () => reviewPack.abandon?.(run, input, context()),
    async objects() {
      const { objects } = await env.ARTIFACTS.list({ prefix });
      return objects.map(({ key }) => key.slice(prefix.length));
    },
    async archive() {
      const object = await env.ARTIFACTS.get(`${prefix}archive.zip`);
      if (object === null) throw new Error("there is no archive");
      return new Uint8Array(await object.arrayBuffer());
    },
  };
}

/** The answer of a hook, which is there. */
function given<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error("packs have all hooks");
  return answer;
}
