/** An open console: gets frames and snapshots in any order, renders by the product's own merge, and never goes back. */
import { EMPTY_RUNS, type RunsState } from "../../src/dashboard/runs/run-merge.ts";
import type { Run } from "../../src/contract/runs.ts";
import type { Engine } from "./engine.ts";
import type { Oracle } from "./oracle.ts";

export const TENANT_ID = "tenant-simulated";

export class ConsoleModel {
  readonly #engine: Engine;
  readonly #oracle: Oracle;
  #state: RunsState = EMPTY_RUNS;
  readonly #rendered = new Map<string, { version: number; processed: number; finished: boolean }>();

  constructor(engine: Engine, oracle: Oracle) {
    this.#engine = engine;
    this.#oracle = oracle;
  }

  receive(runs: readonly Run[], source: "snapshot" | "change"): void {
    this.#state = this.#engine.mergeRuns(this.#state, TENANT_ID, runs, source).state;
    for (const run of runs) this.#render(run.id);
  }

  shown(runId: string): Run | undefined {
    return this.#state.runs.get(runId);
  }

  #render(runId: string): void {
    const run = this.#state.runs.get(runId);
    if (run === undefined) return;
    const next = {
      version: run.version,
      processed: run.summaryCounts.processed ?? 0,
      finished: run.status === "completed",
    };
    const last = this.#rendered.get(runId);
    this.#rendered.set(runId, next);
    if (last === undefined) return;
    const back = next.version < last.version || next.processed < last.processed || (last.finished && !next.finished);
    if (back) this.#oracle.fail("3", `a console went from ${JSON.stringify(last)} back to ${JSON.stringify(next)}`);
  }
}
