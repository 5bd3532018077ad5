/**
 * What an operation type does. What it is called, how it counts and who may start it is its declaration
 * (contract/operation-types.ts); `implement` puts the two together, and `operations/registry.ts` lists them.
 */
import type { z } from "zod";
import type { BulkDeclaration, PhasedDeclaration } from "../contract/operation-types.ts";
import type { StopAfter } from "../contract/stop-after.ts";
import type { OutcomeCounters } from "../contract/summary-counts.ts";
import type { NewSet } from "./facts/new-set.ts";
import type { PlannedUnit } from "./facts/units.ts";
import type { CancelOutcome, RetryOutcome, RunRequest, StartOutcome, StartRequest } from "./run-requests.ts";
import type { InvocationBudget, Needs } from "./invocation-budget.ts";
import type { TenantEnv } from "../database/databases.ts";

/** A page of a plan. Pages come in ascending `key` order; an equal key is dropped as a duplicate (F14), a lower one is a bug. */
export type PlanPage =
  | { kind: "listed"; units: PlannedUnit[]; nextCursor: string | null }
  /** Units that are a function of their ordinal: nothing is stored per unit. See `BulkBehavior.unitAt`. */
  | { kind: "implied"; total: number };

/** One unit as its executor sees it. */
export interface RunUnitTask extends PlannedUnit {
  runId: string;
  tenantId: string;
  ordinal: number;
  /** Times this unit was deferred before: 0 at its first attempt. */
  deferrals: number;
  /** Why it was deferred last, and how many times in a row for that reason; absent at its first attempt. */
  lastDeferral?: { reasonCode: string; inARow: number };
}

/** A unit's verdict. `counters` are outcome counters, added to the run's summary together with the verdict. */
export type Verdict =
  | { kind: "succeeded"; counters?: OutcomeCounters }
  | { kind: "failed"; reasonCode: string; message: string; counters?: OutcomeCounters }
  | { kind: "skipped"; reasonCode: string; message: string; counters?: OutcomeCounters };

/**
 * What executing a unit came to. `deferred` settles nothing: the unit is sent again after `delaySeconds`, at most
 * `BulkBehavior.maxDeferrals` times, then it fails with `reasonCode`.
 */
export type UnitResult =
  | Verdict
  | {
      kind: "deferred";
      delaySeconds: number;
      reasonCode: string;
      message: string;
      /** The unit waits for its turn and has asked nothing: no attempt is counted. Only where the turn is sure to come. */
      uncounted?: true;
    };

export interface RunReference {
  runId: string;
  tenantId: string;
  /** For addresses in the console. */
  tenantSlug: string;
  /** Who started it, and when (milliseconds since the epoch). */
  initiatorId: string | null;
  createdAt: number;
}

/** What a unit may do to other runs, each in the environment of that run's tenant. Each bears being called again: `requestId`, or the start's key, is then the same. */
export interface RunVerbs {
  start(env: TenantEnv, request: StartRequest): Promise<StartOutcome>;
  /** Starts the retry of a run. */
  retry(env: TenantEnv, request: RunRequest, requestId: string): Promise<RetryOutcome>;
  /** Cancels a run. Rejects with `ObjectUnavailableError` when the run's object cannot be reached for now. */
  cancel(env: TenantEnv, request: RunRequest, requestId: string): Promise<CancelOutcome>;
}

export interface UnitContext {
  env: TenantEnv;
  /** Milliseconds since the epoch; the only clock an operation may use. */
  now: () => number;
  /** Aborted when the run is closed or the consumer is about to be stopped. */
  signal: AbortSignal;
  /** What the invocation may use. The bindings of `env` count in it already. Absent where a request waits for the work. */
  budget?: InvocationBudget;
  /** The units that were claimed together, and share this context. Absent where a unit is alone. */
  companions?: readonly RunUnitTask[];
  /** Absent where a request waits for the work. */
  runs?: RunVerbs;
}

/** What every operation does, whichever way its runs go. `Input` is what `inputSchema` makes of a request. */
interface CommonBehavior<Input> {
  /** Parses and normalizes the request's input: equal work gives equal normalized input, which is the run's identity. */
  inputSchema: z.ZodType<Input>;
  /**
   * Looks at stored truth before a run exists: fills in what the request left open ("the newest"), so that equal work has
   * one identity, or refuses with the fields that are wrong, which the caller gets as a 400. Reads only, D1 alone. `making`: what is not there
   * yet, and comes into being with the run.
   */
  prepare?:
    | ((tenantId: string, input: Input, env: TenantEnv, making?: MadeWithRun) => Promise<Preparation<Input>>)
    | undefined;
  /**
   * Cleans up after a run that ended without its result: canceled, or failed in planning, finalizing or a phase. Called once
   * the last lease is over; at least once, idempotent. `sweep` has to find what even this has missed.
   */
  abandon?: ((run: RunReference, input: Input, context: UnitContext) => Promise<void>) | undefined;
  /**
   * Done once a minute, for all tenants: what comes due with time, and what crashes left behind. Bounded work; what is left, the
   * next minute does. May throw: the sweep logs it and goes on with the other types.
   */
  sweep?: ((env: TenantEnv, now: number) => Promise<void>) | undefined;
}

/** What a bulk operation does. `Made` is what its implementation says of a result; the declaration adds the kind. */
export interface BulkBehavior<Input = unknown, Made = MadeThing> extends CommonBehavior<Input> {
  /** Units a message carries. 1 unless a unit is so cheap that its message would cost more than its work. */
  unitsPerMessage: number;
  /**
   * Whether executing a unit sends requests to Microsoft Graph. Such units have queues of their own, and a run has fewer of them in its
   * queue at a time (`edge/unit-queues.ts`, `policy.ts`).
   */
  callsGraph: boolean;
  /** Units one consumer invocation works on at the same time. */
  concurrency: number;
  maxDeferrals: number;
  /**
   * Units that may have begun and not ended at a time, those that wait included: for units that stand for much work elsewhere. Absent where
   * only what is in the queue is limited.
   */
  atATime?: number;
  /** After how many failures a run of this input stops for a person to look; null for never, as where it is absent. */
  stopAfter?: ((input: Input) => StopAfter | null) | undefined;
  /** Next page of the plan. Deterministic: the same run and cursor give the same page. May be called again after a crash. */
  plan: (run: RunReference, input: Input, cursor: string | null, context: UnitContext) => Promise<PlanPage>;
  /**
   * What a unit of a listed plan comes after: all units whose keys are lower than the one it names. It is sent when they have ended,
   * whatever their verdicts; until then it costs nothing. At most its own key: a plan that names a later one is refused. Null where it
   * waits for nothing. Asked once a unit, when it is planned, in a retry as well. See decisions/154-order-belongs-to-the-runs-object.md.
   */
  comesAfter?: ((unit: PlannedUnit) => string | null) | undefined;
  /** The unit at an ordinal of an `implied` plan. */
  unitAt?: ((ordinal: number, input: Input) => PlannedUnit) | undefined;
  /** Does the unit's effect, durably, before it returns; idempotent. Throws only for bugs: expected failures are verdicts. */
  execute: (task: RunUnitTask, context: UnitContext) => Promise<UnitResult>;
  /**
   * Does the effects of several units together, in fewer writes; answers in the order of `tasks`. As durable and idempotent
   * as `execute`, which it replaces where it is given. Gets at most `unitsPerExecution` tasks.
   */
  executeMany?: (tasks: RunUnitTask[], context: UnitContext) => Promise<UnitResult[]>;
  /** Tasks that `executeMany` takes at a time. */
  unitsPerExecution?: number;
  /** The most that one call of `execute` or `executeMany` takes of its invocation; `UNIT_NEEDS` where nothing is said. */
  needs?: Needs;
  /**
   * Runs between the last settle and completion; at-least-once, idempotent. Its absence means no finalizing state. Long work
   * is done in steps: `continue` stores a cursor, and the next call gets it.
   */
  finalize?: ((run: FinalizingRun, input: Input, context: UnitContext) => Promise<FinalizeResult<Made>>) | undefined;
}

/**
 * What a phased operation does: it goes from phase to phase in the run's own object, step by step, and no number is ever shown of it
 * (docs/design/progress.md, section 4).
 */
export interface PhasedBehavior<Input = unknown, Made = MadeThing> extends CommonBehavior<Input> {
  /** In words for people; shown from the first step on. */
  firstPhase: string;
  /** Times in a row that a step may answer `wait`; then the run fails with the step's reason. */
  maxWaits: number;
  /**
   * One step, of minutes at most. At-least-once and idempotent: after a crash it is called again with the same cursor. What a
   * cursor stands for is durable before the step that leads to it returns.
   */
  advance: (run: PhasedRun, input: Input, context: UnitContext) => Promise<PhaseResult<Made>>;
}

/** A result as its implementation names it. */
export interface MadeThing {
  id: string;
}

/**
 * How much the run was about, exactly: its subject ends with it ("10 findings"). Null or absent where that is not known: never zero
 * instead.
 */
type Extent = number | null;

/** A run's result as readers get it. */
export interface RunResult extends MadeThing {
  kind: string;
}

/** Declaration and behavior, as the engine takes them: input is whatever was stored. See `implement`. */
export interface BulkOperation extends BulkDeclaration, BulkBehavior<unknown, RunResult> {}
export interface PhasedOperation extends PhasedDeclaration, PhasedBehavior<unknown, RunResult> {}
export type Operation = BulkOperation | PhasedOperation;

/** What comes into being with a run, for its preparation, which does not find it yet. */
export interface MadeWithRun {
  backupSet: NewSet;
}

export type Preparation<Input> =
  /** `subject` is made by the type's `subject` in the table of operation types, from names that stored truth has now. */
  | {
      kind: "ready";
      input: Input;
      subject: string | null;
      /** A backup set that comes into being with the run, or not at all: the input names it. */
      newSet?: NewSet;
      /** What the audit event of the start says beside the type. */
      audited?: Readonly<Record<string, unknown>>;
    }
  | { kind: "refused"; fields: { path: string; message: string }[] }
  /** A legal hold keeps what the run would delete. The message is for people. */
  | { kind: "held"; message: string };

/** A phased run before one of its steps. */
export interface PhasedRun extends RunReference {
  /** What the last `continue` left; null at the first step. */
  cursor: string | null;
}

export type PhaseResult<Made = RunResult> =
  /** `phase` is what the next step does, in words for people. */
  | { kind: "continue"; phase: string; cursor: string }
  /** The same step again later. */
  | { kind: "wait"; delaySeconds: number; reasonCode: string; message: string }
  /** `partially_succeeded`: there is a result, and it says what it does not cover. */
  | {
      kind: "done";
      outcome: "succeeded" | "partially_succeeded";
      result: Made | null;
      extent?: Extent;
    }
  | { kind: "failed"; code: string; message: string };

/** A run whose units are all settled. */
export interface FinalizingRun extends RunReference {
  total: number;
  counts: { succeeded: number; failed: number; skipped: number };
  /** What the last step's `continue` left; null at the first. */
  cursor: string | null;
}

export type FinalizeResult<Made = RunResult> =
  | { kind: "continue"; cursor: string }
  | { kind: "finalized"; result: Made | null; extent?: Extent }
  | { kind: "failed"; code: string; message: string };
