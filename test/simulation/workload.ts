/** What the simulated operation's units are and do. All of it follows from the schedule, so that the oracle knows it too. */
import type { BulkOperation, PlanPage, UnitResult } from "../../src/runs/operation.ts";
import type { PlannedUnit } from "../../src/runs/facts/units.ts";
import type { BulkDeclaration, OperationDeclaration } from "../../src/contract/operation-types.ts";
import { hash } from "./random.ts";
import type { SimulationConfig } from "./schedule.ts";

export type Behavior =
  | { kind: "succeed"; items: number }
  | { kind: "fail"; items: number }
  | { kind: "skip" }
  /** Answers "later" that many times, then succeeds. */
  | { kind: "defer"; times: number; delaySeconds: number }
  | { kind: "throw"; times: number };

export const OPERATION_TYPE = "simulated.counted";
export const MAX_DEFERRALS = 3;
export const MAX_PHASE_WAITS = 2;
export const PHASES = ["Reading", "Comparing", "Writing"] as const;
const FOREVER = 1_000;

const MIXES: Record<SimulationConfig["behavior"], Behavior["kind"][]> = {
  succeed: ["succeed"],
  mixed: ["succeed", "succeed", "succeed", "fail", "skip", "defer", "throw"],
  fail: ["fail"],
  defer: ["defer", "succeed"],
  throw: ["throw", "succeed"],
  slow: ["succeed", "succeed", "fail"],
};

export class Workload {
  readonly config: SimulationConfig;
  readonly #seed: number;

  constructor(seed: number, config: SimulationConfig) {
    this.#seed = seed;
    this.config = config;
  }

  key(index: number): string {
    return `unit-${String(index).padStart(5, "0")}`;
  }

  /** The unit's place in the whole plan, which a retry's ordinal is not. */
  indexOf(key: string): number {
    return Number(key.slice("unit-".length));
  }

  unit(index: number): PlannedUnit {
    return { key: this.key(index), label: `Unit ${index + 1}`, input: { index } };
  }

  /** The key that a unit comes after, by its place in the whole plan; null for none. */
  after(index: number): string | null {
    const { plan, order } = this.config;
    if (plan === "implied" || order === "none") return null;
    if (order === "chain") return this.key(index);
    // Stages of four units; every third unit only looks.
    return hash(this.#seed, index, 13) % 3 === 0 ? null : this.key(index - (index % 4));
  }

  /** A retry's units behave in a way of their own: some that failed succeed now. */
  behavior(generation: number, index: number): Behavior {
    const mix = MIXES[generation > 0 && this.config.behavior === "fail" ? "mixed" : this.config.behavior];
    const chance = hash(this.#seed, generation, index);
    const kind = mix[chance % mix.length] ?? "succeed";
    const more = hash(chance, 7);
    if (kind === "succeed" || kind === "fail") return { kind, items: more % 3 };
    if (kind === "skip") return { kind };
    const times = more % 5 === 0 ? FOREVER : 1 + (more % 2);
    return kind === "defer" ? { kind, times, delaySeconds: 1 + (more % 20) } : { kind, times };
  }

  /** How long the unit takes; in a slow run, some take longer than their lease. */
  durationMs(generation: number, index: number): number {
    const chance = hash(this.#seed, generation, index, 3);
    return this.config.behavior === "slow" && chance % 4 === 0 ? 5_000 + (chance % 30_000) : chance % 400;
  }

  /** What an execution answers; `execution` counts from 1. */
  result(behavior: Behavior, execution: number): UnitResult {
    switch (behavior.kind) {
      case "succeed":
        return behavior.items === 0
          ? { kind: "succeeded" }
          : { kind: "succeeded", counters: { items: behavior.items } };
      case "fail":
        return {
          kind: "failed",
          reasonCode: "refused",
          message: "It was refused.",
          counters: { items: behavior.items },
        };
      case "skip":
        return { kind: "skipped", reasonCode: "not_needed", message: "There was nothing to do." };
      case "defer":
        if (execution > behavior.times) return { kind: "succeeded" };
        return {
          kind: "deferred",
          delaySeconds: behavior.delaySeconds,
          reasonCode: "throttled",
          message: "Asked to wait.",
        };
      case "throw":
        if (execution > behavior.times) return { kind: "succeeded" };
        throw new Error("a bug in the unit");
    }
  }

  /** Verdicts that are right without any fault. */
  verdict(behavior: Behavior): { kind: "succeeded" | "failed" | "skipped"; reasonCode: string | null } {
    switch (behavior.kind) {
      case "succeed":
        return { kind: "succeeded", reasonCode: null };
      case "fail":
        return { kind: "failed", reasonCode: "refused" };
      case "skip":
        return { kind: "skipped", reasonCode: "not_needed" };
      case "defer":
      case "throw":
        if (behavior.times <= MAX_DEFERRALS) return { kind: "succeeded", reasonCode: null };
        return { kind: "failed", reasonCode: behavior.kind === "defer" ? "throttled" : "internal_error" };
    }
  }

  /** The plan of a first run; `attempt` counts its calls from 1. */
  page(cursor: string | null, attempt: number): PlanPage {
    const { units, pageSize, duplicateKeys, plan, planning } = this.config;
    if (planning === "throws" || (planning === "throws-twice" && attempt <= 2))
      throw new Error("the plan's source failed");
    if (plan === "implied") return { kind: "implied", total: units };
    const first = cursor === null ? 0 : Number(cursor);
    const end = Math.min(units, first + pageSize);
    const page: PlannedUnit[] = [];
    for (let index = first; index < end; index += 1) {
      page.push(this.unit(index));
      if (duplicateKeys && hash(this.#seed, index, 11) % 3 === 0) page.push(this.unit(index));
    }
    if (planning === "disordered") page.push(this.unit(units + 1), this.unit(units));
    // A page may begin with what the last one ended with: sources repeat themselves around a page's edge.
    if (duplicateKeys && first > 0) page.unshift(this.unit(first - 1));
    return { kind: "listed", units: page, nextCursor: end < units ? String(end) : null };
  }

  get phased(): boolean {
    return this.config.phases !== "none";
  }

  /** The operation as readers' rendering sees it. */
  declaration(): OperationDeclaration {
    const bulk = this.bulkDeclaration();
    const { type, label, capability, makes, extent } = bulk;
    return this.phased ? { type, label, capability, makes, extent, progressMode: "phased" } : bulk;
  }

  /** The operation as the code under test sees it, without its effects. */
  bulkDeclaration(): BulkDeclaration &
    Pick<
      BulkOperation,
      "unitsPerMessage" | "callsGraph" | "concurrency" | "maxDeferrals" | "stopAfter" | "comesAfter"
    > {
    return {
      type: OPERATION_TYPE,
      label: "Simulated operation",
      progressMode: "counted",
      unit: { one: "unit", other: "units" },
      capability: "inventory.sync",
      makes: null,
      extent: null,
      retry: "failed_units",
      unitsPerMessage: this.config.unitsPerMessage,
      callsGraph: this.config.callsGraph,
      concurrency: this.config.concurrency,
      maxDeferrals: MAX_DEFERRALS,
      ...(this.config.order === "none" || this.config.plan === "implied"
        ? {}
        : { comesAfter: ({ key }) => this.after(this.indexOf(key)) }),
      stopAfter: () => (this.config.stopAfter === 0 ? null : { failures: this.config.stopAfter }),
    };
  }
}
