import type { TenantRole } from "../../contract/roles.ts";
import { roleRoutes } from "../../contract/routes/roles.ts";
import { changeOwnRole, createRole, deleteRole, listRoles } from "../../database/tenancy/roles.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import { command, Reply } from "../routing/served.ts";

/** How many members a refusal names. */
const MOST_NAMES = 10;

export const roleCommands = {
  create: command(roleRoutes.create, async ({ env, tenant, user, body }) => {
    const roleId = `role_${crypto.randomUUID()}`;
    const act = { tenantId: tenant.id, roleId, actorId: user.id, at: Date.now() };
    const outcome = await createRole(env.DATABASE, act, body);
    if (outcome === "name_taken") throw new ApiError("role_name_taken");
    if (outcome === "too_many") throw new ApiError("too_many_roles");
    return new Reply(201, { id: roleId, ...body, builtIn: false, members: 0 });
  }),
  change: command(roleRoutes.change, async ({ env, tenant, user, params: { roleId }, body }) => {
    const act = { tenantId: tenant.id, roleId, actorId: user.id, at: Date.now() };
    const outcome = await changeOwnRole(env.DATABASE, act, body);
    if (outcome === "not_found") throw new ApiError("not_found");
    if (outcome === "name_taken") throw new ApiError("role_name_taken");
    return orNotFound(await readRole(env.DATABASE, tenant.id, roleId));
  }),
  delete: command(roleRoutes.delete, async ({ env, tenant, user, params: { roleId } }) => {
    const act = { tenantId: tenant.id, roleId, actorId: user.id, at: Date.now() };
    const outcome = await deleteRole(env.DATABASE, act);
    switch (outcome.kind) {
      case "deleted":
        return { done: true as const };
      case "not_found":
        throw new ApiError("not_found");
      case "in_use":
        throw new ApiError("role_in_use", { detail: `${holders(outcome)} Give them another role first.` });
    }
  }),
};

async function readRole(database: D1Database, tenantId: string, roleId: string): Promise<TenantRole | null> {
  return (await listRoles(database, tenantId)).find(({ id }) => id === roleId) ?? null;
}

function holders({ members, invitations }: { members: readonly string[]; invitations: number }): string {
  const named = members.slice(0, MOST_NAMES).join(", ");
  const others = members.length > MOST_NAMES ? ` and ${members.length - MOST_NAMES} more` : "";
  const people = members.length === 0 ? "" : `Members have this role: ${named}${others}. `;
  const open = invitations === 1 ? "An open invitation gives it." : `${invitations} open invitations give it.`;
  return (people + (invitations === 0 ? "" : open)).trim();
}
