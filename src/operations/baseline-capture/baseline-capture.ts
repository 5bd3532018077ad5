/**
 * `baseline.capture`: freezes the tenant's policies as the inventory has them. In phases, of which no number is ever shown:
 * nobody knows beforehand how much there is to read.
 */
import type { z } from "zod";
import { othersTurn } from "../../storage/each-of.ts";
import { OPERATION_TYPES } from "../../contract/operation-types.ts";
import { baselineCaptureRequestSchema } from "../../contract/baselines.ts";
import {
  baselineIdOf,
  failAbandonedBaselines,
  failBaseline,
  freezeInventory,
  openBaseline,
} from "../../database/baselines/baseline-building.ts";
import { listFamilyStates } from "../../database/inventory/inventory-families.ts";
import { FAMILY_KEYS, type FamilyKey } from "../../graph/families.ts";
import { implement } from "../../runs/implement.ts";
import type { MadeThing, PhaseResult, Preparation } from "../../runs/operation.ts";
import { captureContents } from "./capture-contents.ts";
import { type CaptureCursor, nextStep, readCursor } from "./capture-cursor.ts";
import { sealCapture } from "./seal-capture.ts";
import type { TenantEnv } from "../../database/databases.ts";

const TYPE = "baseline.capture";

export interface BaselineCaptureInput {
  name: string;
  /** In catalogue order, each once. */
  families: FamilyKey[];
}

const inputSchema: z.ZodType<BaselineCaptureInput> = baselineCaptureRequestSchema(FAMILY_KEYS)
  // All families by omission and all by name are the same work, and so the same identity.
  .transform(({ name, families }) => ({
    name,
    families: FAMILY_KEYS.filter((key) => families?.includes(key) ?? true),
  }));

/** A baseline of nothing but families that nobody has read would call everything "added" one day. */
async function prepare(
  tenantId: string,
  input: BaselineCaptureInput,
  env: TenantEnv,
): Promise<Preparation<BaselineCaptureInput>> {
  const states = await listFamilyStates(env.DATABASE, tenantId);
  const known = states.some(
    ({ key, lastCompleteAt }) => lastCompleteAt !== null && input.families.some((f) => f === key),
  );
  if (known) return { kind: "ready", input, subject: OPERATION_TYPES[TYPE].subject(input) };
  const message = "have never been read completely in this tenant: sync the inventory first";
  return { kind: "refused", fields: [{ path: "families", message }] };
}

export const baselineCapture = implement(TYPE, {
  inputSchema,
  firstPhase: "Reading inventory",
  maxWaits: 0,
  prepare,

  async advance(run, input, context): Promise<PhaseResult<MadeThing>> {
    await othersTurn();
    const { DATABASE } = context.env;
    const { tenantId, runId } = run;
    const id = baselineIdOf(runId);
    const cursor: CaptureCursor = readCursor(run.cursor);
    switch (cursor.at) {
      case "open": {
        const { name } = input;
        const createdAt = context.now();
        await openBaseline(DATABASE, { id, tenantId, runId, name, createdAt, createdBy: run.initiatorId });
        return nextStep({ at: "select" });
      }
      case "select":
        await freezeInventory(DATABASE, { id, tenantId }, input.families);
        return nextStep({ at: "content", family: "", graphId: "" });
      case "content":
        return captureContents({ id, tenantId }, cursor, context);
      case "seal":
        return sealCapture(run, cursor, context);
    }
  },

  sweep: ({ DATABASE }) => failAbandonedBaselines(DATABASE),
  abandon: ({ runId }, _input, { env }) => failBaseline(env.DATABASE, baselineIdOf(runId)),
});
