/** What each role of the tenant may do: the roles across, the capabilities down. */
import { CheckIcon } from "@phosphor-icons/react/Check";
import { MinusIcon } from "@phosphor-icons/react/Minus";
import { CAPABILITIES } from "../../contract/access.ts";
import { CAPABILITY_WORDS, type TenantRole } from "../../contract/roles.ts";
import { Section } from "../components/page.tsx";
import { TableRows } from "../keys/rows.tsx";

export function RoleTable({ roles }: { roles: readonly TenantRole[] }) {
  return (
    <Section title="What each role may do" id="role-table" flush>
      <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-labelledby="role-table">
        <table className="w-full text-left">
          <thead className="text-xs text-kumo-subtle">
            <tr>
              <th scope="col" className="min-w-52 px-4 py-2 font-medium">
                Capability
              </th>
              {roles.map(({ id, name }) => (
                <th key={id} scope="col" className="max-w-40 min-w-20 px-3 py-2 text-center font-medium break-words">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <TableRows className="divide-y divide-kumo-line border-t border-kumo-line">
            {CAPABILITIES.map((capability) => (
              <tr key={capability}>
                <th scope="row" className="px-4 py-2 font-normal">
                  {CAPABILITY_WORDS[capability]}
                  <code className="block font-mono text-xs text-kumo-subtle">{capability}</code>
                </th>
                {roles.map(({ id, capabilities }) => (
                  <td key={id} className="px-3 py-2 text-center">
                    <Mark on={capabilities.includes(capability)} />
                  </td>
                ))}
              </tr>
            ))}
          </TableRows>
        </table>
      </div>
    </Section>
  );
}

function Mark({ on }: { on: boolean }) {
  const Icon = on ? CheckIcon : MinusIcon;
  return (
    <>
      <Icon size={16} aria-hidden className={`inline ${on ? "text-kumo-success" : "text-kumo-subtle opacity-60"}`} />
      <span className="sr-only">{on ? "Yes" : "No"}</span>
    </>
  );
}
