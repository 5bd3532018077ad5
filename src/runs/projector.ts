/**
 * Projection (docs/design/progress.md, section 6): the run's row in D1 follows the ledger. At once when nothing was projected for an
 * interval, when a phase begins and when the run ends, otherwise at most once an interval; as often as it takes when D1 fails.
 */
import type { CoordinatorPorts } from "./coordinator-ports.ts";
import type { ProjectedProblem } from "./facts/units.ts";
import type { Projection } from "./facts/projection.ts";
import { backoffDelay, type RunPolicy } from "./policy.ts";
import type { ProjectionRow } from "./facts/projection-row.ts";
import type { RunState } from "./run-state.ts";
import type { RunHeader } from "./run-store.ts";

/** Problems that one projection carries; the rest follows with the next. */
const PROBLEMS_PER_PROJECTION = 2_000;

export class Projector {
  readonly #state: RunState;
  readonly #ports: CoordinatorPorts;
  readonly #policy: RunPolicy;
  readonly #rearm: () => void;
  #startedAt = -Infinity;
  /** The phase that the last write told. The next one is news: its first step may take as long as a step can. */
  #phase: string | null = null;
  /** Version under way, and when to stop believing in it. */
  #inFlight: { version: number; deadline: number } | null = null;
  /** The last write could not carry all problems. */
  #backlog = false;
  #failures = 0;
  #retryAt = 0;

  /** `rearm` is called when a write has ended, one way or another: the next may be due at another time. */
  constructor(state: RunState, ports: CoordinatorPorts, policy: RunPolicy, rearm: () => void) {
    this.#rearm = rearm;
    this.#state = state;
    this.#ports = ports;
    this.#policy = policy;
  }

  get dirty(): boolean {
    return (
      this.#state.header.projectedVersion < this.#state.version || this.#state.header.projectedSeq < this.#state.seq
    );
  }

  /** When the projection wants attention: a write is due, or one under way is overdue. Null when D1 is known to be current. */
  nextAt(): number | null {
    if (this.#inFlight !== null) return this.#inFlight.deadline;
    if (!this.dirty) return null;
    if (this.#failures > 0) return this.#retryAt;
    const news = this.#state.completed || this.#backlog || this.#state.header.phase !== this.#phase;
    return news ? 0 : this.#startedAt + this.#policy.projectionIntervalMs;
  }

  /** Starts a write when one is due. Returns at once; the promise never rejects. */
  kick(): Promise<void> | null {
    const now = this.#ports.now();
    const dueAt = this.nextAt();
    if (dueAt === null || dueAt > now) return null;
    if (this.#inFlight !== null) this.#failed("timed out");
    if ((this.nextAt() ?? Infinity) > now) return null;
    const { projection, uptoSeq } = this.#build();
    const attempt = { version: projection.row.version, deadline: now + this.#policy.projectionTimeoutMs };
    this.#inFlight = attempt;
    this.#startedAt = now;
    this.#phase = this.#state.header.phase;
    return this.#write(projection, uptoSeq, attempt);
  }

  async #write(projection: Projection, uptoSeq: number, attempt: { version: number; deadline: number }): Promise<void> {
    try {
      await this.#ports.project(projection);
    } catch (error) {
      if (this.#inFlight === attempt) this.#failed(String(error));
      this.#rearm();
      return;
    }
    // A late answer of a write that was given up is still the truth about D1.
    if (this.#inFlight === attempt) this.#inFlight = null;
    this.#failures = 0;
    const { header } = this.#state;
    const projectedVersion = projection.partial
      ? header.projectedVersion
      : Math.max(header.projectedVersion, attempt.version);
    const projectedSeq = Math.max(header.projectedSeq, uptoSeq);
    if (projectedVersion > header.projectedVersion || projectedSeq > header.projectedSeq) {
      this.#state.update("projected", { projectedVersion, projectedSeq }, false);
    }
    this.#backlog = projection.partial;
    // Before the frames: a hub that hangs must not keep the next write waiting.
    this.#rearm();
    if (projection.partial) return;
    try {
      await this.#ports.publish(projection);
    } catch (error) {
      this.#ports.log("warn", "run_publish_failed", { runId: header.runId, error: String(error) });
    }
  }

  #failed(error: string): void {
    this.#inFlight = null;
    this.#failures += 1;
    this.#retryAt = this.#ports.now() + backoffDelay(this.#policy, this.#failures);
    const { runId, tenantId } = this.#state.header;
    this.#ports.log("error", "run_projection_failed", { runId, tenantId, failures: this.#failures, error });
  }

  #build(): { projection: Projection; uptoSeq: number } {
    const { header, seq } = this.#state;
    const problems: ProjectedProblem[] = [];
    let uptoSeq = header.projectedSeq;
    if (header.projectedSeq < seq) {
      uptoSeq = seq;
      for (const entry of this.#state.store.readJournal(header.projectedSeq)) {
        if (problems.length > 0 && problems.length + entry.problems.length > PROBLEMS_PER_PROJECTION) {
          uptoSeq = entry.seq - 1;
          break;
        }
        for (const problem of entry.problems) {
          const unit = this.#unit(problem.ordinal);
          problems.push({ ...problem, ...unit });
        }
      }
    }
    const row = projectionRow(this.#state, this.#ports);
    return { projection: { row, partial: uptoSeq < seq, tenantSlug: header.tenantSlug, problems }, uptoSeq };
  }

  #unit(ordinal: number): Pick<ProjectedProblem, "key" | "label" | "input"> {
    const { header } = this.#state;
    const operation = this.#ports.operation(header.type);
    const unit = header.impliedPlan
      ? operation !== null && operation.progressMode !== "phased"
        ? operation.unitAt?.(ordinal, header.input)
        : undefined
      : this.#state.plannedUnit(ordinal);
    return unit ?? { key: String(ordinal), label: `Unit ${ordinal + 1}`, input: null };
  }
}

/** The row as it has to be in D1 now. */
export function projectionRow(state: RunState, ports: Pick<CoordinatorPorts, "operation">): ProjectionRow {
  const { header, ledger } = state;
  const operation = ports.operation(header.type);
  const finalizes = operation !== null && operation.progressMode !== "phased" && operation.finalize !== undefined;
  return {
    id: header.runId,
    tenantId: header.tenantId,
    type: header.type,
    status: header.status,
    outcome: header.outcome,
    sealed: header.total !== null,
    finalizerPending: finalizes && !header.finalized,
    phase: header.phase,
    pause: header.status === "completed" ? null : header.pause,
    summaryCounts: ledger?.summary() ?? {},
    failure: failureOf(header),
    result: header.result,
    subject: header.subject,
    extent: header.extent,
    initiator: header.initiator,
    retryOf: header.retryOf,
    // Absent in what an earlier version has stored.
    workerVersion: header.workerVersion ?? null,
    version: state.version,
    createdAt: header.createdAt,
    startedAt: header.startedAt,
    completedAt: header.completedAt,
  };
}

/** Why a run that has completed came to nothing as a whole; null when units failed, or nothing did. */
export function failureOf(header: RunHeader): ProjectionRow["failure"] {
  return header.status === "completed" && header.outcome === "failed"
    ? (header.planFailure ?? header.finalizeFailure ?? header.phaseFailure)
    : null;
}
