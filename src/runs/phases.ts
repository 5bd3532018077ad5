/** The phased runner: takes a run that counts nothing from step to step. A crash resumes at the stored cursor. */
import type { PhasedOperation, PhaseResult } from "./operation.ts";
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import { backoffDelay, type RunPolicy } from "./policy.ts";
import type { RunState } from "./run-state.ts";
import { withEvent, withWait } from "./timeline.ts";

/**
 * Does up to `phaseStepsPerAlarm` steps, and calls `moved` whenever there may be something new to project: a step can take minutes,
 * and people see the phase while it goes on. Returns the time to go on, or null when the last phase has ended one way or another.
 * Attempts are counted before the work, so that a step that kills its object cannot do so for ever.
 */
export async function advancePhases(
  state: RunState,
  ports: CoordinatorPorts,
  policy: RunPolicy,
  operation: PhasedOperation,
  moved: () => void,
): Promise<number | null> {
  for (let step = 0; step < policy.phaseStepsPerAlarm; step += 1) {
    if (!phasesOpen(state) || state.paused) return null;
    const { runId, tenantId, phaseAttempts, phaseNotBefore } = state.header;
    if (phaseNotBefore > ports.now()) return phaseNotBefore;
    if (!ports.affordsStep()) return ports.now();
    if (phaseAttempts >= policy.maxPhaseAttempts) {
      fail(state, "phase_failed", "The work stopped on an unexpected error again and again. Start it again.");
      return null;
    }
    beginAttempt(state, ports, operation);
    moved();
    let answer: PhaseResult;
    try {
      answer = await ports.advance(operation, state.header);
    } catch (error) {
      ports.log("error", "run_phase_failed", { runId, tenantId, attempt: phaseAttempts + 1, error: String(error) });
      return ports.now() + backoffDelay(policy, phaseAttempts + 1);
    }
    if (!phasesOpen(state)) return null;
    take(state, ports, operation, answer);
    moved();
  }
  return phasesOpen(state) ? Math.max(ports.now(), state.header.phaseNotBefore) : null;
}

/** True while there is a phase to go through. */
export function phasesOpen(state: RunState): boolean {
  return !state.closed && state.header.phaseOutcome === null && state.header.phaseFailure === null;
}

function beginAttempt(state: RunState, ports: CoordinatorPorts, operation: PhasedOperation): void {
  const { header } = state;
  const phase = header.phase ?? operation.firstPhase;
  state.update(
    "phase-attempt",
    {
      phaseAttempts: header.phaseAttempts + 1,
      phase,
      status: "running",
      startedAt: header.startedAt ?? ports.now(),
    },
    header.status === "queued" || header.phase === null,
  );
}

function take(state: RunState, ports: CoordinatorPorts, operation: PhasedOperation, answer: PhaseResult): void {
  const { header } = state;
  switch (answer.kind) {
    case "continue": {
      // A step that leads nowhere counts as an attempt, so that none goes on for ever.
      const moved = answer.cursor !== header.phaseCursor;
      const change = {
        phase: answer.phase,
        phaseCursor: answer.cursor,
        phaseAttempts: 0,
        phaseWaits: 0,
        phaseWait: null,
        ...(answer.phase === header.phase
          ? {}
          : withEvent(header, { kind: "phase", at: ports.now(), words: answer.phase })),
      };
      state.update("phase-step", moved ? change : {}, moved && answer.phase !== header.phase);
      return;
    }
    case "wait":
      if (header.phaseWaits >= operation.maxWaits) fail(state, answer.reasonCode, answer.message);
      else {
        const phaseNotBefore = ports.now() + Math.max(1, answer.delaySeconds) * 1_000;
        const phaseWait = { reasonCode: answer.reasonCode, message: answer.message };
        const phaseWaited = withWait(header.phaseWaited, { ...phaseWait, at: ports.now() });
        const change = { phaseWaits: header.phaseWaits + 1, phaseNotBefore, phaseWait, phaseWaited };
        state.update("phase-wait", { phaseAttempts: 0, ...change }, false);
      }
      return;
    case "done":
      state.update(
        "phases-done",
        { phaseOutcome: answer.outcome, result: answer.result, extent: answer.extent ?? null },
        true,
      );
      return;
    case "failed":
      fail(state, answer.code, answer.message);
  }
}

function fail(state: RunState, code: string, message: string): void {
  state.update("phase-failed", { phaseFailure: { code, message } }, true);
}
