/** A simulated tenant with baselines: captures and comparisons driven step by step, or as real runs. For the Workers runtime. */
import { expect } from "vitest";
import type {
  BaselineComparisonDetail,
  BaselineDetail,
  ComparisonFinding,
  Finding,
} from "../../src/contract/baselines.ts";
import type { ServedChange } from "../../src/contract/policy-diff.ts";
import { readPayload } from "../../src/storage/payload-store.ts";
import { baselineIdOf } from "../../src/database/baselines/baseline-building.ts";
import { readComparison } from "../../src/database/baselines/baseline-comparisons.ts";
import { readBaseline } from "../../src/database/baselines/baselines.ts";
import { comparisonIdOf } from "../../src/database/baselines/comparison-work.ts";
import {
  type FindingReading,
  listComparisonFindings,
  listFindings,
  readFinding,
} from "../../src/database/findings/findings.ts";
import { baselineCapture } from "../../src/operations/baseline-capture/baseline-capture.ts";
import { baselineCompare } from "../../src/operations/baseline-compare/baseline-compare.ts";
import type { PhasedOperation, PhaseResult, UnitContext } from "../../src/runs/operation.ts";
import { Crash, crashingDatabase, type CrashPlan } from "../support/crashing-database.ts";
import { drive, type Ended } from "../support/drive-phases.ts";
import { runReference } from "../support/run-reference.ts";
import { type SimulatedTenant, simulatedTenant } from "./simulated-tenant.ts";
import { env } from "../support/environment.ts";

let runs = 0;

/**
 * `drive` with a crash at each call to D1 in turn, before and after it took effect, and with every step done twice. `fresh`
 * makes the run and its input; `look` is called when it has ended.
 */
export async function driveThroughCrashes(
  operation: PhasedOperation,
  context: UnitContext,
  fresh: () => Promise<{ run: { tenantId: string; tenantSlug: string; runId: string }; input: unknown }>,
  look: (runId: string, moment: string) => Promise<void>,
): Promise<number> {
  let crashes = 0;
  for (const moment of ["before", "after"] as const) {
    for (let at = 1; ; at += 1) {
      const plan: CrashPlan = { calls: 0, at, moment };
      const crashing = { ...context, env: { ...context.env, DATABASE: crashingDatabase(env.DATABASE, plan) } };
      const { run, input } = await fresh();
      let cursor: string | null = null;
      for (;;) {
        const reference = runReference(run.tenantId, run.runId, { tenantSlug: run.tenantSlug });
        try {
          const answer: PhaseResult = await operation.advance({ ...reference, cursor }, input, crashing);
          // As if the answer had been lost.
          expect(await operation.advance({ ...reference, cursor }, input, context)).toEqual(answer);
          if (answer.kind !== "continue") break;
          cursor = answer.cursor;
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
          crashes += 1;
        }
      }
      await look(run.runId, `crash ${moment} call ${at}`);
      if (plan.calls < at) break;
    }
  }
  return crashes;
}

export async function baselineTenant(policies = 0): Promise<BaselineTenant> {
  return new BaselineTenant(await simulatedTenant(policies));
}

export class BaselineTenant {
  readonly simulated: SimulatedTenant;
  /** Added to the clock of what is driven here. */
  clockOffsetMs = 0;

  constructor(simulated: SimulatedTenant) {
    this.simulated = simulated;
  }

  get key() {
    return { id: this.simulated.tenantId, slug: this.simulated.name };
  }

  now(): number {
    return Date.now() + this.clockOffsetMs;
  }

  context(): UnitContext {
    return { ...this.simulated.context(), now: () => this.now() };
  }

  run(name: string) {
    return { tenantId: this.key.id, tenantSlug: this.key.slug, runId: `run_${name}-${(runs += 1)}-${this.key.slug}` };
  }

  async capture(name = "Gold", families?: string[]): Promise<{ end: Ended; baseline: BaselineDetail }> {
    const input = baselineCapture.inputSchema.parse({ name, ...(families === undefined ? {} : { families }) });
    const run = this.run("capture");
    const end = await drive(baselineCapture, run, input, this.context());
    return { end, baseline: await this.baseline(baselineIdOf(run.runId)) };
  }

  async compare(baselineId: string): Promise<{ end: Ended; comparison: BaselineComparisonDetail }> {
    const run = this.run("compare");
    const end = await drive(baselineCompare, run, { baselineId }, this.context());
    return { end, comparison: await this.comparison(comparisonIdOf(run.runId)) };
  }

  async baseline(id: string): Promise<BaselineDetail> {
    const found = await readBaseline(env.DATABASE, this.key, id);
    if (found === null) throw new Error(`no baseline ${id}`);
    return found;
  }

  async comparison(id: string): Promise<BaselineComparisonDetail> {
    const found = await readComparison(env.DATABASE, this.key, id);
    if (found === null) throw new Error(`no comparison ${id}`);
    return found;
  }

  async findings(baselineId: string | null = null): Promise<Finding[]> {
    const filter = { kind: null, severity: null, status: null, baselineId, cursor: null, limit: 10_000 };
    const page = await listFindings(env.DATABASE, this.key, filter, this.now());
    return page.items;
  }

  async foundBy(comparisonId: string): Promise<ComparisonFinding[]> {
    const filter = { kind: null, severity: null, status: null, comparisonId, cursor: null, limit: 10_000 };
    const page = await listComparisonFindings(env.DATABASE, this.key, filter);
    return page.items;
  }

  async finding(id: string): Promise<FindingReading> {
    const found = await readFinding(env.DATABASE, this.key, id, this.now());
    if (found === null) throw new Error(`no finding ${id}`);
    return found;
  }

  async changesOf(finding: { id: string }): Promise<ServedChange[]> {
    const { detailHash } = await this.finding(finding.id);
    if (detailHash === null) return [];
    const payload = await readPayload(env.ARTIFACTS, this.key.id, detailHash, "differences");
    if (payload.kind !== "found") throw new Error(payload.kind);
    return payload.document["changes"] as unknown as ServedChange[];
  }
}

/** "kind family/name severity", in order: what a comparison is expected to find. */
export function told(findings: readonly ComparisonFinding[]): string[] {
  return findings.map(({ kind, family, name, severity }) => `${severity} ${kind} ${family}/${name}`).toSorted();
}
