import { BUILT_IN_ROLES, isBuiltIn, type TenantRole } from "../../contract/roles.ts";
import { Choices } from "../components/choices.tsx";

interface RoleChoicesProps {
  roles: readonly TenantRole[];
  value: string;
  onChange: (role: string) => void;
}

/** One of the tenant's roles, each with what it may do. */
export function RoleChoices({ roles, value, onChange }: RoleChoicesProps) {
  const options = roles.map(({ id, name, capabilities }) => ({
    value: id,
    label: name,
    description: isBuiltIn(id) ? BUILT_IN_ROLES[id].summary : ownRoleSummary(capabilities.length),
  }));
  return <Choices legend="Role" options={options} value={value} onChange={onChange} />;
}

function ownRoleSummary(capabilities: number): string {
  return `A role of this tenant, with ${capabilities} ${capabilities === 1 ? "capability" : "capabilities"}.`;
}
