/** Changes of a tenant's own roles. */
import { z } from "zod";
import { capabilitySchema } from "../../contract/access.ts";
import type { NewRole, TenantRole } from "../../contract/roles.ts";
import { changeOwnRole, createRole, deleteRole, findRole } from "../../database/tenancy/roles.ts";
import { ApiError } from "../routing/problems.ts";
import { orNotFound } from "../routing/requests.ts";
import type { Act, ActContext, ActPlace } from "./act.ts";

/** How many members a refusal names. */
const MOST_NAMES = 10;

const roleShape = { name: z.string(), capabilities: z.array(capabilitySchema) };
const roleActOf = ({ tenant, actor }: ActContext, roleId: string) => ({
  tenantId: tenant.id,
  roleId,
  actorId: actor.id,
  at: Date.now(),
});

export const createRoleAct: Act<NewRole, TenantRole> = {
  kind: "role.create",
  input: z.object(roleShape),
  describe: (_place, after) => Promise.resolve({ kind: "role.create", after }),
  perform: async (context, role) => {
    const id = `role_${crypto.randomUUID()}`;
    const outcome = await createRole(context.env.DATABASE, roleActOf(context, id), role);
    if (outcome === "name_taken") throw new ApiError("role_name_taken");
    if (outcome === "too_many") throw new ApiError("too_many_roles");
    return { id, ...role, builtIn: false, members: 0 };
  },
};

export const changeOwnRoleAct: Act<NewRole & { roleId: string }, TenantRole> = {
  kind: "role.change",
  input: z.object({ roleId: z.string(), ...roleShape }),
  describe: async (place, { roleId, name, capabilities }) => {
    const before = await ownRole(place, roleId);
    return before === null ? null : { kind: "role.change", before, after: { name, capabilities } };
  },
  perform: async (context, { roleId, ...role }) => {
    const { env, tenant } = context;
    const outcome = await changeOwnRole(env.DATABASE, roleActOf(context, roleId), role);
    if (outcome === "not_found") throw new ApiError("not_found");
    if (outcome === "name_taken") throw new ApiError("role_name_taken");
    return orNotFound(await findRole(env.DATABASE, tenant.id, roleId));
  },
};

export const deleteRoleAct: Act<{ roleId: string }, void> = {
  kind: "role.delete",
  input: z.object({ roleId: z.string() }),
  describe: async (place, { roleId }) => {
    const before = await ownRole(place, roleId);
    return before === null ? null : { kind: "role.delete", before };
  },
  perform: async (context, { roleId }) => {
    const outcome = await deleteRole(context.env.DATABASE, roleActOf(context, roleId));
    switch (outcome.kind) {
      case "deleted":
        return;
      case "not_found":
        throw new ApiError("not_found");
      case "in_use":
        throw new ApiError("role_in_use", { detail: `${holders(outcome)} Give them another role first.` });
    }
  },
};

async function ownRole({ env, tenant }: ActPlace, roleId: string) {
  const found = await findRole(env.DATABASE, tenant.id, roleId);
  if (found === null || found.builtIn) return null;
  const { id, name, capabilities } = found;
  return { id, name, capabilities };
}

function holders({ members, invitations }: { members: readonly string[]; invitations: number }): string {
  const named = members.slice(0, MOST_NAMES).join(", ");
  const others = members.length > MOST_NAMES ? ` and ${members.length - MOST_NAMES} more` : "";
  const people = members.length === 0 ? "" : `Members have this role: ${named}${others}. `;
  const open = invitations === 1 ? "An open invitation gives it." : `${invitations} open invitations give it.`;
  return (people + (invitations === 0 ? "" : open)).trim();
}
