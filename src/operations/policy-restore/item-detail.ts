/** What R2 keeps of a plan's item: what reviewers are shown, and the very writes that the run sends. */
import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../../artifacts/json-value.ts";
import { restorePlanItemDetailSchema } from "../../contract/restore.ts";
import type { WritePlan } from "../../graph/restore/plan.ts";

const reviewedShape = restorePlanItemDetailSchema.pick({
  steps: true,
  changes: true,
  candidates: true,
  references: true,
  notes: true,
}).shape;
const json: z.ZodType<JsonObject> = z.custom<JsonObject>(isJsonObject);

const stepSchema = z.object({
  name: z.string(),
  method: z.enum(["POST", "PATCH", "PUT", "DELETE"]),
  path: z.string(),
  body: json.nullable(),
  effect: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("creates") }),
    z.object({ kind: z.literal("sets") }),
    z.object({ kind: z.literal("adds"), property: z.string() }),
    z.object({ kind: z.literal("rearranges"), property: z.string() }),
    z.object({ kind: z.literal("removes") }),
  ]),
});

export const storedDetailSchema = z.object({
  version: z.literal(1),
  itemId: z.string(),
  /** Of the backup's payload, so that the plan's hash covers what it was made from. */
  contentHash: z.string(),
  /** Null for what is not written. */
  writes: z
    .object({
      kind: z.literal("writes"),
      family: z.string(),
      name: z.string(),
      steps: z.array(stepSchema),
      wanted: json,
      assignments: z.boolean(),
      changes: z.array(z.object({ path: z.string(), expected: z.json(), actual: z.json() })),
      left: z.array(z.string()),
    })
    .nullable(),
  ...reviewedShape,
});
export type StoredDetail = z.infer<typeof storedDetailSchema>;

/** The detail as JSON, to be hashed and stored. */
export function detailJson(detail: Omit<StoredDetail, "writes"> & { writes: WritePlan | null }): JsonValue {
  return z.json().parse(JSON.parse(JSON.stringify(detail)));
}
