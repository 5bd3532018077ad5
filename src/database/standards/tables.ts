import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { referenceMappingSchema } from "../../contract/restore.ts";
import {
  matchKindSchema,
  overlaySchema,
  parameterSchema,
  parameterValueSchema,
  STANDARD_SOURCES,
} from "../../contract/standards.ts";
import { json, word } from "../sql/columns.ts";

/** Standards of the tenant that keeps them. */
export const standards = sqliteTable(
  "standards",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    name: text().notNull(),
    sortName: text("sort_name").notNull(),
    description: text().notNull().default(""),
    retiredAt: integer("retired_at"),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by"),
  },
  (table) => [index("standards_by_tenant").on(table.tenantId, table.sortName, table.id)],
);

/** Never changed once it is there. */
export const standardVersions = sqliteTable(
  "standard_versions",
  {
    standardId: text("standard_id").notNull(),
    number: integer().notNull(),
    tenantId: text("tenant_id").notNull(),
    sourceKind: word(z.enum(STANDARD_SOURCES), "source_kind").notNull(),
    sourceId: text("source_id").notNull(),
    sourceName: text("source_name").notNull(),
    policyCount: integer("policy_count").notNull(),
    names: integer({ mode: "boolean" }).notNull(),
    assignments: integer({ mode: "boolean" }).notNull(),
    parameters: json(z.array(parameterSchema), "parameters").notNull(),
    note: text().notNull().default(""),
    contentRoot: text("content_root").notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by"),
  },
  (table) => [
    primaryKey({ columns: [table.standardId, table.number] }),
    index("standard_versions_by_tenant").on(table.tenantId),
  ],
);

/** What a version says. Contents are those of the home tenant's payloads. */
export const standardPolicies = sqliteTable(
  "standard_policies",
  {
    standardId: text("standard_id").notNull(),
    number: integer().notNull(),
    key: text().notNull(),
    tenantId: text("tenant_id").notNull(),
    family: text().notNull(),
    /** The id that it has in the home tenant. */
    graphId: text("graph_id").notNull(),
    name: text().notNull(),
    sortName: text("sort_name").notNull(),
    platform: text(),
    odataType: text("odata_type"),
    contentHash: text("content_hash").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.standardId, table.number, table.key] }),
    index("standard_policies_by_tenant").on(table.tenantId),
    index("standard_policies_by_content").on(table.contentHash),
  ],
);

/** A standard that a tenant follows. The id is that of a baseline of the same tenant, whose content is the standard as it holds for the tenant. */
export const standardFollowings = sqliteTable(
  "standard_followings",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    homeTenantId: text("home_tenant_id").notNull(),
    standardId: text("standard_id").notNull(),
    /** As it was called when it was last looked at: told when the home tenant is not there any more. */
    standardName: text("standard_name").notNull(),
    number: integer().notNull(),
    parameters: json(z.record(z.string(), parameterValueSchema), "parameters").notNull(),
    skipped: json(z.array(z.string()), "skipped").notNull(),
    overlays: json(z.array(overlaySchema), "overlays").notNull(),
    mapping: json(z.array(referenceMappingSchema), "mapping").notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by"),
    matchedAt: integer("matched_at"),
    /** When the tenant stopped to follow it. Its findings stay as the history they are. */
    stoppedAt: integer("stopped_at"),
  },
  (table) => [
    uniqueIndex("standard_followings_once")
      .on(table.tenantId, table.homeTenantId, table.standardId)
      .where(sql`stopped_at is null`),
    index("standard_followings_by_tenant").on(table.tenantId, table.createdAt, table.id),
    index("standard_followings_by_standard").on(table.homeTenantId, table.standardId),
  ],
);

/** Which of the tenant's policies was last found to be the standard's. */
export const standardMatches = sqliteTable(
  "standard_matches",
  {
    followingId: text("following_id").notNull(),
    key: text().notNull(),
    tenantId: text("tenant_id").notNull(),
    family: text().notNull(),
    kind: word(matchKindSchema, "kind").notNull(),
    graphId: text("graph_id"),
    name: text(),
    candidates: json(z.array(z.object({ graphId: z.string(), name: z.string() })), "candidates").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.followingId, table.key] }),
    index("standard_matches_by_tenant").on(table.tenantId),
  ],
);
