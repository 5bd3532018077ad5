import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { tenantMoveStateSchema, verifiedTableSchema } from "../../contract/tenant-moves.ts";
import { json, word } from "../sql/columns.ts";
import { fenceModeSchema } from "./fence-modes.ts";

/** In the control database: moves of tenants from one shard to another, and where each stands. */
export const tenantMoves = sqliteTable(
  "tenant_moves",
  {
    /** Ascends: a fence of a later move is not touched by an earlier one. */
    number: integer().primaryKey(),
    id: text().notNull(),
    tenantId: text("tenant_id").notNull(),
    tenantSlug: text("tenant_slug").notNull(),
    tenantName: text("tenant_name").notNull(),
    fromShard: text("from_shard").notNull(),
    toShard: text("to_shard").notNull(),
    state: word(tenantMoveStateSchema, "state").notNull(),
    reason: text().notNull(),
    /** The name is kept: the person may be gone when it is read. */
    requestedBy: text("requested_by").notNull(),
    requestedByName: text("requested_by_name").notNull(),
    requestedAt: integer("requested_at").notNull(),
    /** Since when the tenant has been taking no new runs; null before the shard has said so. */
    drainingSince: integer("draining_since"),
    fencedAt: integer("fenced_at"),
    switchedAt: integer("switched_at"),
    endedAt: integer("ended_at"),
    lookedAt: integer("looked_at"),
    runsUnderWay: integer("runs_under_way"),
    rowsCopied: integer("rows_copied"),
    rowsRemoved: integer("rows_removed"),
    problem: text(),
    verified: json(z.array(verifiedTableSchema), "verified"),
    /** What is being done or waited for, in words for people. */
    phase: text().notNull(),
    /** Where in its state the move stands: what is before it is durable (`runs/edge/moving/`). */
    position: text().notNull().default("{}"),
    /** Of the Worker that has the move. Each that takes it has a higher one, and writes of lower ones change nothing. */
    generation: integer().notNull().default(0),
    /** When the next Worker may take it. */
    notBefore: integer("not_before").notNull().default(0),
  },
  (table) => [
    uniqueIndex("tenant_moves_by_id").on(table.id),
    uniqueIndex("tenant_moves_under_way")
      .on(table.tenantId)
      .where(sql`state not in ('done', 'abandoned')`),
    index("tenant_moves_by_tenant").on(table.tenantId),
  ],
);

/**
 * In each shard: tenants that are moving to or from it, or that have moved away. Triggers of all tables of a tenant look here before each
 * write (`fence-triggers.ts`). A fence stays when a tenant has left: a write that comes late finds it. It is lifted when the tenant comes back.
 */
export const tenantFences = sqliteTable(
  "tenant_fences",
  {
    tenantId: text("tenant_id").notNull(),
    /** The number of the move. */
    move: integer().notNull(),
    generation: integer().notNull(),
    mode: word(fenceModeSchema, "mode").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId] })],
);
