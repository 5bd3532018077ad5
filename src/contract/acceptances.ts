/** Accepting for a time what cannot be mended now: a finding, or a policy that cannot be read. */
import { z } from "zod";
import { timestamp } from "./lists.ts";

export const MAX_ACCEPTANCE_REASON_LENGTH = 1_000;
export const MAX_ACCEPTANCE_DAYS = 366;

/** What a person says who accepts. White space at the ends of the reason goes. */
export const acceptanceSchema = z.strictObject({
  reason: z.string().trim().min(1).max(MAX_ACCEPTANCE_REASON_LENGTH),
  /** In the future, at most `MAX_ACCEPTANCE_DAYS` from now. */
  until: timestamp,
});
export type Acceptance = z.infer<typeof acceptanceSchema>;
