import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { sql } from "drizzle-orm";
import { auditEventSchema, auditOriginSchema } from "../../contract/audit-events.ts";
import { json } from "../sql/columns.ts";

/**
 * Who did what. A trigger refuses to change a row, and to remove one that no cut covers (decision 124). Events of the platform, which
 * belong to no tenant, stand under `PLATFORM_LOG`.
 */
export const auditEvents = sqliteTable(
  "audit_events",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    /**
     * The event's place in its tenant's log, from 1, in the order of the commits. 0 is of a Worker of an earlier version: the next chaining
     * gives the event its place.
     */
    seq: integer().notNull().default(0),
    at: integer().notNull(),
    action: text().notNull(),
    actorId: text("actor_id"),
    targetKind: text("target_kind").notNull(),
    targetId: text("target_id").notNull(),
    detail: json(auditEventSchema.shape.detail, "detail").notNull().default({}),
    origin: json(auditOriginSchema, "origin").notNull().default({}),
  },
  (table) => [
    // Beginnings of one index serve the list, the next number and the chaining.
    uniqueIndex("audit_events_by_place")
      .on(table.tenantId, table.seq)
      .where(sql`seq > 0`),
    index("audit_events_without_place")
      .on(table.tenantId)
      .where(sql`seq = 0`),
  ],
);

/** The chain over a tenant's events: each hash is over the one before it and the event of that place. Triggers guard it like the events. */
export const auditChain = sqliteTable(
  "audit_chain",
  {
    tenantId: text("tenant_id").notNull(),
    seq: integer().notNull(),
    /** SHA-256 in hexadecimal (`digests/audit-chain.ts`). */
    hash: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.seq] })],
);

/** Up to where events were removed, by whose rule, and the hash that the chain goes on from. Events at or below a cut may be removed. */
export const auditCuts = sqliteTable(
  "audit_cuts",
  {
    tenantId: text("tenant_id").notNull(),
    throughSeq: integer("through_seq").notNull(),
    /** The chain's hash at that place; empty when nothing is kept to go on from. */
    hash: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.throughSeq] })],
);

/**
 * Events of a log that lies in another database, stored in the transaction of what they tell of, until they are in that log
 * (`event-outbox.ts`).
 */
export const auditOutbox = sqliteTable("audit_outbox", {
  id: text().primaryKey(),
  /** The tenant, or `PLATFORM_LOG`. */
  log: text().notNull(),
  at: integer().notNull(),
  action: text().notNull(),
  actorId: text("actor_id"),
  targetKind: text("target_kind").notNull(),
  targetId: text("target_id").notNull(),
  detail: json(auditEventSchema.shape.detail, "detail").notNull(),
  origin: json(auditOriginSchema, "origin").notNull(),
});
