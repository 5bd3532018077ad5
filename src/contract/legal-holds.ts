/** Legal holds: while one is open, nothing of its tenant is deleted, whatever rule or person asks for it. */
import { z } from "zod";
import { timestamp } from "./lists.ts";

/** Open holds of a tenant at a time. */
export const MAX_OPEN_HOLDS = 20;
/** Holds that a list tells: all that are open, then the newest of those that were lifted. */
export const HOLDS_LISTED = 100;

const wellFormed = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
const line = (letters: number) =>
  z.string().trim().min(1).max(letters).refine(wellFormed, "must not hold control characters");

export const newLegalHoldSchema = z.strictObject({
  /** What the hold is for, as people call it: a matter, a case number. */
  name: line(100),
  reason: line(1_000),
});
export type NewLegalHold = z.output<typeof newLegalHoldSchema>;

export const liftedLegalHoldSchema = z.strictObject({ reason: line(1_000) });

const personSchema = z.object({ id: z.string(), name: z.string() }).nullable();

export const legalHoldSchema = z.object({
  id: z.string(),
  name: z.string(),
  reason: z.string(),
  placedAt: timestamp,
  placedBy: personSchema,
  /** When it was lifted, by whom and why; null, all three, while it is open. */
  liftedAt: timestamp.nullable(),
  liftedBy: personSchema,
  liftReason: z.string().nullable(),
});
export type LegalHold = z.infer<typeof legalHoldSchema>;

/** Open holds first, oldest first; then those that were lifted, newest first. */
export const legalHoldListSchema = z.object({ items: z.array(legalHoldSchema) });

/** A refused deletion in words, for problems and for reasons of units. Dates are UTC. */
export function holdWords({ name, placedAt, placedBy }: Pick<LegalHold, "name" | "placedAt" | "placedBy">): string {
  const by = placedBy === null ? "" : `, placed by ${placedBy.name}`;
  return `Legal hold “${name}” since ${placedAt.slice(0, 10)}${by}. Nothing of this tenant is deleted until it is lifted.`;
}
