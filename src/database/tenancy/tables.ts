import { z } from "zod";
import { capabilitySchema } from "../../contract/access.ts";
import { connectionKindSchema, connectionPurposeSchema } from "../../contract/connections.ts";
import { permissionReasonSchema } from "../../contract/permissions.ts";
import { checkFindingsSchema } from "../../graph/permissions/permission-report.ts";
import { tagsSchema } from "../../contract/tags.ts";
import { json, word } from "../sql/columns.ts";
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * All tenants in the control database; in each shard, its own. A shard's row is a copy: what a tenant is called and where it is, the control
 * database decides.
 */
export const tenants = sqliteTable(
  "tenants",
  {
    id: text().primaryKey(),
    slug: text().notNull().unique(),
    name: text().notNull(),
    createdAt: integer("created_at").notNull(),
    /** The shard that the tenant is assigned to, by the name of its binding. */
    shard: text().notNull().default("DATABASE"),
    /** Its first owner, until the shard has the tenant as well; null from then on. */
    madeFor: text("made_for"),
  },
  (table) => [
    index("tenants_by_shard").on(table.shard),
    index("tenants_in_the_making")
      .on(table.createdAt)
      .where(sql`made_for is not null`),
  ],
);

/**
 * In the control database: in which tenants to look for a person's membership. Each membership is in it; what is in it may be none any
 * more. The shard decides.
 */
export const memberDirectory = sqliteTable(
  "member_directory",
  {
    userId: text("user_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    /** Of the last time that it was noted: an entry is removed where it is still the one that was found to be over. */
    mark: text().notNull(),
    notedAt: integer("noted_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.tenantId] }),
    index("member_directory_by_tenant").on(table.tenantId),
  ],
);

/** In the control database: where sweeps are that go round all tenants. */
export const sweepCursors = sqliteTable("sweep_cursors", { name: text().primaryKey(), position: text().notNull() });

/** In the control database: which of our tenants a Microsoft tenant is connected to, or about to be. */
export const connectionClaims = sqliteTable(
  "connection_claims",
  {
    cloud: text().notNull(),
    /** In lower case. */
    directoryId: text("directory_id").notNull(),
    tenantId: text("tenant_id").notNull(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.cloud, table.directoryId] }),
    index("connection_claims_by_tenant").on(table.tenantId),
  ],
);

/** All people in the control database; in each shard a copy of those whom its tenants name. */
export const users = sqliteTable(
  "users",
  {
    id: text().primaryKey(),
    /** For people to read, never to know a person by: an address can be given to another person. Empty where there is none. */
    email: text().notNull(),
    name: text().notNull(),
    createdAt: integer("created_at").notNull(),
    /** A disabled person is refused everywhere; null for all others. */
    disabledAt: integer("disabled_at"),
    /** Since when the person runs the product: makes tenants. Null for all others. */
    platformAdministratorSince: integer("platform_administrator_since"),
    /** In the control database: changes that the shards' copies do not have yet. */
    copyDue: integer("copy_due").notNull().default(0),
  },
  (table) => [
    index("users_by_email").on(table.email),
    index("users_to_copy")
      .on(table.id)
      .where(sql`copy_due > 0`),
  ],
);

/** How an identity provider knows a person. The pair is never given to another person (decisions/121). */
export const userIdentities = sqliteTable(
  "user_identities",
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.subject] }),
    index("user_identities_by_user").on(table.userId),
  ],
);

/** Sessions of people who have signed in. Of each token there is only the hash; `access/sessions.ts` tells how they rotate. */
export const sessions = sqliteTable(
  "sessions",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    tokenHash: text("token_hash").notNull(),
    /** Given to the browser, and not yet seen from it. */
    nextHash: text("next_hash"),
    nextIssuedAt: integer("next_issued_at"),
    /** The token before; good for requests that were on their way. */
    previousHash: text("previous_hash"),
    previousUntil: integer("previous_until"),
    createdAt: integer("created_at").notNull(),
    rotatedAt: integer("rotated_at").notNull(),
    idleEndsAt: integer("idle_ends_at").notNull(),
    endsAt: integer("ends_at").notNull(),
    /** What the browser calls itself, so that people know their sessions apart. Empty where it says nothing. */
    browser: text().notNull().default(""),
  },
  (table) => [
    uniqueIndex("sessions_by_token").on(table.tokenHash),
    index("sessions_by_next").on(table.nextHash),
    index("sessions_by_previous").on(table.previousHash),
    index("sessions_by_user").on(table.userId),
    index("sessions_by_end").on(table.endsAt),
  ],
);

export const memberships = sqliteTable(
  "memberships",
  {
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    /** A built-in role, or the id of one of the tenant's own. */
    role: text().notNull(),
    /** Null for memberships from before this was kept; so is who invited the person. */
    createdAt: integer("created_at"),
    invitedBy: text("invited_by"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.userId] }), index("memberships_by_user").on(table.userId)],
);

/** Roles of a tenant's own. */
export const customRoles = sqliteTable(
  "custom_roles",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    name: text().notNull(),
    capabilities: json(z.array(capabilitySchema), "capabilities").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [uniqueIndex("custom_roles_by_name").on(table.tenantId, table.name)],
);

/** How to reach a tenant's Microsoft Graph, for each purpose. The credential is sealed (secrets/secret-box.ts). */
export const tenantConnections = sqliteTable(
  "tenant_connections",
  {
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    purpose: word(connectionPurposeSchema, "purpose").notNull().default("read"),
    kind: word(connectionKindSchema, "kind").notNull().default("secret"),
    /** A key of `graph/clouds.ts`: "global", "usGov", …; "local" only exists in local mode. */
    cloud: text().notNull(),
    /** What stands in the token address: the directory's id; in rows of older versions also a verified domain. */
    directoryId: text("directory_id").notNull(),
    clientId: text("client_id").notNull(),
    /** A client secret, or the private key of a certificate; null where the deployment's settings have it. The column is older than certificates. */
    sealedCredential: text("sealed_client_secret"),
    certificateThumbprint: text("certificate_thumbprint"),
    /** When the secret or the certificate ends; null when that is not known. */
    credentialEndsAt: integer("credential_ends_at"),
    /** When it was connected or renewed; null in rows of older versions. */
    connectedAt: integer("connected_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.purpose] }),
    // A Microsoft tenant belongs to one of ours.
    uniqueIndex("tenant_connections_by_directory")
      .on(table.cloud, table.directoryId, table.purpose)
      .where(sql`connected_at is not null`),
  ],
);

/** Consents that administrators are about to give. Of the state that comes back there is only the hash; it is used once. */
export const connectionConsents = sqliteTable(
  "connection_consents",
  {
    stateHash: text("state_hash").primaryKey(),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    purpose: word(connectionPurposeSchema, "purpose").notNull(),
    userId: text("user_id").notNull(),
    /** The session that began it; null where people do not sign in to the product itself. */
    sessionId: text("session_id"),
    /** The Microsoft tenant that the answer to the consent named; null before it. */
    claimedDirectoryId: text("claimed_directory_id"),
    /** Nonce and verifier of the sign-in that proves the claim, sealed. */
    sealedProof: text("sealed_proof"),
    /** Why, for the person who approves the connection; null where nothing was said. */
    reason: text(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [index("connection_consents_by_end").on(table.expiresAt)],
);

/**
 * The last permission check of each of a tenant's connections, and the last that failed. What is granted now can only be told by asking
 * again. Nothing of a token is in it.
 */
export const permissionChecks = sqliteTable(
  "permission_checks",
  {
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    purpose: word(connectionPurposeSchema, "purpose").notNull().default("read"),
    /** When the newest check began: while `ended_at` is null, it is under way. */
    startedAt: integer("started_at").notNull(),
    endedAt: integer("ended_at"),
    /** When the check began that `findings` is of. Later work uses no token that is older. */
    checkedAt: integer("checked_at"),
    findings: json(checkFindingsSchema, "findings"),
    /** When a newer check failed as a whole, and why; null when the newest did not. */
    failedAt: integer("failed_at"),
    failure: json(permissionReasonSchema, "failure"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.purpose] })],
);

/** Tenant-wide choices; a tenant without a row has the defaults (`tenant-settings.ts`). */
export const tenantSettings = sqliteTable("tenant_settings", {
  tenantId: text("tenant_id")
    .primaryKey()
    .references(() => tenants.id),
  /** Days a review pack is kept. */
  reviewPackRetentionDays: integer("review_pack_retention_days").notNull(),
  /** People are told when the newest whole backup is older; null is never. */
  backupAgeLimitDays: integer("backup_age_limit_days").default(8),
  /** By which people group their tenants. */
  tags: json(tagsSchema, "tags")
    .notNull()
    .default(sql`'[]'`),
  updatedAt: integer("updated_at").notNull(),
});

/** Invitations to become a member. Of the secret in an invitation's link there is only the hash. */
export const invitations = sqliteTable(
  "invitations",
  {
    id: text().primaryKey(),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    /** A built-in role, or the id of one of the tenant's own. */
    role: text().notNull(),
    note: text().notNull(),
    secretHash: text("secret_hash").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    /** When it was used or withdrawn; null while it is open. */
    closedAt: integer("closed_at"),
  },
  (table) => [
    uniqueIndex("invitations_by_secret").on(table.secretHash),
    index("invitations_by_tenant").on(table.tenantId, table.createdAt, table.id),
  ],
);

/** API tokens. Of a token's secret there is only the hash. */
export const apiTokens = sqliteTable(
  "api_tokens",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    secretHash: text("secret_hash").notNull(),
    makerId: text("maker_id")
      .notNull()
      .references(() => users.id),
    /** What it was made for: at each use it may do what its maker may do as well. */
    capabilities: json(z.array(capabilitySchema), "capabilities").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    revokedAt: integer("revoked_at"),
    /** Noted at most once an hour. */
    lastUsedAt: integer("last_used_at"),
  },
  (table) => [index("api_tokens_by_maker").on(table.makerId)],
);

/** The tenants that a token reaches. */
export const apiTokenTenants = sqliteTable(
  "api_token_tenants",
  {
    tokenId: text("token_id")
      .notNull()
      .references(() => apiTokens.id),
    tenantId: text("tenant_id")
      .notNull()
      .references(() => tenants.id),
    /** When an owner of the tenant ended its access; null while it reaches the tenant. */
    endedAt: integer("ended_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tokenId, table.tenantId] }),
    index("api_token_tenants_by_tenant").on(table.tenantId),
  ],
);
