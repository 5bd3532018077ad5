/** Who may do what, as a condition of a statement: a role may change between the guard and the commit. */
import { type Capability, ROLES } from "../../contract/access.ts";
import { BUILT_IN_ROLES } from "../../contract/roles.ts";

/** The person is a member whose role has the capability, and is not disabled. SQL, by the names of two parameters. */
export function mayDo(tenant: string, person: string, capability: Capability): string {
  const builtIn = ROLES.filter((role) => BUILT_IN_ROLES[role].capabilities.includes(capability));
  return `exists (
    select 1 from memberships m join users u on u.id = m.user_id
     where m.tenant_id = ${tenant} and m.user_id = ${person} and u.disabled_at is null
       and (m.role in (${builtIn.map((role) => `'${role}'`).join(", ")})
            or exists (select 1 from custom_roles c, json_each(c.capabilities) each
                        where c.id = m.role and c.tenant_id = m.tenant_id and each.value = '${capability}')))`;
}

/** How many owners of the tenant can sign in. SQL, by the name of a parameter; `besides` is the name of one for a person who is not counted. */
export function activeOwners(tenant: string, besides?: string): string {
  const others = besides === undefined ? "" : ` and m.user_id <> ${besides}`;
  return `(select count(*) from memberships m join users u on u.id = m.user_id
            where m.tenant_id = ${tenant} and m.role = 'owner' and u.disabled_at is null${others})`;
}
