/** What R2 keeps of a plan's item: what reviewers are shown, and the very writes that the run sends. */
import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { restorePlanItemDetailSchema } from "../../contract/restore.ts";
import { FAMILY_KEYS } from "../../graph/families.ts";
import type { WritePlan } from "../../graph/restore/plan.ts";
import type { RestoreStep } from "../../graph/restore/restore-step.ts";

const reviewedShape = restorePlanItemDetailSchema.pick({
  steps: true,
  changes: true,
  candidates: true,
  references: true,
  notes: true,
}).shape;
const json: z.ZodType<JsonObject> = z.custom<JsonObject>(isJsonObject);

const inProperty = { property: z.string() };

const stepSchema: z.ZodType<RestoreStep> = z.object({
  name: z.string(),
  method: z.enum(["POST", "PATCH", "PUT", "DELETE"]),
  path: z.string(),
  body: json.nullable(),
  effect: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("creates") }),
    z.object({ kind: z.literal("deletes") }),
    z.object({ kind: z.literal("sets"), property: z.string().nullable() }),
    z.object({ kind: z.literal("adds"), ...inProperty }),
    z.object({ kind: z.literal("changes"), ...inProperty }),
    z.object({ kind: z.literal("removes"), ...inProperty }),
    z.object({ kind: z.literal("rearranges"), ...inProperty }),
  ]),
  awaits: z.object({ property: z.string(), value: z.string() }).optional(),
});

const writesSchema: z.ZodType<WritePlan> = z.object({
  kind: z.literal("writes"),
  family: z.enum(FAMILY_KEYS),
  name: z.string(),
  steps: z.array(stepSchema),
  wanted: json,
  assignments: z.boolean(),
  changes: z.array(z.object({ path: z.string(), expected: z.json(), actual: z.json() })),
  left: z.array(z.string()),
  // Plans of older versions have none.
  notes: z.array(z.string()).default([]),
});

export const storedDetailSchema = z.object({
  version: z.literal(1),
  itemId: z.string(),
  /** Of the backup's payload, so that the plan's hash covers what it was made from. */
  contentHash: z.string(),
  /** Null for what is not written. */
  writes: writesSchema.nullable(),
  /**
   * Of a policy that is made because the tenant has it no more: those of its name and type that were there all the same. Another
   * one at the execution may be it, come back. Null where that cannot be told.
   */
  namesakes: z.array(z.string()).nullable(),
  ...reviewedShape,
});
export type StoredDetail = z.infer<typeof storedDetailSchema>;

/** The detail as JSON, to be hashed and stored. */
export function detailJson(detail: StoredDetail): JsonValue {
  return z.json().parse(JSON.parse(JSON.stringify(detail)));
}
