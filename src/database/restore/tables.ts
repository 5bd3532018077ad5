import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import {
  actionCountsSchema,
  restoreOutcomeSchema,
  restorePlanSchema,
  restorePlanStateSchema,
  restoreResultSchema,
} from "../../contract/restore.ts";
import { json, word } from "../sql/columns.ts";

const optionsSchema = restorePlanSchema.shape.options;
export type PlanOptions = z.infer<typeof optionsSchema>;

/** What a plan comes to. */
export const planSummarySchema = z.object({
  actions: actionCountsSchema,
  /** Items with references that the tenant does not have. */
  itemsMissingReferences: z.int().min(0),
});
export type PlanSummary = z.infer<typeof planSummarySchema>;

/** What a restore would do, frozen, for people to review. `preparing` until its preview run ends, then `ready` or `failed`. */
export const restorePlans = sqliteTable(
  "restore_plans",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    backupSetId: text("backup_set_id").notNull(),
    /** The preview run that made it. */
    runId: text("run_id").notNull().unique(),
    status: word(restorePlanStateSchema, "status").notNull(),
    /** Mode, prefix, assignments, mapping, …, normalized. */
    options: json(optionsSchema, "options").notNull(),
    /** SHA-256 over the options and all items, in order: what `approvedPlan` has to be. Null until ready. */
    planHash: text("plan_hash"),
    /** A `PlanSummary` as JSON, once the plan is ready. */
    actionCounts: text("action_counts").notNull().default("{}"),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by"),
    readyAt: integer("ready_at"),
    /** When the set was removed for good, in the same transaction: the sweep removes the plan then. */
    setRemovedAt: integer("set_removed_at"),
  },
  (table) => [
    index("restore_plans_by_set").on(table.tenantId, table.backupSetId, table.createdAt),
    index("restore_plans_preparing")
      .on(table.createdAt)
      .where(sql`status = 'preparing'`),
    index("restore_plans_of_removed_sets")
      .on(table.setRemovedAt)
      .where(sql`set_removed_at is not null`),
  ],
);

export const restorePlanItems = sqliteTable(
  "restore_plan_items",
  {
    planId: text("plan_id").notNull(),
    /** In the order of writing (docs/design/graph.md, section 7). */
    ordinal: integer().notNull(),
    tenantId: text("tenant_id").notNull(),
    itemId: text("item_id").notNull(),
    family: text().notNull(),
    graphId: text("graph_id").notNull(),
    name: text().notNull(),
    /** A `RestoreAction`, or `UNDECIDED` (`restore-plan-building.ts`) in a plan that is being prepared. */
    action: text().notNull(),
    targetId: text("target_id"),
    targetName: text("target_name"),
    /** Of the target as the preview read it; another one at execution is a conflict. */
    targetHash: text("target_hash"),
    reasonCode: text("reason_code"),
    message: text(),
    changeCount: integer("change_count").notNull().default(0),
    missingCount: integer("missing_count").notNull().default(0),
    /** Ordinal of the last item of the plan whose new id this one needs; null when it needs none, or was planned before this was kept. */
    needsOrdinal: integer("needs_ordinal"),
    /** R2 object with the steps, differences, candidates and references, and its SHA-256. */
    detailKey: text("detail_key").notNull(),
    detailHash: text("detail_hash").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.planId, table.ordinal] }),
    index("restore_plan_items_by_action").on(table.planId, table.action, table.ordinal),
  ],
);

/** Attempts at writes to Graph, and what came of them, by plan item: whoever executes the item again goes on from here. */
export const restoreJournal = sqliteTable(
  "restore_journal",
  {
    planId: text("plan_id").notNull(),
    ordinal: integer().notNull(),
    seq: integer().notNull(),
    tenantId: text("tenant_id").notNull(),
    runId: text("run_id").notNull(),
    at: integer().notNull(),
    entry: text().notNull(),
    /** Of an attempt that made a policy: no two items may call one policy their own. */
    policyId: text("policy_id"),
  },
  (table) => [
    primaryKey({ columns: [table.planId, table.ordinal, table.seq] }),
    uniqueIndex("restore_journal_made_once")
      .on(table.tenantId, table.policyId)
      .where(sql`policy_id is not null`),
  ],
);

/** What each unit of a `policy.restore` run came to, successes included. */
export const restoreResults = sqliteTable(
  "restore_results",
  {
    runId: text("run_id").notNull(),
    /** The plan item's, which a retry's unit keeps. */
    ordinal: integer().notNull(),
    tenantId: text("tenant_id").notNull(),
    planId: text("plan_id").notNull(),
    family: text().notNull(),
    name: text().notNull(),
    outcome: word(restoreOutcomeSchema, "outcome").notNull(),
    targetId: text("target_id"),
    reasonCode: text("reason_code"),
    message: text(),
    /** Graph's request ids, newest last. */
    requestIds: json(z.array(z.string()), "request_ids").notNull(),
    /** Of a read-back that did not match. */
    differences: json(restoreResultSchema.shape.differences, "differences"),
    /** Of the request that another administrator has to approve before the unit is retried. */
    approvalCode: text("approval_code"),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.ordinal] })],
);
