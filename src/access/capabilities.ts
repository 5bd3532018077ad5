/** What each role may do. The console shows by it, the guard (`guard.ts`) decides by it. */
import { CAPABILITIES, type Capability, type Role } from "../contract/access.ts";

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
  "evidence.create",
  "review-pack.generate",
  "backup.write",
  "backup.delete",
  "restore.preview",
  "baseline.capture",
  "baseline.compare",
];

/**
 * Who belongs to a tenant is decided by those who own it: a manager could else make owners, or lock all of them out. So is with which
 * rights the product works in their Microsoft tenant.
 */
const OWNERS_ALONE: ReadonlySet<Capability> = new Set(["members.manage", "connection.manage"]);
const MANAGE: readonly Capability[] = CAPABILITIES.filter((capability) => !OWNERS_ALONE.has(capability));

const BY_ROLE: Record<Role, readonly Capability[]> = {
  owner: CAPABILITIES,
  manager: MANAGE,
  operator: OPERATE,
  readonly: READ,
};

/** The capabilities of a role, in the contract's order. */
export function capabilitiesOf(role: Role): Capability[] {
  return CAPABILITIES.filter((capability) => can(role, capability));
}

export function can(role: Role, capability: Capability): boolean {
  return BY_ROLE[role].includes(capability);
}
