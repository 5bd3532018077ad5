/** Roles of a tenant's own, beside the built-in ones (`contract/roles.ts`). One that a member or an open invitation has cannot be deleted. */
import { and, asc, eq, sql } from "drizzle-orm";
import { type Capability, ROLES } from "../../contract/access.ts";
import {
  BUILT_IN_ROLES,
  capabilitiesOf,
  isBuiltIn,
  MAX_OWN_ROLES,
  type NewRole,
  type TenantRole,
} from "../../contract/roles.ts";
import { query, rowsOf } from "../sql/read.ts";
import type { AuditAction } from "../../contract/audit-actions.ts";
import { applyChange } from "../approvals/carrying-out.ts";
import { auditEventWhere, type NewAuditEvent } from "../audit/audit-events.ts";
import { customRoles, invitations, memberships, users } from "./tables.ts";
import type { TenantDatabase } from "../databases.ts";

/** What a role is to the person who has it. */
export interface HeldRole {
  role: string;
  roleName: string;
  capabilities: Capability[];
}

/** The columns from which `heldRole` is made, beside the role itself; of a left join by `isRoleOf`. */
export const OWN_ROLE = { ownName: customRoles.name, ownCapabilities: customRoles.capabilities };

/** A role with its name and what it may do. One that is neither built in nor one of the tenant's may do nothing. */
export function heldRole(
  role: string,
  { ownName, ownCapabilities }: { ownName: string | null; ownCapabilities: Capability[] | null },
): HeldRole {
  if (isBuiltIn(role)) return { role, roleName: BUILT_IN_ROLES[role].name, capabilities: capabilitiesOf(role) };
  return { role, roleName: ownName ?? "Deleted role", capabilities: ownCapabilities ?? [] };
}

/** The tenant has the role. SQL, by the names of two parameters. */
export function roleExists(tenant: string, role: string): string {
  const builtIn = ROLES.map((each) => `'${each}'`).join(", ");
  return `(${role} in (${builtIn}) or exists (select 1 from custom_roles where id = ${role} and tenant_id = ${tenant}))`;
}

/** The roles of a tenant: the built-in ones, then its own by name. */
export async function listRoles(database: TenantDatabase, tenantId: string): Promise<TenantRole[]> {
  const [counts, own] = await Promise.all([
    rowsOf(
      query(database)
        .select({ role: memberships.role, members: sql<number>`count(*)` })
        .from(memberships)
        .where(eq(memberships.tenantId, tenantId))
        .groupBy(memberships.role),
    ),
    readOwnRoles(database, tenantId),
  ]);
  const membersOf = (role: string) => counts.find((each) => each.role === role)?.members ?? 0;
  return [
    ...ROLES.map((id) => ({
      id,
      name: BUILT_IN_ROLES[id].name,
      builtIn: true,
      capabilities: capabilitiesOf(id),
      members: membersOf(id),
    })),
    ...own.map(({ id, name, capabilities }) => ({ id, name, builtIn: false, capabilities, members: membersOf(id) })),
  ];
}

/** A role of the tenant, built in or its own; null for one that it does not have. */
export async function findRole(database: TenantDatabase, tenantId: string, role: string): Promise<TenantRole | null> {
  return (await listRoles(database, tenantId)).find(({ id }) => id === role) ?? null;
}

/** Null for a role that the tenant does not have. */
export async function nameOfRole(database: TenantDatabase, tenantId: string, role: string): Promise<string | null> {
  if (isBuiltIn(role)) return BUILT_IN_ROLES[role].name;
  return (await readOwnRoles(database, tenantId)).find(({ id }) => id === role)?.name ?? null;
}

async function readOwnRoles(database: TenantDatabase, tenantId: string): Promise<(typeof customRoles.$inferSelect)[]> {
  const r = customRoles;
  return rowsOf(query(database).select().from(r).where(eq(r.tenantId, tenantId)).orderBy(asc(r.name)));
}

/** Who changes a role of a tenant's own, and when (milliseconds since the epoch). */
export interface RoleAct {
  tenantId: string;
  roleId: string;
  actorId: string;
  at: number;
}

/** Makes a role. `name_taken`: the tenant has one of that name. `too_many`: it may have no more. */
export async function createRole(
  database: TenantDatabase,
  act: RoleAct,
  { name, capabilities }: NewRole,
): Promise<"created" | "name_taken" | "too_many"> {
  const { tenantId, roleId, at } = act;
  const free = (tenant: string, taken: string, most: string): string =>
    `not exists (select 1 from custom_roles where tenant_id = ${tenant} and lower(name) = lower(${taken}))
     and (select count(*) from custom_roles where tenant_id = ${tenant}) < ${most}`;
  const [event] = await applyChange(database, [
    auditEventWhere(database, roleEvent(act, "role.create", { name, capabilities }), {
      condition: free("?9", "?10", "?11"),
      values: [tenantId, name, MAX_OWN_ROLES],
    }),
    database
      .prepare(
        `insert into custom_roles (id, tenant_id, name, capabilities, created_at)
         select ?1, ?2, ?3, ?4, ?5 where ${free("?2", "?3", "?6")}`,
      )
      .bind(roleId, tenantId, name, JSON.stringify(capabilities), at, MAX_OWN_ROLES),
  ]);
  if (event?.meta.changes === 1) return "created";
  const own = await readOwnRoles(database, tenantId);
  return own.some((each) => each.name.toLowerCase() === name.toLowerCase()) ? "name_taken" : "too_many";
}

/** Changes a role for all who have it. */
export async function changeOwnRole(
  database: TenantDatabase,
  act: RoleAct,
  { name, capabilities }: NewRole,
): Promise<"changed" | "unchanged" | "name_taken" | "not_found"> {
  const { tenantId, roleId } = act;
  const own = await readOwnRoles(database, tenantId);
  const before = own.find(({ id }) => id === roleId);
  if (before === undefined) return "not_found";
  if (own.some((each) => each.id !== roleId && each.name.toLowerCase() === name.toLowerCase())) return "name_taken";
  const seen = [roleId, before.name, JSON.stringify(before.capabilities)] as const;
  const next = JSON.stringify(capabilities);
  if (before.name === name && seen[2] === next) return "unchanged";
  const detail = { name, capabilities, previousName: before.name, previousCapabilities: before.capabilities };
  const unchanged = (id: string, was: string, had: string, wanted: string): string =>
    `id = ${id} and name = ${was} and capabilities = ${had}
     and not exists (select 1 from custom_roles as other where other.tenant_id = custom_roles.tenant_id
                        and other.id <> custom_roles.id and lower(other.name) = lower(${wanted}))`;
  const [event] = await applyChange(database, [
    auditEventWhere(database, roleEvent(act, "role.change", detail), {
      condition: `exists (select 1 from custom_roles where ${unchanged("?9", "?10", "?11", "?12")})`,
      values: [...seen, name],
    }),
    database
      .prepare(`update custom_roles set name = ?4, capabilities = ?5 where ${unchanged("?1", "?2", "?3", "?4")}`)
      .bind(...seen, name, next),
  ]);
  // Another person has changed or deleted it in between.
  return event?.meta.changes === 1 ? "changed" : changeOwnRole(database, act, { name, capabilities });
}

export type RoleDeletion =
  | { kind: "deleted" }
  | { kind: "not_found" }
  /** Who has it: members by name, and how many open invitations. */
  | { kind: "in_use"; members: string[]; invitations: number };

/** Deletes a role that nobody has, and that no open invitation gives. */
export async function deleteRole(database: TenantDatabase, act: RoleAct): Promise<RoleDeletion> {
  const { tenantId, roleId, at } = act;
  const before = (await readOwnRoles(database, tenantId)).find(({ id }) => id === roleId);
  if (before === undefined) return { kind: "not_found" };
  const unused = (tenant: string, role: string, now: string): string =>
    `id = ${role} and tenant_id = ${tenant}
     and not exists (select 1 from memberships where tenant_id = ${tenant} and role = ${role})
     and not exists (select 1 from invitations where tenant_id = ${tenant} and role = ${role} and closed_at is null and expires_at > ${now})`;
  const { name, capabilities } = before;
  const [event] = await applyChange(database, [
    auditEventWhere(database, roleEvent(act, "role.delete", { name, capabilities }), {
      condition: `exists (select 1 from custom_roles where ${unused("?9", "?10", "?11")})`,
      values: [tenantId, roleId, at],
    }),
    database.prepare(`delete from custom_roles where ${unused("?1", "?2", "?3")}`).bind(tenantId, roleId, at),
  ]);
  if (event?.meta.changes === 1) return { kind: "deleted" };
  const holders = await rowsOf(
    query(database)
      .select({ name: users.name })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(and(eq(memberships.tenantId, tenantId), eq(memberships.role, roleId)))
      .orderBy(asc(users.name)),
  );
  const i = invitations;
  const open = await rowsOf(
    query(database)
      .select({ id: i.id })
      .from(i)
      .where(
        and(eq(i.tenantId, tenantId), eq(i.role, roleId), sql`${i.closedAt} is null`, sql`${i.expiresAt} > ${at}`),
      ),
  );
  return { kind: "in_use", members: holders.map((each) => each.name), invitations: open.length };
}

function roleEvent(
  { tenantId, roleId, actorId, at }: RoleAct,
  action: AuditAction,
  detail: Record<string, unknown>,
): NewAuditEvent {
  return { tenantId, at, action, actorId, targetKind: "role", targetId: roleId, detail };
}
