/** Where a comparison stands between two steps, and what its phases are called. */
import { z } from "zod";
import type { PhaseResult } from "../../runs/operation.ts";

const cursorSchema = z.discriminatedUnion("at", [
  z.object({ at: z.literal("read") }),
  z.object({ at: z.literal("content"), family: z.string(), graphId: z.string() }),
  z.object({ at: z.literal("write") }),
  z.object({ at: z.literal("seal") }),
]);
export type CompareCursor = z.infer<typeof cursorSchema>;
export type ContentCursor = Extract<CompareCursor, { at: "content" }>;

const PHASES = {
  read: "Reading inventory",
  content: "Comparing content",
  write: "Writing findings",
  seal: "Sealing",
} as const;

export function readCursor(cursor: string | null): CompareCursor {
  return cursor === null ? { at: "read" } : cursorSchema.parse(JSON.parse(cursor));
}

export function nextStep(cursor: CompareCursor): PhaseResult {
  return { kind: "continue", phase: PHASES[cursor.at], cursor: JSON.stringify(cursor) };
}
