/**
 * What an operation type is. One file (or folder) per type exports one `Operation`; `registry.ts` lists them.
 */
import type { z } from "zod";
import type { Capability } from "../contract/api.ts";
import type { ProgressMode, UnitNoun } from "../contract/progress.ts";
import type { OutcomeCounters } from "../contract/summary-counts.ts";

/** One unit of a plan. `key` is unique in the plan and orders it; `input` is small and holds no secret. */
export interface PlannedUnit {
  key: string;
  /** For people: "Settings catalog". */
  label: string;
  input: unknown;
}

/** A page of a plan. Pages come in ascending `key` order; an equal key is dropped as a duplicate (F14), a lower one is a bug. */
export type PlanPage =
  | { kind: "listed"; units: PlannedUnit[]; nextCursor: string | null }
  /** Units that are a function of their ordinal: nothing is stored per unit. See `Operation.unitAt`. */
  | { kind: "implied"; total: number };

/** One unit as its executor sees it. */
export interface RunUnitTask extends PlannedUnit {
  runId: string;
  tenantId: string;
  ordinal: number;
  /** Times this unit was deferred before: 0 at its first attempt. */
  deferrals: number;
}

/** A unit's verdict. `counters` are outcome counters, added to the run's summary together with the verdict. */
export type Verdict =
  | { kind: "succeeded"; counters?: OutcomeCounters }
  | { kind: "failed"; reasonCode: string; message: string; counters?: OutcomeCounters }
  | { kind: "skipped"; reasonCode: string; message: string; counters?: OutcomeCounters };

/**
 * What executing a unit came to. `deferred` settles nothing: the unit is sent again after `delaySeconds`, at most
 * `Operation.maxDeferrals` times, then it fails with `reasonCode`.
 */
export type UnitResult = Verdict | { kind: "deferred"; delaySeconds: number; reasonCode: string; message: string };

export interface RunReference {
  runId: string;
  tenantId: string;
}

export interface UnitContext {
  env: Env;
  /** Milliseconds since the epoch; the only clock an operation may use. */
  now: () => number;
  /** Aborted when the run is closed or the consumer is about to be stopped. */
  signal: AbortSignal;
}

export interface Operation<Input = unknown> {
  type: string;
  label: string;
  progressMode: ProgressMode;
  unit: UnitNoun;
  /** Who may start it. */
  capability: Capability;
  /** Parses and normalizes the request's input: equal work gives equal normalized input, which is the run's identity. */
  inputSchema: z.ZodType<Input>;
  /** Units a message carries. 1 unless a unit is so cheap that its message would cost more than its work. */
  unitsPerMessage: number;
  /** Units one consumer invocation works on at the same time. */
  concurrency: number;
  maxDeferrals: number;
  /** Next page of the plan. Deterministic: the same run and cursor give the same page. May be called again after a crash. */
  plan(run: RunReference, input: Input, cursor: string | null, context: UnitContext): Promise<PlanPage>;
  /** The unit at an ordinal of an `implied` plan. */
  unitAt?(ordinal: number, input: Input): PlannedUnit;
  /** Does the unit's effect, durably, before it returns; idempotent. Throws only for bugs: expected failures are verdicts. */
  execute(task: RunUnitTask, context: UnitContext): Promise<UnitResult>;
  /**
   * Does the effects of several units together, in fewer writes; answers in the order of `tasks`. As durable and idempotent
   * as `execute`, which it replaces where it is given. Gets at most `unitsPerExecution` tasks.
   */
  executeMany?(tasks: RunUnitTask[], context: UnitContext): Promise<UnitResult[]>;
  /** Tasks that `executeMany` takes at a time. */
  unitsPerExecution?: number;
  /**
   * Runs between the last settle and completion; at-least-once, idempotent. Its absence means no finalizing state. Long work
   * is done in steps: `continue` stores a cursor, and the next call gets it.
   */
  finalize?(run: FinalizingRun, input: Input, context: UnitContext): Promise<FinalizeResult>;
}

/** A run whose units are all settled. */
export interface FinalizingRun extends RunReference {
  total: number;
  counts: { succeeded: number; failed: number; skipped: number };
  /** What the last step's `continue` left; null at the first. */
  cursor: string | null;
}

export type FinalizeResult =
  | { kind: "continue"; cursor: string }
  | { kind: "finalized"; result: { kind: string; id: string; href: string } | null }
  | { kind: "failed"; code: string; message: string };

/** Erases the input's type for the registry. Stored input is parsed again, so a deployed change of schema cannot be met half. */
export function defineOperation<Input>(operation: Operation<Input>): Operation {
  const { inputSchema } = operation;
  // `unitAt` is asked for each unit of a claim with one and the same input: that is parsed once.
  let lastInput: { raw: unknown; parsed: Input } | null = null;
  const parseOnce = (raw: unknown): Input => {
    if (lastInput === null || lastInput.raw !== raw) lastInput = { raw, parsed: inputSchema.parse(raw) };
    return lastInput.parsed;
  };
  return {
    ...operation,
    plan: (run, input, cursor, context) => operation.plan(run, inputSchema.parse(input), cursor, context),
    ...optional(operation.unitAt?.bind(operation), (unitAt) => ({
      unitAt: (ordinal: number, input: unknown) => unitAt(ordinal, parseOnce(input)),
    })),
    ...optional(operation.finalize?.bind(operation), (finalize) => ({
      finalize: (run: FinalizingRun, input: unknown, context: UnitContext) =>
        finalize(run, inputSchema.parse(input), context),
    })),
  };
}

/** The members that a present method makes; none for an absent one, so that its absence is still to be seen. */
function optional<Method, Members>(method: Method | undefined, members: (method: Method) => Members): Members | object {
  return method === undefined ? {} : members(method);
}
