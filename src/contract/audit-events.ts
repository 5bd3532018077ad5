/** The audit log over HTTP. */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";

/** How the caller of a request is known; `run` is a run's own work, `schedule` what a schedule starts in its owner's name, `system` the product's. */
export const AUDIT_WAYS = ["local", "entra", "access", "token", "run", "schedule", "system"] as const;

/** Where an event comes from: what is known of it, and nothing that is secret. */
export const auditOriginSchema = z.object({
  way: z.enum(AUDIT_WAYS).optional(),
  /** That the answer's `x-request-id` told, and the log's lines have. */
  requestId: z.string().optional(),
  /** The network address that the request came from, as Cloudflare tells it. */
  address: z.string().optional(),
  /** The caller as their identity provider knows them. */
  issuer: z.string().optional(),
  subject: z.string().optional(),
  /** The API token that the request was made with. */
  tokenId: z.string().optional(),
  /** The request that another person approved, and who that was: the event's actor asked for it. */
  approvalId: z.string().optional(),
  approvedBy: z.string().optional(),
  /** The run whose work it is. */
  runId: z.string().optional(),
  /** The run over tenants whose work it is. */
  portfolioRunId: z.string().optional(),
  /** The schedule that began it. */
  scheduleId: z.string().optional(),
});
export type AuditOrigin = z.infer<typeof auditOriginSchema>;

export const auditEventSchema = z.object({
  id: z.string(),
  /** The event's place in the tenant's log, from 1, in the order in which the changes were made. */
  seq: z.int().min(0),
  at: timestamp,
  action: z.string(),
  actor: z.object({ id: z.string(), name: z.string() }).nullable(),
  target: z.object({ kind: z.string(), id: z.string() }),
  detail: z.record(z.string(), z.unknown()),
  origin: auditOriginSchema,
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

export const auditEventListSchema = listOf(auditEventSchema);

/** The end of the chain over a tenant's log. */
export const auditHeadSchema = z.object({
  /** The place of the last event that is chained; 0 when none is. */
  seq: z.int().min(0),
  /** SHA-256 in hexadecimal over all events up to there. */
  hash: z.string(),
  /** Events behind it that the next sweep, within a minute, will chain. */
  waiting: z.int().min(0),
});
export type AuditHead = z.infer<typeof auditHeadSchema>;

/** What is hashed of an event, and what a line of an export says of it. */
export const chainedEventSchema = z.object({
  id: z.string(),
  tenantId: z.string(),
  seq: z.int().min(1),
  at: timestamp,
  action: z.string(),
  actorId: z.string().nullable(),
  targetKind: z.string(),
  targetId: z.string(),
  detail: z.record(z.string(), z.unknown()),
  origin: auditOriginSchema,
});
export type ChainedEvent = z.infer<typeof chainedEventSchema>;

/**
 * An event in an export. A line of JSON begins with `previous`, the hash before it where that is known: so each line proves itself, and
 * consecutive lines prove that nothing between them is missing.
 */
export interface ExportedEvent {
  event: ChainedEvent;
  /** The name that the person has now; empty where there is none. */
  actorName: string;
  /** Null for an event that is not chained yet. */
  hash: string | null;
}
