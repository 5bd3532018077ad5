/** One coordinator on a store in memory, with ports that note what they were asked and do what the test says. */
import type { UnitMessage } from "../../src/contract/queue-messages.ts";
import type { BulkOperation, Operation, PhaseResult, PlanPage } from "../../src/runs/operation.ts";
import type { CoordinatorPorts } from "../../src/runs/coordinator-ports.ts";
import type { RunReport } from "../../src/runs/facts/run-report.ts";
import type { Projection } from "../../src/runs/facts/projection.ts";
import type { RunSpecification } from "../../src/runs/facts/run-specification.ts";
import { RUN_POLICY, type RunPolicy } from "../../src/runs/policy.ts";
import { RunCoordinator } from "../../src/runs/run-coordinator.ts";
import type { RunHeader } from "../../src/runs/run-store.ts";
import { MemoryRunStore } from "../support/memory-run-store.ts";
import { NO_ENVIRONMENT, plainOperation } from "../support/plain-operation.ts";
import { runReference } from "../support/run-reference.ts";

export const SPECIFICATION: RunSpecification = {
  runId: "run",
  tenantId: "tenant",
  tenantSlug: "tenant",
  type: "test",
  input: null,
  subject: null,
  initiator: { id: "user", name: "User" },
  retryOf: null,
  workerVersion: null,
  createdAt: 0,
};

export class CoordinatorBench {
  readonly store = new MemoryRunStore();
  readonly sent: UnitMessage[] = [];
  readonly projected: Projection[] = [];
  readonly published: Projection[] = [];
  readonly reported: RunReport[] = [];
  readonly logged: string[] = [];
  readonly #work: Promise<void>[] = [];
  now = 1_000_000;
  alarmAt: number | null = null;
  run: RunCoordinator;
  operation: Operation;
  policy: RunPolicy;
  /** What reaching outside does; tests replace these. */
  onSend: (messages: UnitMessage[]) => Promise<void> = async () => {};
  onProject: (projection: Projection) => Promise<void> = async () => {};
  onReport: (report: RunReport) => Promise<void> = async () => {};
  onPlan: () => Promise<PlanPage>;
  onFinalize: NonNullable<BulkOperation["finalize"]> = async () => ({ kind: "finalized", result: null });
  onAdvance: (header: RunHeader) => Promise<PhaseResult> = () => Promise.reject(new Error("there are no phases"));
  onAbandon: (header: RunHeader) => Promise<void> = async () => {};
  affordsStep: () => boolean = () => true;

  constructor(
    total: number,
    options: { finalizer?: boolean; operation?: Partial<BulkOperation>; policy?: Partial<RunPolicy> } = {},
  ) {
    this.onPlan = async () => ({ kind: "implied", total });
    this.operation = plainOperation(total, {
      plan: () => this.onPlan(),
      ...(options.finalizer === true ? { finalize: (...parameters) => this.onFinalize(...parameters) } : {}),
      ...options.operation,
    });
    this.policy = { ...RUN_POLICY, ...options.policy };
    this.run = this.#load();
  }

  #load(): RunCoordinator {
    const ports: CoordinatorPorts = {
      now: () => this.now,
      setAlarm: (at) => {
        this.alarmAt = at;
      },
      sendBatch: async (messages) => {
        await this.onSend(messages);
        this.sent.push(...messages);
      },
      project: async (projection) => {
        await this.onProject(projection);
        this.projected.push(projection);
      },
      report: async (report) => {
        await this.onReport(report);
        this.reported.push(report);
      },
      publish: async (projection) => {
        this.published.push(projection);
      },
      operation: (type) => (type === "test" ? this.operation : null),
      plan: () => this.onPlan(),
      finalize: (_operation, header) => {
        const { runId, tenantId, finalizeCursor: cursor } = header;
        const run = runReference(tenantId, runId);
        const counts = this.run.state.ledger?.counts ?? { succeeded: 0, failed: 0, skipped: 0 };
        const context = { env: NO_ENVIRONMENT, now: () => this.now, signal: new AbortController().signal };
        return this.onFinalize({ ...run, total: header.total ?? 0, counts, cursor }, header.input, context);
      },
      advance: (_operation, header) => this.onAdvance(header),
      abandon: (_operation, header) => this.onAbandon(header),
      affordsStep: () => this.affordsStep(),
      background: (work) => {
        this.#work.push(work);
      },
      log: (_level, event) => {
        this.logged.push(event);
      },
    };
    return new RunCoordinator(this.store, ports, this.policy);
  }

  /** The object is gone and comes back from its store; its alarm stays. */
  evict(): void {
    this.run = this.#load();
  }

  /** Waits for what went on in the background. */
  async quiet(): Promise<void> {
    while (this.#work.length > 0) await this.#work.shift();
  }

  /** Runs the alarm when it is set, at its time. False when none is set. */
  async ring(): Promise<boolean> {
    if (this.alarmAt === null) return false;
    this.now = Math.max(this.now, this.alarmAt);
    this.alarmAt = null;
    await this.run.alarm();
    await this.quiet();
    return true;
  }

  /** Starts the run and lets it plan and dispatch. */
  async open(): Promise<this> {
    this.run.start(SPECIFICATION);
    await this.quiet();
    for (let turn = 0; turn < 50 && this.run.state.header.total === null; turn += 1) await this.ring();
    return this;
  }

  /** Runs alarms until the run has completed and its row is projected, or so many alarms were in vain. */
  async finish(alarms = 200): Promise<void> {
    await this.quiet();
    for (let turn = 0; turn < alarms; turn += 1) {
      if (this.run.state.header.compacted || !(await this.ring())) return;
    }
  }

  /** Runs alarms, each at its time, until none is set. */
  async rest(alarms = 200): Promise<void> {
    await this.quiet();
    for (let turn = 0; turn < alarms; turn += 1) if (!(await this.ring())) return;
    throw new Error(`not at rest after ${alarms} alarms`);
  }

  /** Settles ordinals as succeeded. */
  succeed(...ordinals: number[]): ReturnType<RunCoordinator["settle"]> {
    const plain = ordinals.flatMap((ordinal) => [ordinal, ordinal]);
    return this.run.settle({
      claimId: "claim",
      settleId: crypto.randomUUID(),
      ticket: null,
      plain,
      detailed: [],
      deferred: [],
      done: false,
    });
  }
}
