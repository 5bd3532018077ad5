/** Who may do what: roles, capabilities, tenants, people. */
import { z } from "zod";
import { listOf } from "./lists.ts";

export const ROLES = ["owner", "manager", "operator", "readonly"] as const;

export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** What a member may do. `access/capabilities.ts` maps roles to these; the console only hides what it would be refused. */
export const CAPABILITIES = [
  "tenant.read",
  "inventory.read",
  "operations.read",
  "operations.cancel",
  "operations.retry",
  "inventory.sync",
  "members.read",
  "audit.read",
  "settings.manage",
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
] as const;

export const capabilitySchema = z.enum(CAPABILITIES);
export type Capability = z.infer<typeof capabilitySchema>;

export const tenantSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  role: roleSchema,
  capabilities: z.array(capabilitySchema),
});
export type Tenant = z.infer<typeof tenantSchema>;

export const tenantListSchema = listOf(tenantSchema);

/** How people are known here. In `entra` they have a session, which they can end. */
export const identityModeSchema = z.enum(["local", "entra", "access"]);

export const meSchema = z.object({
  identity: identityModeSchema,
  user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
  tenants: z.array(tenantSchema),
});
export type Me = z.infer<typeof meSchema>;

export const memberSchema = z.object({ userId: z.string(), email: z.string(), name: z.string(), role: roleSchema });
export type Member = z.infer<typeof memberSchema>;

export const memberListSchema = listOf(memberSchema);
