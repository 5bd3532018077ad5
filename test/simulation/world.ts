/** A simulated world: what the real coordinators and the real consumers of a schedule reach, and the oracle that watches. */
import type { Run } from "../../src/contract/runs.ts";
import type { FinalizeResult, Operation, PhaseResult, PlanPage } from "../../src/runs/operation.ts";
import type { RunReport } from "../../src/runs/facts/run-report.ts";
import type { Projection } from "../../src/runs/facts/projection.ts";
import type {
  ClaimAnswer,
  ClaimRequest,
  RenewAnswer,
  SettleAnswer,
  SettleRequest,
} from "../../src/runs/run-commands.ts";
import type { RunHeader } from "../../src/runs/run-store.ts";
import { ConsoleModel } from "./console-model.ts";
import { consume, consumeDead, operationOf, phasedOperationOf, type RunsOfConsumers } from "./consumers.ts";
import type { RunDatabase } from "./database-model.ts";
import type { Engine } from "./engine.ts";
import { QueueModel } from "./queue-model.ts";
import type { Outside, RunHost } from "./run-host.ts";
import type { RunTruth } from "./run-truth.ts";
import type { Schedule } from "./schedule.ts";
import { Surroundings } from "./surroundings.ts";
import { MAX_PHASE_WAITS, PHASES } from "./workload.ts";

const RETRY_PAGE = 3;

export const isEnded = (state: string): boolean => state === "succeeded" || state === "failed" || state === "skipped";

export class World extends Surroundings implements Outside, RunsOfConsumers {
  readonly queue: QueueModel;
  readonly deadLetters: QueueModel;
  readonly hosts = new Map<string, RunHost>();
  readonly consoles: ConsoleModel[];
  readonly #declared: Operation;
  #databaseDownUntil = 0;
  claims = 0;
  projections = 0;
  reports = 0;

  constructor(
    engine: Engine,
    schedule: Schedule,
    database: RunDatabase,
    trace: (...words: string[]) => void = () => {},
  ) {
    super(engine, schedule, database, trace);
    const { maxDeliveries } = schedule.config;
    this.deadLetters = new QueueModel(this, {
      name: "dead",
      handle: (messages, invocation) => consumeDead(this, messages, invocation),
      maxDeliveries: 100,
      exhausted: () => {},
    });
    this.queue = new QueueModel(this, {
      name: "unit",
      handle: (messages, invocation) => consume(this, messages, invocation),
      maxDeliveries,
      exhausted: (message) => this.deadLetters.send([message]),
    });
    this.consoles = [new ConsoleModel(engine, this.oracle), new ConsoleModel(engine, this.oracle)];
    this.#declared =
      phasedOperationOf(this) ?? operationOf(this, () => Promise.reject(new Error("the coordinator executes nothing")));
  }

  host(runId: string): RunHost {
    const host = this.hosts.get(runId);
    if (host === undefined) throw new Error(`nobody started ${runId}`);
    return host;
  }

  declared(type: string): Operation | null {
    if (this.config.planning === "unknown-type") return null;
    return type === this.#declared.type ? this.#declared : null;
  }

  planPage(run: RunTruth, header: RunHeader): PlanPage {
    run.planCalls += 1;
    if (run.retryOf === null) return this.workload.page(header.planCursor, run.planCalls);
    this.#reachDatabase();
    const after = header.planCursor === null ? -1 : Number(header.planCursor);
    const failed = this.database
      .readUnits(run.retryOf)
      .filter((unit) => unit.outcome === "failed" && unit.ordinal > after);
    const page = failed.slice(0, RETRY_PAGE);
    const last = page.at(-1);
    return {
      kind: "listed",
      units: page.map(({ key, label, input }) => ({ key, label, input })),
      nextCursor: last !== undefined && page.length === RETRY_PAGE ? String(last.ordinal) : null,
    };
  }

  finalize(run: RunTruth, header: RunHeader): FinalizeResult {
    this.oracle.finalizing(run.runId);
    run.finalizations += 1;
    const { finalizer } = this.config;
    if (finalizer === "throws" || (finalizer === "throws-once" && run.finalizations === 1))
      throw new Error("the archive failed");
    if (finalizer === "steps" && header.finalizeCursor !== "2") {
      return { kind: "continue", cursor: header.finalizeCursor === null ? "1" : "2" };
    }
    if (finalizer === "fails") return { kind: "failed", code: "archive_refused", message: "The archive was refused." };
    run.artifacts.add(`artifact-${header.runId}`);
    return {
      kind: "finalized",
      result: { kind: "archive", id: header.runId },
    };
  }

  advance(run: RunTruth, header: RunHeader): PhaseResult {
    run.advances += 1;
    const { phases } = this.config;
    const at = header.phaseCursor === null ? 0 : Number(header.phaseCursor);
    if (phases === "throws" || (phases === "throws-once" && run.advances === 1)) throw new Error("the phase failed");
    if (phases === "waits" && at === 1 && run.phaseWaits < MAX_PHASE_WAITS) {
      run.phaseWaits += 1;
      return { kind: "wait", delaySeconds: 5, reasonCode: "throttled", message: "Asked to wait." };
    }
    if (phases === "stuck" && at === 1) return { kind: "continue", phase: PHASES[1], cursor: "1" };
    if (phases === "fails" && at === 2) return { kind: "failed", code: "refused", message: "It was refused." };
    if (at < 2) return { kind: "continue", phase: PHASES[at + 1] ?? PHASES[0], cursor: String(at + 1) };
    run.artifacts.add(`artifact-${header.runId}`);
    return {
      kind: "done",
      outcome: "succeeded",
      result: { kind: "artifact", id: header.runId },
    };
  }

  abandon(run: RunTruth, header: RunHeader): void {
    this.oracle.abandoning(run.runId, header);
    run.cleanups += 1;
  }

  get databaseDown(): boolean {
    return this.faults.on && this.scheduler.now < this.#databaseDownUntil;
  }

  #reachDatabase(): void {
    const { faults, scheduler, random } = this;
    if (faults.strikes("database:down")) this.#databaseDownUntil = scheduler.now + 1_000 + random.below(180_000);
    if (this.databaseDown) throw new Error("D1 is down");
  }

  project(projection: Projection): void {
    this.#reachDatabase();
    this.projections += 1;
    const { row } = projection;
    const words = row.status === "completed" ? this.engine.terminalNotification(this.oracle.shown(row.id, row)) : null;
    this.database.writeProjection(projection, words, this.scheduler.now);
  }

  report(report: RunReport): void {
    this.#reachDatabase();
    this.reports += 1;
    const before = this.toldOf(report.runId);
    this.database.writeReport(report);
    const after = this.toldOf(report.runId);
    // Late or repeated, a report takes nothing back: what D1 was told has ended stays so.
    if (after.version < before.version || before.ended.some(([ordinal, state]) => after.states[ordinal] !== state))
      this.oracle.fail("report", `version ${report.version} took back what D1 was told of version ${before.version}`);
  }

  /** What D1 was told of a run's units, by ordinal, and which of them have ended. */
  toldOf(runId: string) {
    const told = this.database.readReport(runId);
    const states: string[] = [];
    for (const { firstOrdinal, units } of told?.pages ?? [])
      for (const [place, { state }] of this.engine.decodeUnits(units).entries()) states[firstOrdinal + place] = state;
    const ended = [...states.entries()].filter(([, state]) => isEnded(state));
    return { version: told?.version ?? 0, states, ended };
  }

  publish({ row }: Projection): void {
    const run = this.oracle.shown(row.id, row);
    const stored = this.database.readRow(row.id);
    if ((stored?.version ?? 0) < row.version)
      this.oracle.fail("frames", `version ${row.version} was told before D1 had it`);
    for (const shown of this.consoles) {
      if (this.faults.strikes("frame:lose")) continue;
      const copies = this.faults.strikes("frame:duplicate") ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const delay = this.faults.strikes("frame:delay") ? this.random.below(30_000) : 0;
        this.scheduler.later(() => shown.receive([run], "change"), delay);
      }
    }
  }

  claim(runId: string, request: ClaimRequest): ClaimAnswer {
    const host = this.host(runId);
    const answer = this.oracle.claiming(runId, request, () => host.call((run) => run.claim(request)));
    this.oracle.claimed(runId, request, answer, host.coordinator);
    return answer;
  }

  renew(runId: string, claimId: string): RenewAnswer {
    const renewed = this.host(runId).call((run) => run.renew(claimId));
    if (renewed === "renewed") this.oracle.renewed(runId, claimId, this.policy.leaseMs);
    return renewed;
  }

  settle(runId: string, request: SettleRequest): SettleAnswer {
    return this.oracle.settling(runId, request, () => this.host(runId).call((run) => run.settle(request)));
  }

  readAll(): Run[] {
    const rows = [...this.hosts.keys()].map((runId) => this.database.readRow(runId)).filter((row) => row !== null);
    return rows.map((row) => this.oracle.shown(row.id, row));
  }
}
