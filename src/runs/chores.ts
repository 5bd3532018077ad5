/**
 * What keeps a run going. A chore says when it is due and does it when it is; the coordinator arms the alarm for the first that is due,
 * so nothing can be due without an alarm for it. A chore is safe to repeat, and one that a crash cuts off is due again.
 */
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import { dispatchReady, dispatchStep, dispatchWorthAnAlarm, type Pace, paceOf } from "./dispatch.ts";
import { abandonDueAt, abandonNext, finalizeNext } from "./finalizing.ts";
import { healingDueAt, healNext, nextDeferralAt, sendDeferred } from "./healing.ts";
import type { CompletionDecision } from "./lifecycle.ts";
import type { BulkOperation, Operation, PhasedOperation } from "./operation.ts";
import { forEachOrdinal } from "./ordinal-ranges.ts";
import { advancePhases, phasesOpen } from "./phases.ts";
import { resendAfterPause, resendDueAt, stopAfterFailures, stopIsDue } from "./pausing.ts";
import { planNext } from "./planning.ts";
import { backoffDelay, type RunPolicy } from "./policy.ts";
import type { Projector } from "./projector.ts";
import type { Reporter } from "./reporter.ts";
import type { RunState } from "./run-state.ts";
import { recordVerdicts, type UnitVerdict } from "./settling.ts";

export interface Chore {
  readonly name: string;
  /** When it is due, in milliseconds since the epoch; the past means at once, null that there is nothing to do. Changes nothing. */
  dueAt(): number | null;
  /** Does it. Called when it is due, by an alarm, and never twice at a time. */
  run(): Promise<void>;
}

/** The run that chores are about. */
export interface ChoreContext {
  state: RunState;
  ports: CoordinatorPorts;
  policy: RunPolicy;
  projector: Projector;
  reporter: Reporter;
  decide(): CompletionDecision;
  /** Completes the run if it is done. */
  complete(): void;
  /** Starts a write of the projection if one is due. */
  project(): void;
}

/**
 * All chores, in the order in which an alarm does them. The projection stands there twice: what takes long must not keep readers from
 * what happened before it.
 */
export function choresOf(run: ChoreContext): readonly Chore[] {
  const projection = project(run);
  return [
    complete(run),
    projection,
    plan(run),
    stop(run),
    resendPaused(run),
    dispatch(run),
    resendDeferred(run),
    heal(run),
    finalize(run),
    advance(run),
    projection,
    abandon(run),
    report(run),
    compact(run),
  ];
}

/** A completion that a crash cut off between its settle and its own write. */
function complete(run: ChoreContext): Chore {
  return {
    name: "complete",
    dueAt: () => (run.decide().kind === "complete" ? 0 : null),
    run: async () => run.complete(),
  };
}

function project(run: ChoreContext): Chore {
  return { name: "project", dueAt: () => run.projector.nextAt(), run: async () => run.project() };
}

/** What the run tells beside its row: after it, so that nobody reads of a unit what its counts do not have yet. */
function report({ ports, reporter }: ChoreContext): Chore {
  return {
    name: "report",
    dueAt: () => reporter.nextAt(),
    run: async () => {
      const write = reporter.kick();
      if (write !== null) ports.background(write);
    },
  };
}

function plan(run: ChoreContext): Chore {
  const { state, ports, policy } = run;
  let notBefore = 0;
  return {
    name: "plan",
    dueAt: () => {
      const open = !state.closed && state.header.total === null && state.header.planFailure === null;
      return open && phasedOperation(run) === null ? notBefore : null;
    },
    run: async () => {
      notBefore = (await planNext(state, ports, policy)) ?? 0;
      run.complete();
    },
  };
}

/** A stop after failures that a crash cut off between its settle and its own write, or that verdicts of no holder brought about. */
function stop(run: ChoreContext): Chore {
  const { state, ports } = run;
  return {
    name: "stop",
    dueAt: () => (stopIsDue(state, declared(run)) ? 0 : null),
    run: async () => stopAfterFailures(state, ports, declared(run)),
  };
}

/** Sends units again when that is due, and backs off while the queue refuses. `send` says whether it took them. */
function resend(
  { ports, policy }: ChoreContext,
  name: string,
  nextAt: () => number | null,
  send: () => Promise<boolean>,
): Chore {
  let notBefore = 0;
  let failures = 0;
  return {
    name,
    dueAt: () => {
      const next = nextAt();
      return next === null ? null : Math.max(next, notBefore);
    },
    run: async () => {
      const sent = await send();
      failures = sent ? 0 : failures + 1;
      notBefore = sent ? 0 : ports.now() + backoffDelay(policy, failures);
    },
  };
}

/** What came back while the run was paused. */
function resendPaused(run: ChoreContext): Chore {
  const { state, ports, policy } = run;
  const send = (): Promise<boolean> => resendAfterPause(state, ports, policy, paceOfRun(run).unitsPerMessage);
  return resend(run, "resend-paused", () => resendDueAt(state), send);
}

/** What waited for its time. */
function resendDeferred(run: ChoreContext): Chore {
  const { state, ports, policy } = run;
  const nextAt = (): number | null => (state.closed || state.paused ? null : nextDeferralAt(state));
  return resend(run, "resend-deferred", nextAt, () => sendDeferred(state, ports, policy));
}

function dispatch(run: ChoreContext): Chore {
  const { state, ports, policy } = run;
  let notBefore = 0;
  let failures = 0;
  return {
    name: "dispatch",
    dueAt: () => (dispatchWorthAnAlarm(state, policy, paceOfRun(run)) ? notBefore : null),
    run: async () => {
      const pace = paceOfRun(run);
      for (let step = 0; step < policy.stepsPerAlarm; step += 1) {
        if (!dispatchReady(state, policy, pace)) return;
        if ((await dispatchStep(state, ports, policy, pace)) === "rejected") {
          failures += 1;
          notBefore = ports.now() + backoffDelay(policy, failures);
          return;
        }
        failures = 0;
      }
    },
  };
}

function heal(run: ChoreContext): Chore {
  const { state, ports, policy } = run;
  return {
    name: "heal",
    dueAt: () => healingDueAt(state, policy),
    run: async () => {
      const healed = await healNext(state, ports, policy, paceOfRun(run));
      if (typeof healed === "string") return;
      const message = "The unit was sent several times and never came back.";
      let pending: UnitVerdict[] = [];
      forEachOrdinal(healed.lost, (ordinal) => {
        pending.push({ ordinal, verdict: { kind: "failed", reasonCode: "lost", message } });
        if (pending.length < policy.lostPerCommit) return;
        recordVerdicts(state, ports.now(), pending);
        pending = [];
      });
      if (pending.length > 0) recordVerdicts(state, ports.now(), pending);
      run.complete();
    },
  };
}

function finalize(run: ChoreContext): Chore {
  const { state, ports, policy } = run;
  let notBefore = 0;
  return {
    name: "finalize",
    dueAt: () => (run.decide().kind === "finalize" ? notBefore : null),
    run: async () => {
      const operation = bulkOperation(run);
      if (operation === null) return;
      notBefore = await finalizeNext(state, ports, policy, operation);
      run.complete();
    },
  };
}

function advance(run: ChoreContext): Chore {
  const { state, ports, policy } = run;
  let notBefore = 0;
  return {
    name: "advance",
    dueAt: () =>
      phasedOperation(run) !== null && phasesOpen(state) && !state.paused
        ? Math.max(notBefore, state.header.phaseNotBefore)
        : null,
    run: async () => {
      const operation = phasedOperation(run);
      if (operation === null) return;
      notBefore = (await advancePhases(state, ports, policy, operation, () => run.project())) ?? 0;
      run.complete();
    },
  };
}

function abandon(run: ChoreContext): Chore {
  const { state, ports, policy } = run;
  let notBefore = 0;
  return {
    name: "abandon",
    dueAt: () => {
      const dueAt = abandonDueAt(state, policy, declared(run));
      return dueAt === null ? null : Math.max(dueAt, notBefore);
    },
    run: async () => {
      const operation = declared(run);
      if (operation !== null) notBefore = (await abandonNext(state, ports, policy, operation)) ?? 0;
    },
  };
}

/** Folds the journal of a run that has completed, or that has a very long one, once D1 has all problems in it. */
function compact({ state, policy, projector }: ChoreContext): Chore {
  return {
    name: "compact",
    dueAt: () => {
      const { header, journalEntries, seq } = state;
      if (header.projectedSeq < seq || header.compacted) return null;
      // The last report tells of units what a folded journal has lost.
      return (state.completed && header.told && !projector.dirty) || journalEntries > policy.compactAboveEntries
        ? 0
        : null;
    },
    run: async () => state.compact(),
  };
}

function declared({ ports, state }: ChoreContext): Operation | null {
  return ports.operation(state.header.type);
}

function bulkOperation(run: ChoreContext): BulkOperation | null {
  const operation = declared(run);
  return operation === null || operation.progressMode === "phased" ? null : operation;
}

function phasedOperation(run: ChoreContext): PhasedOperation | null {
  const operation = declared(run);
  return operation?.progressMode === "phased" ? operation : null;
}

function paceOfRun(run: ChoreContext): Pace {
  return paceOf(run.policy, bulkOperation(run));
}
