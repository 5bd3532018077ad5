/** What comes after the last unit: the finalizer's steps, or, for a run that ended without its result, the cleanup. */
import type { BulkOperation, Operation } from "./operation.ts";
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import { backoffDelay, type RunPolicy } from "./policy.ts";
import { failureOf } from "./projector.ts";
import type { RunState } from "./run-state.ts";

/** One step of the finalizer. Returns when to go on; now, unless it threw. */
export async function finalizeNext(
  state: RunState,
  ports: CoordinatorPorts,
  policy: RunPolicy,
  operation: BulkOperation,
): Promise<number> {
  const { header } = state;
  const { runId, tenantId } = header;
  if (header.finalizeAttempts >= policy.maxFinalizeAttempts) {
    const message = "All units were done, but the result could not be completed.";
    state.update("finalize-failed", { finalizeFailure: { code: "finalizing_failed", message } }, true);
    return ports.now();
  }
  if (!ports.affordsStep()) return ports.now();
  state.update("finalize-attempt", { finalizeAttempts: header.finalizeAttempts + 1 }, false);
  try {
    const answer = await ports.finalize(operation, state.header);
    if (state.closed) return ports.now();
    switch (answer.kind) {
      case "continue": {
        // A step that leads nowhere counts as an attempt, so that none goes on for ever.
        const moved = answer.cursor !== header.finalizeCursor;
        const change = moved ? { finalizeCursor: answer.cursor, finalizeAttempts: 0 } : {};
        state.update("finalize-step", change, false);
        break;
      }
      case "finalized":
        state.update("finalized", { finalized: true, result: answer.result, extent: answer.extent ?? null }, true);
        break;
      case "failed":
        state.update("finalize-failed", { finalizeFailure: { code: answer.code, message: answer.message } }, true);
    }
    return ports.now();
  } catch (error) {
    ports.log("error", "run_finalizing_failed", { runId, tenantId, error: String(error) });
    return ports.now() + backoffDelay(policy, state.header.finalizeAttempts);
  }
}

/**
 * When a run that ended without its result is to be cleaned up after; null when it is not. Not before the last lease is over by
 * every clock: until then a consumer that has not heard of the end may still be writing.
 */
export function abandonDueAt(state: RunState, policy: RunPolicy, operation: Operation | null): number | null {
  if (!state.completed || state.header.abandoned || operation?.abandon === undefined) return null;
  if (state.header.outcome !== "canceled" && failureOf(state.header) === null) return null;
  const { leasesUntil } = state;
  const leasesOver = leasesUntil === 0 ? 0 : leasesUntil + policy.clockMarginMs;
  return Math.max(state.header.completedAt ?? 0, leasesOver);
}

/** Tries the cleanup. Returns when to try again; null when it is done, or given up and left to the operation's own sweep. */
export async function abandonNext(
  state: RunState,
  ports: CoordinatorPorts,
  policy: RunPolicy,
  operation: Operation,
): Promise<number | null> {
  const { runId, tenantId, abandonAttempts } = state.header;
  if (abandonAttempts >= policy.maxAbandonAttempts) {
    state.update("abandoned", { abandoned: true }, false);
    ports.log("error", "run_cleanup_given_up", { runId, tenantId, attempts: abandonAttempts });
    return null;
  }
  if (!ports.affordsStep()) return ports.now();
  state.update("abandon-attempt", { abandonAttempts: abandonAttempts + 1 }, false);
  try {
    await ports.abandon(operation, state.header);
    state.update("abandoned", { abandoned: true }, false);
    return null;
  } catch (error) {
    ports.log("warn", "run_cleanup_failed", { runId, tenantId, attempt: abandonAttempts + 1, error: String(error) });
    return ports.now() + backoffDelay(policy, abandonAttempts + 1);
  }
}
