/** When a run stops by itself because too much of it fails. */
import { z } from "zod";

/** So many failed units, or so much of the plan: whichever a request chooses. */
export const stopAfterSchema = z.union([
  z.strictObject({ failures: z.int().min(1).max(1_000_000) }),
  z.strictObject({ percent: z.int().min(1).max(100) }),
]);
export type StopAfter = z.infer<typeof stopAfterSchema>;
