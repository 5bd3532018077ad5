/** What travels through the run-units queue: ids and ordinals only, never a unit's content. */
import { z } from "zod";

/** One message: the ordinals `first … last` (inclusive) of one run. `first === last` unless the type's units are cheap. */
export interface UnitMessage {
  v: 1;
  runId: string;
  first: number;
  last: number;
}

/**
 * The check is one function, not a `z.object`: Workers forbid the code generation that makes zod fast, and a message is
 * parsed for every unit. Measured: a fifth of what a counted unit cost.
 */
export const unitMessageSchema = z.custom<UnitMessage>(isUnitMessage, "is not a unit message");

const MAX_RUN_ID_LENGTH = 64;

function isUnitMessage(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (!("v" in value && "runId" in value && "first" in value && "last" in value)) return false;
  const { v, runId, first, last } = value;
  const named = v === 1 && typeof runId === "string" && runId.length > 0 && runId.length <= MAX_RUN_ID_LENGTH;
  return named && isOrdinal(first) && isOrdinal(last);
}

function isOrdinal(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
