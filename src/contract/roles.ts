/**
 * What each role may do: the one table that the guard decides by, and that the console and docs/roles.md show. A tenant adds roles of its
 * own to the built-in ones.
 */
import { z } from "zod";
import { CAPABILITIES, type Capability, capabilitySchema, type Role, roleIdSchema, ROLES } from "./access.ts";
import { listOf } from "./lists.ts";

/** What each capability lets a person do, in one line for people. */
export const CAPABILITY_WORDS: Readonly<Record<Capability, string>> = {
  "tenant.read": "See the tenant and its settings",
  "inventory.read": "Read policies, their versions and their differences",
  "operations.read": "See operations and their units",
  "operations.cancel": "Cancel operations",
  "operations.retry": "Retry failed units",
  "inventory.sync": "Sync the inventory and check permissions",
  "members.read": "See members and roles",
  "members.manage":
    "Invite, change and remove members; define roles; revoke other people's API tokens; choose what needs an approval",
  "audit.read": "Read the audit log",
  "schedules.manage": "Make, change, pause and remove schedules of what the role may start",
  "news.manage": "Choose what is told to whom: rules and channels of news; send messages again",
  "settings.manage": "Change settings, and how long records are kept",
  "legal-hold.manage": "Place and lift legal holds",
  "connection.manage": "Connect the tenant to Microsoft Graph, renew and end the connection",
  "evidence.read": "Read evidence snapshots",
  "evidence.create": "Take evidence snapshots",
  "review-pack.read": "See review packs",
  "review-pack.download": "Download review packs",
  "review-pack.generate": "Generate review packs",
  "backup.read": "Read backup sets",
  "backup.write": "Create backup sets and add policies",
  "backup.delete": "Archive backup sets and put them back into service",
  "backup.force-delete": "Delete backup sets for good",
  "restore.preview": "Preview restores",
  "restore.execute": "Restore policies to the tenant",
  "baseline.read": "Read baselines and comparisons",
  "baseline.capture": "Capture baselines",
  "baseline.compare": "Compare with baselines",
  "finding.accept": "Accept findings, reopen them, and acknowledge unreadable policies",
  "tenant.export": "Export everything of the tenant, and download exports",
  "tenant.close": "Close the tenant: have everything of it deleted",
};

const READ: readonly Capability[] = [
  "tenant.read",
  "inventory.read",
  "operations.read",
  "members.read",
  "audit.read",
  "evidence.read",
  "review-pack.read",
  "review-pack.download",
  "backup.read",
  "baseline.read",
];
/** Reads the tenant and keeps records of it; what changes the tenant itself or destroys records is a manager's. */
const OPERATE: readonly Capability[] = [
  ...READ,
  "inventory.sync",
  "operations.cancel",
  "operations.retry",
  "schedules.manage",
  "evidence.create",
  "review-pack.generate",
  "backup.write",
  "backup.delete",
  "restore.preview",
  "baseline.capture",
  "baseline.compare",
];

/**
 * What owners alone have, and no role of a tenant's own can be given. Who belongs to a tenant is decided by those who own it: a person
 * with a lesser role could else make owners, lock all of them out, or define a role that has everything. So is with which rights the
 * product works in their Microsoft tenant; and a legal hold binds everybody else who may delete. An export holds all that any role may read,
 * in one file that leaves the product.
 */
export const OWNER_ONLY: readonly Capability[] = [
  "members.manage",
  "connection.manage",
  "legal-hold.manage",
  "tenant.export",
  "tenant.close",
];

/**
 * What no API token can do, whatever its maker may: who belongs to a tenant, and what it is connected by, a legal hold, and the end of the tenant, are a person's decisions; a
 * schedule would work on when the token has ended, and a channel would go on telling. Tokens are managed by people alone too,
 * which the routes say (`peopleOnly`).
 */
const NEVER_BY_TOKEN: readonly Capability[] = [
  "schedules.manage",
  "news.manage",
  "members.manage",
  "connection.manage",
  "legal-hold.manage",
  "tenant.close",
];

/** What API tokens can be made for. */
export const FOR_TOKENS: readonly Capability[] = CAPABILITIES.filter((each) => !NEVER_BY_TOKEN.includes(each));

/** What each role of a tenant's own has: without it nothing of the tenant can be opened. */
export const IN_EACH_ROLE: readonly Capability[] = ["tenant.read"];

/** What a tenant's own role may be made of. */
export const GRANTABLE: readonly Capability[] = CAPABILITIES.filter((capability) => !OWNER_ONLY.includes(capability));

export const BUILT_IN_ROLES: Readonly<
  Record<Role, { name: string; summary: string; capabilities: readonly Capability[] }>
> = {
  owner: {
    name: "Owner",
    summary:
      "May do everything, decides who belongs to the tenant, connects it to Microsoft Graph, and places legal holds.",
    capabilities: CAPABILITIES,
  },
  manager: {
    name: "Manager",
    summary:
      "May do everything except decide who belongs to the tenant, how it is connected, and what is on legal hold.",
    capabilities: GRANTABLE,
  },
  operator: {
    name: "Operator",
    summary: "Syncs, backs up, captures and compares. Restores nothing and deletes nothing for good.",
    capabilities: OPERATE,
  },
  readonly: { name: "Read only", summary: "Reads everything and changes nothing.", capabilities: READ },
};

const builtInNames = Object.entries(BUILT_IN_ROLES).flatMap(([id, { name }]) => [id, name.toLowerCase()]);

/** The capabilities of a built-in role, in the contract's order. */
export function capabilitiesOf(role: Role): Capability[] {
  return inOrder(BUILT_IN_ROLES[role].capabilities);
}

/** Capabilities in the contract's order, each once. */
export function inOrder(capabilities: readonly Capability[]): Capability[] {
  return CAPABILITIES.filter((capability) => capabilities.includes(capability));
}

export function isBuiltIn(role: string): role is Role {
  return ROLES.some((each) => each === role);
}

/** The most roles of its own that a tenant may have. */
export const MAX_OWN_ROLES = 50;

export const tenantRoleSchema = z.object({
  id: roleIdSchema,
  name: z.string(),
  /** A built-in role is the same in each tenant, and cannot be changed. */
  builtIn: z.boolean(),
  capabilities: z.array(capabilitySchema),
  /** How many members have it. */
  members: z.int(),
});
export type TenantRole = z.infer<typeof tenantRoleSchema>;

export const tenantRoleListSchema = listOf(tenantRoleSchema);

/** What a tenant's own role is made of. `tenant.read` is added where it is missing. */
export const newRoleSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .refine((name) => !builtInNames.includes(name.toLowerCase()), "is the name of a built-in role"),
  capabilities: z
    .array(capabilitySchema)
    .min(1)
    .max(CAPABILITIES.length)
    .refine((chosen) => chosen.every((each) => GRANTABLE.includes(each)), "has a capability that owners alone have")
    .transform((chosen) => inOrder([...IN_EACH_ROLE, ...chosen])),
});
export type NewRole = z.output<typeof newRoleSchema>;
