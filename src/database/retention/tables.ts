import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { removedKindSchema, storedRulesSchema } from "../../contract/retention.ts";
import { json, word } from "../sql/columns.ts";
import { tenants } from "../tenancy/tables.ts";

/** Legal holds. While a tenant has one that is not lifted, nothing of it is deleted (`legal-holds.ts`). */
export const legalHolds = sqliteTable(
  "legal_holds",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    name: text().notNull(),
    reason: text().notNull(),
    placedBy: text("placed_by").notNull(),
    placedAt: integer("placed_at").notNull(),
    /** Null, all three, while it is open. */
    liftedBy: text("lifted_by"),
    liftedAt: integer("lifted_at"),
    liftReason: text("lift_reason"),
  },
  (table) => [
    index("legal_holds_by_tenant").on(table.tenantId, table.placedAt),
    index("legal_holds_open")
      .on(table.tenantId)
      .where(sql`lifted_at is null`),
  ],
);

/** What a tenant has chosen to keep for how long, beside review packs (`tenant_settings`); without a row it has the defaults. */
export const tenantRetention = sqliteTable("tenant_retention", {
  tenantId: text("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  /** Days by kind; null to keep for ever. A kind that is not in it has its default. */
  rules: json(storedRulesSchema, "rules").notNull(),
  updatedAt: integer("updated_at").notNull(),
});

/**
 * What retention has removed, for links that lead there. `pending` while parts of it (units, items, the run's object) are still to be
 * removed: the row of the thing goes in the batch that adds this one, so that nothing half removed is ever read.
 */
export const removedThings = sqliteTable(
  "removed_things",
  {
    tenantId: text("tenant_id").notNull(),
    kind: word(removedKindSchema, "kind").notNull(),
    id: text().notNull(),
    removedAt: integer("removed_at").notNull(),
    pending: integer({ mode: "boolean" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.kind, table.id] }),
    index("removed_things_pending")
      .on(table.tenantId, table.kind, table.id)
      .where(sql`pending = 1`),
    index("removed_things_by_age").on(table.tenantId, table.removedAt),
  ],
);

/** When retention looks at a tenant next. */
export const retentionTurns = sqliteTable(
  "retention_turns",
  {
    tenantId: text("tenant_id")
      .primaryKey()
      .references(() => tenants.id),
    nextAt: integer("next_at").notNull(),
  },
  (table) => [index("retention_turns_by_time").on(table.nextAt)],
);
