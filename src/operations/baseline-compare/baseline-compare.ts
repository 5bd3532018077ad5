/**
 * `baseline.compare`: compares the tenant's complete inventory with a baseline and writes findings. In phases, of which no
 * number is ever shown. Until the last step, which is one transaction, nothing of it counts.
 */
import type { z } from "zod";
import { baselineCompareRequestSchema } from "../../contract/baselines.ts";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { othersTurn } from "../../storage/each-of.ts";
import { findBaseline } from "../../database/baselines/baselines.ts";
import { sealComparison } from "../../database/baselines/comparison-sealing.ts";
import {
  comparisonIdOf,
  failComparison,
  freezeComparison,
  listFrozenFamilies,
  openComparison,
  recordDoubts,
} from "../../database/baselines/comparison-work.ts";
import { PARTLY_READ } from "../../contract/inventory.ts";
import { implement } from "../../runs/implement.ts";
import type { MadeThing, PhasedRun, PhaseResult, Preparation, UnitContext } from "../../runs/operation.ts";
import { compareContents, type ComparisonReference } from "./compare-contents.ts";
import { nextStep, readCursor } from "./compare-cursor.ts";
import { familyDoubt } from "./family-doubts.ts";
import { standardOfBaseline } from "../../database/standards/followings.ts";
import { matchStandard } from "../standards/match-standard.ts";
import { sweepComparisons } from "./sweep-comparisons.ts";
import { writeFindings } from "./write-findings.ts";
import type { TenantEnv } from "../../database/databases.ts";

const TYPE = "baseline.compare";

export interface BaselineCompareInput {
  baselineId: string;
}

const NOT_FOLLOWED = "The tenant follows the standard no more, so nothing was compared with it.";

const inputSchema: z.ZodType<BaselineCompareInput> = baselineCompareRequestSchema;

async function prepare(
  tenantId: string,
  input: BaselineCompareInput,
  env: TenantEnv,
): Promise<Preparation<BaselineCompareInput>> {
  const baseline = await findBaseline(env.DATABASE, tenantId, input.baselineId);
  if (baseline?.status === "sealed") {
    const standard = await standardOfBaseline(env.DATABASE, tenantId, input.baselineId);
    if (standard !== null && standard.stoppedAt !== null)
      return {
        kind: "refused",
        fields: [{ path: "baselineId", message: "is of a standard that the tenant follows no more" }],
      };
    return { kind: "ready", input, subject: OPERATION_TYPES[TYPE].subject(baseline) };
  }
  const message =
    baseline === null ? "is not a baseline of this tenant" : "is not sealed, so it cannot be compared with";
  return { kind: "refused", fields: [{ path: "baselineId", message }] };
}

/** Takes the inventory's moment down, and decides of which families nothing can be said. Two batches and a query. */
async function readInventory(
  run: PhasedRun,
  comparison: ComparisonReference,
  context: UnitContext,
): Promise<PhaseResult> {
  const { DATABASE } = context.env;
  const { runId, initiatorId } = run;
  const at = context.now();
  await openComparison(DATABASE, { ...comparison, runId, createdAt: at, createdBy: initiatorId });
  await freezeComparison(DATABASE, comparison);
  const families = await listFrozenFamilies(DATABASE, comparison.id);
  const doubts = families.flatMap((readings) => {
    const doubt = familyDoubt(readings, at);
    return doubt === null ? [] : [{ family: readings.family, ...doubt }];
  });
  await recordDoubts(DATABASE, comparison.id, doubts);
  return nextStep({ at: "content", family: "", graphId: "" });
}

async function seal(
  run: PhasedRun,
  comparison: ComparisonReference,
  context: UnitContext,
): Promise<PhaseResult<MadeThing>> {
  const { DATABASE } = context.env;
  const { id } = comparison;
  const counts = await sealComparison(DATABASE, comparison, context.now());
  if (counts === null) {
    return { kind: "failed", code: "comparison_closed", message: "The comparison was given up before it was done." };
  }
  const families = await listFrozenFamilies(DATABASE, id);
  const complete = families.every(({ unknown, lastReason }) => unknown === null && lastReason?.code !== PARTLY_READ);
  return {
    kind: "done",
    outcome: complete ? "succeeded" : "partially_succeeded",
    result: { id },
    // Of families that could not be read, nobody knows how many findings there would be.
    extent: complete ? counts.total.open + counts.total.accepted : null,
  };
}

export const baselineCompare = implement(TYPE, {
  inputSchema,
  firstPhase: "Reading inventory",
  maxWaits: 0,
  prepare,

  async advance(run, { baselineId }, context) {
    await othersTurn();
    const comparison = { id: comparisonIdOf(run.runId), tenantId: run.tenantId, baselineId };
    const cursor = readCursor(run.cursor);
    if (cursor === null || cursor.at === "standard") {
      const following = await standardOfBaseline(context.env.DATABASE, run.tenantId, baselineId);
      if (following === null) return readInventory(run, comparison, context);
      if (following.stoppedAt !== null) return { kind: "failed", code: "not_followed", message: NOT_FOLLOWED };
      const place = { comparisonId: comparison.id, following };
      const result = await matchStandard(run, place, cursor, context);
      return result.kind === "matched" ? nextStep({ at: "read" }) : result;
    }
    switch (cursor.at) {
      case "read":
        return readInventory(run, comparison, context);
      case "content":
        return compareContents(
          {
            ...comparison,
            ofStandard: (await standardOfBaseline(context.env.DATABASE, run.tenantId, baselineId)) !== null,
          },
          cursor,
          context,
        );
      case "write":
        return writeFindings(comparison, context);
      case "seal":
        return seal(run, comparison, context);
    }
  },

  sweep: sweepComparisons,
  abandon: ({ runId }, _input, { env }) => failComparison(env.DATABASE, comparisonIdOf(runId)),
});
