import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { BACKUP_SET_STATES, backupSetOriginSchema } from "../../contract/backup-sets.ts";
import { referenceKindSchema } from "../../contract/restore.ts";
import { word } from "../sql/columns.ts";

/** `active`, `archived`, or `deleted`: the last keeps only the id, so that a repeated deletion knows that it was done. */
export const backupSets = sqliteTable(
  "backup_sets",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    name: text().notNull(),
    /** The name folded for order and search (`foldName`). */
    sortName: text("sort_name").notNull(),
    description: text().notNull().default(""),
    status: word(z.enum([...BACKUP_SET_STATES, "deleted"]), "status").notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by"),
    updatedAt: integer("updated_at").notNull(),
    archivedAt: integer("archived_at"),
    /** The run that last changed the status, or the id of the audit event of a person who did. */
    statusRunId: text("status_run_id"),
    /** Of a set that a schedule has made: the schedule, and the due time. */
    scheduleId: text("schedule_id"),
    dueAt: integer("due_at"),
    /** When the schedule's retention put it out of service. A set that a person brought back afterwards stays. */
    expiredAt: integer("expired_at"),
    /** Where it comes from, and the id of that (contract/backup-sets.ts). */
    origin: word(backupSetOriginSchema, "origin").notNull().default("captured"),
    originId: text("origin_id"),
  },
  (table) => [
    index("backup_sets_by_tenant").on(table.tenantId, table.status, table.sortName, table.id),
    index("backup_sets_by_age").on(table.tenantId, table.createdAt, table.id),
  ],
);

/** What a restore does to a policy, and an undo of it takes back. */
export const UNDONE_WRITES = ["update", "create", "delete"] as const;
export type UndoneWrite = (typeof UNDONE_WRITES)[number];

/** A policy as it was when a set took it. A set may hold several of one policy; the newest is the one that counts. */
export const backupSetItems = sqliteTable(
  "backup_set_items",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    backupSetId: text("backup_set_id").notNull(),
    family: text().notNull(),
    graphId: text("graph_id").notNull(),
    name: text().notNull(),
    sortName: text("sort_name").notNull(),
    description: text(),
    platform: text(),
    odataType: text("odata_type"),
    assignmentCount: integer("assignment_count"),
    contentHash: text("content_hash").notNull(),
    contentBytes: integer("content_bytes").notNull(),
    comparableHash: text("comparable_hash").notNull(),
    /** Values that Graph tells only in clear on request (encrypted OMA settings), sealed (secrets/secret-box.ts). */
    sealedSecrets: text("sealed_secrets"),
    /** How the sealed text begins, which names its key; `SEALED_PREFIX_LETTERS` letters. */
    sealedWith: text("sealed_with").generatedAlwaysAs(sql`substr("sealed_secrets", 1, 16)`, { mode: "virtual" }),
    capturedAt: integer("captured_at").notNull(),
    /** The run that took it, and Graph's id of the request that read it. */
    runId: text("run_id").notNull(),
    requestId: text("request_id"),
    /** The run that last found the policy to be as it is here, so that a repeated unit of it answers the same. */
    confirmedAt: integer("confirmed_at"),
    confirmedRunId: text("confirmed_run_id"),
    /** Of a set of origin `undo`: what its restore did to the policy (`UndoneWrite`). Null in all other sets. */
    undoes: word(z.enum(UNDONE_WRITES), "undoes"),
    /** Of an `update` or `create`: the policy as the restore left it (`comparableHash` of graph/calls/restore). Null while that is not known. */
    leftHash: text("left_hash"),
    /** Of a set of origin `undo`: whether its restore wrote assignments. */
    undoesAssignments: integer("undoes_assignments", { mode: "boolean" }),
  },
  (table) => [
    index("backup_set_items_by_policy").on(table.backupSetId, table.family, table.graphId, table.capturedAt),
    index("backup_set_items_by_name").on(table.backupSetId, table.sortName, table.id),
    index("backup_set_items_of_policy").on(table.tenantId, table.family, table.graphId, table.capturedAt),
    index("backup_set_items_by_content").on(table.contentHash),
    index("backup_set_items_by_seal")
      .on(table.sealedWith, table.id)
      .where(sql`sealed_with is not null`),
  ],
);

/** What a thing that policies refer to was called when a run took them into a set. */
export const backupReferenceNames = sqliteTable(
  "backup_reference_names",
  {
    runId: text("run_id").notNull(),
    kind: word(referenceKindSchema, "kind").notNull(),
    referenceId: text("reference_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    backupSetId: text("backup_set_id").notNull(),
    /** Null when the run asked for it and Microsoft Graph told none. */
    name: text(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.kind, table.referenceId] }),
    index("backup_reference_names_by_set").on(table.backupSetId),
  ],
);
