/**
 * `policy.restore-preview`: what a restore would do, policy by policy, as a plan for people to review. It goes in phases: the backup,
 * then one family after the other as the tenant has it now, in the order of writing, then the seal. It writes nothing to Graph.
 */
import { z } from "zod";
import { familiesOfPlan } from "../../database/restore/restore-plan-items.ts";
import { readStoredPlan } from "../../database/restore/restore-plans.ts";
import { failPlan, openPlan, planIdOf } from "../../database/restore/restore-plan-building.ts";
import { familyByKey } from "../../graph/families.ts";
import { errorFields, logEvent } from "../../observability/log.ts";
import { implement } from "../../runs/implement.ts";
import type { MadeThing, PhasedRun, PhaseResult, UnitContext } from "../../runs/operation.ts";
import { isBug } from "../../runs/storage-outage.ts";
import { removeBackupSet } from "../../database/backups/backup-set-status.ts";
import { deploymentSetId } from "../../database/standards/deployment-sets.ts";
import { withChoices } from "../../database/standards/followings.ts";
import { preparationSchema, prepareDeployment, PREPARING } from "../standards/deployment-set.ts";
import { compareFamily } from "./compare-family.ts";
import { removeDetails } from "../../storage/plan-details.ts";
import { planOptions, preparePreview, type PreviewInput, previewInputSchema } from "./preview-input.ts";
import { RESTORE_ORDER, TURN_OF_TYPE } from "../../graph/restore/order.ts";
import { sealRestorePlan } from "./seal-plan.ts";
import { sweepRestorePlans } from "./sweep-plans.ts";

const cursorSchema = z.discriminatedUnion("step", [
  /** Of a standard: policies are still to be added to the set that the plan is made of. */
  preparationSchema.extend({ step: z.literal("prepare") }),
  /** `family` is the next one's place among those of the plan; `unread` counts families that could not be read. */
  z.object({ step: z.literal("family"), family: z.int().min(0), unread: z.int().min(0) }),
  z.object({ step: z.literal("seal"), unread: z.int().min(0) }),
]);
type Cursor = z.infer<typeof cursorSchema>;

const SEALING = "Sealing the plan";

export const restorePreview = implement("policy.restore-preview", {
  inputSchema: previewInputSchema,
  firstPhase: "Reading the backup",
  // Each waits as long as Graph asked for: a throttled tenant is read within minutes.
  maxWaits: 60,

  prepare: preparePreview,

  async advance(run, input, context) {
    const startedAt = context.now();
    const result = await survivingOutage(run, () => advance(run, input, context));
    logEvent(result.kind === "failed" ? "warn" : "info", "restore_preview_step", {
      runId: run.runId,
      tenantId: run.tenantId,
      cursor: run.cursor,
      outcome: result.kind,
      durationMs: context.now() - startedAt,
    });
    return result;
  },

  sweep: sweepRestorePlans,

  /** A plan that was not sealed is nothing: neither its items nor what it stored are kept. */
  async abandon({ runId, tenantId }, { followingId }, { env, now }) {
    const planId = planIdOf(runId);
    await failPlan(env.DATABASE, planId);
    await removeDetails(env.ARTIFACTS, { tenantId, planId });
    if (followingId === undefined) return;
    const by = { kind: "unit", runId, ordinal: 0 } as const;
    await removeBackupSet(env.DATABASE, { tenantId, backupSetId: deploymentSetId(runId), at: now(), by });
  },
});

async function advance(run: PhasedRun, input: PreviewInput, context: UnitContext): Promise<PhaseResult<MadeThing>> {
  const planId = planIdOf(run.runId);
  const cursor = run.cursor === null ? null : cursorSchema.parse(JSON.parse(run.cursor));
  const { followingId, backupSetId = deploymentSetId(run.runId) } = input;
  const preparing = cursor?.step === "prepare" ? cursor : null;
  const begins = cursor === null || preparing !== null;
  if (begins) {
    let options = planOptions(input);
    if (followingId !== undefined) {
      const prepared = await prepareDeployment(run, followingId, options.mapping, preparing, context);
      if (prepared.kind === "failed") return prepared;
      if (prepared.kind === "more") {
        const { choices, after } = prepared;
        const more: Cursor = { step: "prepare", choices, after };
        return { kind: "continue", phase: PREPARING, cursor: JSON.stringify(more) };
      }
      options = planOptions({ ...input, mapping: withChoices(prepared.mapping, options.mapping) }, prepared.standard);
    }
    await openPlan(context.env.DATABASE, {
      id: planId,
      tenantId: run.tenantId,
      backupSetId,
      runId: run.runId,
      options,
      createdAt: run.createdAt,
      createdBy: run.initiatorId,
      familyOrder: RESTORE_ORDER,
      turnOfType: TURN_OF_TYPE,
    });
  }
  const { DATABASE } = context.env;
  const plan = await readStoredPlan(DATABASE, run.tenantId, planId);
  const families = await familiesOfPlan(DATABASE, planId);
  if (plan === null || families.length === 0) return SET_CHANGED;

  if (cursor === null || cursor.step === "prepare") return follow({ step: "family", family: 0, unread: 0 }, families);
  if (cursor.step === "family") {
    const current = families[cursor.family];
    if (current === undefined) throw new Error(`the plan has no family ${cursor.family}`);
    const compared = await compareFamily(plan, current, context);
    switch (compared.kind) {
      case "compared":
        return follow({ step: "family", family: cursor.family + 1, unread: cursor.unread }, families);
      case "unreadable":
        return follow({ step: "family", family: cursor.family + 1, unread: cursor.unread + 1 }, families);
      case "set_changed":
        return SET_CHANGED;
      case "wait":
      case "failed":
        return compared;
    }
  }
  const sealed = await sealRestorePlan(plan, context);
  if (sealed.kind === "failed") return sealed;
  return {
    kind: "done",
    outcome: cursor.unread === 0 ? "succeeded" : "partially_succeeded",
    result: { id: planId },
    extent: sealed.items,
  };
}

const SET_CHANGED: PhaseResult = {
  kind: "failed",
  code: "set_changed",
  message: "The backup set lost policies while it was read. Start the preview again.",
};

/** To the family at the cursor, or to the seal when there is none left. */
function follow(cursor: Extract<Cursor, { step: "family" }>, families: readonly { family: string }[]): PhaseResult {
  const next = families[cursor.family];
  if (next === undefined) {
    return {
      kind: "continue",
      phase: SEALING,
      cursor: JSON.stringify({ step: "seal", unread: cursor.unread } satisfies Cursor),
    };
  }
  const label = familyByKey(next.family)?.label ?? next.family;
  return { kind: "continue", phase: `Reading current policies: ${label}`, cursor: JSON.stringify(cursor) };
}

/** D1 and R2 fail now and then: the step waits then, as it does for Graph. What only a bug throws goes on. */
async function survivingOutage(
  run: PhasedRun,
  work: () => Promise<PhaseResult<MadeThing>>,
): Promise<PhaseResult<MadeThing>> {
  try {
    return await work();
  } catch (error) {
    if (isBug(error)) throw error;
    const { runId, tenantId } = run;
    logEvent("error", "restore_preview_storage_failed", { runId, tenantId, ...errorFields(error) });
    const message = "The storage did not answer. Start the preview again later.";
    return { kind: "wait", delaySeconds: 10, reasonCode: "storage_unavailable", message };
  }
}
