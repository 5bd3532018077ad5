/** What travels through the queues of units: ids and ordinals only, never a unit's content. */
import { z } from "zod";

const MAX_RUN_ID_LENGTH = 64;

/** One message: the ordinals `first … last` (inclusive) of one run. `first === last` unless the type's units are cheap. */
export const unitMessageSchema = z.object({
  v: z.literal(1),
  runId: z.string().min(1).max(MAX_RUN_ID_LENGTH),
  first: z.int().min(0),
  last: z.int().min(0),
});

export type UnitMessage = z.infer<typeof unitMessageSchema>;

/**
 * Reads a message's body; null when it is none. A well-formed message takes a fast path, and the schema judges the rest: zod
 * without code generation, which Workers forbid, was a quarter of a unit's cost.
 */
export function readUnitMessage(body: unknown): UnitMessage | null {
  if (isPlainlyUnitMessage(body)) return body;
  const parsed = unitMessageSchema.safeParse(body);
  return parsed.success ? parsed.data : null;
}

function isPlainlyUnitMessage(value: unknown): value is UnitMessage {
  if (typeof value !== "object" || value === null) return false;
  if (!("v" in value && "runId" in value && "first" in value && "last" in value)) return false;
  const { v, runId, first, last } = value;
  const named = v === 1 && typeof runId === "string" && runId.length > 0 && runId.length <= MAX_RUN_ID_LENGTH;
  return named && isOrdinal(first) && isOrdinal(last);
}

function isOrdinal(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
