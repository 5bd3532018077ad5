/** What all answers share: times and pages of lists. */
import { z } from "zod";

/** ISO 8601, UTC. */
export const timestamp = z.iso.datetime();

/** A page of a list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
