/** The audit log over HTTP. */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";

export const auditEventSchema = z.object({
  id: z.string(),
  at: timestamp,
  action: z.string(),
  actor: z.object({ id: z.string(), name: z.string() }).nullable(),
  target: z.object({ kind: z.string(), id: z.string() }),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

export const auditEventListSchema = listOf(auditEventSchema);
