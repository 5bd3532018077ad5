/** What a coordinator reaches outside itself. The Durable Object supplies the real ones, simulations their own. */
import type { UnitMessage } from "../contract/queue-messages.ts";
import type { BulkOperation, FinalizeResult, Operation, PhasedOperation, PhaseResult, PlanPage } from "./operation.ts";
import type { RunReport } from "./facts/run-report.ts";
import type { Projection } from "./facts/projection.ts";
import type { RunHeader } from "./run-store.ts";

export type LogLevel = "info" | "warn" | "error";
export type LogFields = Record<string, string | number | boolean | null>;

/** Where events go: `observability/log.ts`, or a test's list. */
export interface EventLog {
  log(level: LogLevel, event: string, fields: LogFields): void;
}

export interface CoordinatorPorts extends EventLog {
  now(): number;
  /** Durable, replaces the alarm that is set. Atomic with the commits of the same synchronous block. */
  setAlarm(at: number): void;
  /** May reject before, after or half-way through: the caller takes a rejection for "unknown" and sends again. */
  sendBatch(messages: UnitMessage[]): Promise<void>;
  /** Writes the row unless D1 has that version or a newer one, problems and terminal consequences in the same atomic batch. */
  project(projection: Projection): Promise<void>;
  /** Best effort: tells open consoles. Called only after `project` succeeded. */
  publish(projection: Projection): Promise<void>;
  /** Writes what the run tells beside its row, unless D1 has a newer report. Called after `project` succeeded with that version or a later one. */
  report(report: RunReport): Promise<void>;
  operation(type: string): Operation | null;
  plan(operation: BulkOperation, header: RunHeader): Promise<PlanPage>;
  finalize(operation: BulkOperation, header: RunHeader): Promise<FinalizeResult>;
  advance(operation: PhasedOperation, header: RunHeader): Promise<PhaseResult>;
  abandon(operation: Operation, header: RunHeader): Promise<void>;
  /** Whether this alarm has room for another step of an operation; without, the next alarm takes it, at once. */
  affordsStep(): boolean;
  /** Keeps the object alive for work that nobody awaits; the promise never rejects. */
  background(work: Promise<void>): void;
}
