/** Errors over HTTP (RFC 9457). */
import { z } from "zod";

/** RFC 9457 problem, with a stable `code`. `fields` names what is wrong with an `invalid_input`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  requestId: z.string().optional(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
