/** What travels through the run-units queue: ids and ordinals only, never a unit's content. */
import { z } from "zod";

/** One message: the ordinals `first … last` (inclusive) of one run. `first === last` unless the type's units are cheap. */
export const unitMessageSchema = z.object({
  v: z.literal(1),
  runId: z.string().min(1).max(64),
  first: z.int().min(0),
  last: z.int().min(0),
});

export type UnitMessage = z.infer<typeof unitMessageSchema>;
