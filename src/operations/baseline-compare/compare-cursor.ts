/** Where a comparison stands between two steps, and what its phases are called. */
import { z } from "zod";
import type { PhaseResult } from "../../runs/operation.ts";
import { standardCursorSchema } from "../standards/match-standard.ts";

const cursorSchema = z.discriminatedUnion("at", [
  /** Of a standard's baseline, before all others. */
  standardCursorSchema,
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

/** Null at the first step. */
export function readCursor(cursor: string | null): CompareCursor | null {
  return cursor === null ? null : cursorSchema.parse(JSON.parse(cursor));
}

export function nextStep(cursor: Exclude<CompareCursor, { at: "standard" }>): PhaseResult {
  return { kind: "continue", phase: PHASES[cursor.at], cursor: JSON.stringify(cursor) };
}
