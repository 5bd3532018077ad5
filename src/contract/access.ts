/** Who may do what: roles, capabilities, tenants, people. */
import { z } from "zod";
import { listOf, timestamp } from "./lists.ts";

/** The roles that each tenant has. `roles.ts` says what they may do. */
export const ROLES = ["owner", "manager", "operator", "readonly"] as const;
export type Role = (typeof ROLES)[number];

/** A role as memberships and invitations hold it. */
export const roleIdSchema = z
  .union([z.enum(ROLES), z.string().regex(/^role_[\w-]{1,64}$/, "is neither a built-in role nor the id of one")])
  .meta({ description: "A built-in role, or the id of a role of the tenant's own." });

/** What a member may do. `roles.ts` maps roles to these; the console only hides what it would be refused. */
export const CAPABILITIES = [
  "tenant.read",
  "inventory.read",
  "operations.read",
  "operations.cancel",
  "operations.retry",
  "inventory.sync",
  "members.read",
  "members.manage",
  "audit.read",
  "schedules.manage",
  "news.manage",
  "settings.manage",
  "legal-hold.manage",
  "connection.manage",
  "evidence.read",
  "evidence.create",
  "review-pack.read",
  "review-pack.download",
  "review-pack.generate",
  "backup.read",
  "backup.write",
  "backup.delete",
  "backup.force-delete",
  "restore.preview",
  "restore.execute",
  "baseline.read",
  "baseline.capture",
  "baseline.compare",
  "finding.accept",
  "tenant.export",
  "tenant.close",
] as const;

export const capabilitySchema = z.enum(CAPABILITIES);
export type Capability = z.infer<typeof capabilitySchema>;

export const tenantSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  /** The caller's. */
  role: roleIdSchema,
  roleName: z.string(),
  /** What the caller may do: of a token, what both it and its maker may. */
  capabilities: z.array(capabilitySchema),
  /** Of the tenant: `settings.ts` has what a tag can be. */
  tags: z.array(z.string()),
});
export type Tenant = z.infer<typeof tenantSchema>;

export const tenantListSchema = listOf(tenantSchema);

/** How people are known here. In `entra` they have a session, which they can end. */
export const identityModeSchema = z.enum(["local", "entra", "access"]);

export const meSchema = z.object({
  identity: identityModeSchema,
  /** Whether the caller runs the product: makes tenants, and sees nothing of what is in them. */
  platformAdministrator: z.boolean(),
  user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
  /** The API token that the request is made with; null for a person. `user` is its maker then. */
  apiToken: z.object({ id: z.string(), name: z.string(), expiresAt: timestamp }).nullable(),
  tenants: z.array(tenantSchema),
  /** How many more there may be, whose database does not answer; 0 when `tenants` is all of them. */
  tenantsUnread: z.int().min(0),
});
export type Me = z.infer<typeof meSchema>;

const personSchema = z.object({ id: z.string(), name: z.string() });

export const memberSchema = z.object({
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleIdSchema,
  roleName: z.string(),
  /** Since when; null for memberships from before this was kept. */
  since: timestamp.nullable(),
  /** Null for the maker of the tenant, and where it is not known. */
  invitedBy: personSchema.nullable(),
  /** Whether the people who run the product have disabled the person, who is then refused everywhere. */
  disabled: z.boolean(),
});
export type Member = z.infer<typeof memberSchema>;

export const memberListSchema = listOf(memberSchema);

/** A browser in which a person is signed in. */
export const sessionSchema = z.object({
  id: z.string(),
  /** What the browser calls itself; empty when it says nothing. */
  browser: z.string(),
  createdAt: timestamp,
  /** When its use was last noted: the last use is at most a quarter of an hour later. */
  lastUsedAt: timestamp,
  /** When it ends at the latest. */
  endsAt: timestamp,
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;

export const sessionListSchema = listOf(sessionSchema);

/** A name of a tenant in addresses: letters that are the same in each alphabet of addresses, digits, single hyphens between them. */
export const slugSchema = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "may have small letters, digits and single hyphens");

export const newTenantSchema = z.strictObject({ slug: slugSchema, name: z.string().trim().min(1).max(100) });
export type NewTenant = z.infer<typeof newTenantSchema>;

/** A tenant as those see it who run the product: nothing of what is in it. */
export const platformTenantSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  createdAt: timestamp,
  /** How many people are members. */
  members: z.int(),
  /** Whether it is connected to Microsoft Graph. */
  connected: z.boolean(),
  /** When a sync of the inventory last ended with all or some families read; null when none has. */
  lastSyncAt: timestamp.nullable(),
  /** How many runs were started in the last 30 days. */
  recentRuns: z.int(),
});
export type PlatformTenant = z.infer<typeof platformTenantSchema>;

/** What the deployment has measured of itself in the last minutes. A metric that is not here was not told: that is not zero. */
export const measuredSchema = z.object({
  at: timestamp,
  windowMinutes: z.int(),
  /** From when on values are kept, and when the newest was told, both by the minute; null when nothing was told yet. */
  since: timestamp.nullable(),
  toldAt: timestamp.nullable(),
  metrics: z.array(
    z.object({
      metric: z.string(),
      labels: z.array(z.string()),
      /** `name` and `slug` are null for a tenant that is no more. */
      tenant: z.object({ id: z.string(), name: z.string().nullable(), slug: z.string().nullable() }).nullable(),
      count: z.int(),
      sum: z.number(),
      max: z.number(),
    }),
  ),
  alerts: z.array(
    z.object({
      name: z.string(),
      state: z.enum(["firing", "quiet", "not_told"]),
      /** Null when nothing was told. */
      measured: z.number().nullable(),
    }),
  ),
});
export type Measured = z.infer<typeof measuredSchema>;

/** A person as those see them who run the product. */
export const platformPersonSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  platformAdministrator: z.boolean(),
  /** How many tenants they are a member of. */
  tenants: z.int(),
  createdAt: timestamp,
  /** Since when the person is refused everywhere; null for a person who is not. */
  disabledAt: timestamp.nullable(),
});
export type PlatformPerson = z.infer<typeof platformPersonSchema>;

export const platformPersonListSchema = listOf(platformPersonSchema);

export const platformTenantListSchema = listOf(platformTenantSchema);

/** An invitation that nobody has used yet, and that still holds. */
export const invitationSchema = z.object({
  id: z.string(),
  role: roleIdSchema,
  roleName: z.string(),
  /** Who is meant, in the words of the person who invites. */
  note: z.string(),
  createdBy: personSchema.nullable(),
  createdAt: timestamp,
  expiresAt: timestamp,
});
export type Invitation = z.infer<typeof invitationSchema>;

export const invitationListSchema = listOf(invitationSchema);

/** An invitation with the secret that stands in its link, which is told once. */
export const newInvitationSchema = z.object({
  invitation: invitationSchema,
  secret: z.string().meta({ description: "Told once; the product keeps its hash." }),
});
