/** Where a capture stands between two steps, and what its phases are called. */
import { z } from "zod";
import type { PhaseResult } from "../../runs/operation.ts";

const merkleSchema = z.object({
  count: z.int(),
  subtrees: z.array(z.object({ leaves: z.int(), hash: z.string() })),
});
const cursorSchema = z.discriminatedUnion("at", [
  z.object({ at: z.literal("open") }),
  z.object({ at: z.literal("select") }),
  z.object({ at: z.literal("content"), family: z.string(), graphId: z.string() }),
  z.object({ at: z.literal("seal"), family: z.string(), graphId: z.string(), tree: merkleSchema.nullable() }),
]);
export type CaptureCursor = z.infer<typeof cursorSchema>;
export type SealCursor = Extract<CaptureCursor, { at: "seal" }>;
export type ContentCursor = Extract<CaptureCursor, { at: "content" }>;

const PHASES = {
  open: "Reading inventory",
  select: "Selecting policies",
  content: "Capturing content",
  seal: "Sealing",
} as const;

export function readCursor(cursor: string | null): CaptureCursor {
  return cursor === null ? { at: "open" } : cursorSchema.parse(JSON.parse(cursor));
}

export function nextStep(cursor: CaptureCursor): PhaseResult {
  return { kind: "continue", phase: PHASES[cursor.at], cursor: JSON.stringify(cursor) };
}
