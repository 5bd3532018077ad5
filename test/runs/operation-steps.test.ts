import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { BulkOperation, PhasedOperation } from "../../src/runs/operation.ts";
import { operationSteps, STEP_DEADLINES_MS } from "../../src/runs/edge/operation-steps.ts";
import { InvocationBudget } from "../../src/runs/invocation-budget.ts";
import { newHeader } from "../../src/runs/run-state.ts";
import { NO_ENVIRONMENT, plainOperation } from "../support/plain-operation.ts";
import { SPECIFICATION } from "./coordinator-bench.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** An operation whose steps never end, and note the signal that each was given. */
function hanging() {
  const signals = new Map<string, AbortSignal>();
  const hang = (step: string, signal: AbortSignal): Promise<never> => {
    signals.set(step, signal);
    return new Promise(() => {});
  };
  const bulk: BulkOperation = plainOperation(1, {
    plan: (_run, _input, _cursor, { signal }) => hang("plan", signal),
    finalize: (_run, _input, { signal }) => hang("finalize", signal),
    abandon: (_run, _input, { signal }) => hang("abandon", signal),
  });
  const phased: PhasedOperation = {
    type: "test",
    label: "Test",
    makes: null,
    extent: null,
    capability: "inventory.sync",
    inputSchema: z.unknown(),
    progressMode: "phased",
    firstPhase: "Looking",
    maxWaits: 1,
    advance: (_run, _input, { signal }) => hang("advance", signal),
  };
  return { signals, bulk, phased };
}

describe("a step of an operation", () => {
  it.each(["plan", "finalize", "advance", "abandon"] as const)(
    "that outlives its deadline is told to stop, so that it does not go on beside its repetition: %s",
    async (step) => {
      const { signals, bulk, phased } = hanging();
      const counts = { succeeded: 1, failed: 0, skipped: 0 };
      const steps = operationSteps(
        async () => ({ env: NO_ENVIRONMENT, budget: new InvocationBudget() }),
        () => ({ total: 1, counts }),
      );
      const header = newHeader(SPECIFICATION);
      const calls = {
        plan: () => steps.plan(bulk, header),
        finalize: () => steps.finalize(bulk, header),
        advance: () => steps.advance(phased, header),
        abandon: () => steps.abandon(bulk, header),
      };
      const outcome = calls[step]().catch(String);
      await vi.advanceTimersByTimeAsync(STEP_DEADLINES_MS[step] - 1);
      expect(signals.get(step)?.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(signals.get(step)?.aborted).toBe(true);
      expect(await outcome).toContain("did not answer within");
    },
  );
});
