import { useQuery } from "@tanstack/react-query";
import { Page } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { membersQuery } from "./queries.ts";

/** Who may do what in this tenant. */
export function MembersPage() {
  const tenant = useTenant();
  const { data, error, refetch } = useQuery(membersQuery(tenant));
  return (
    <Page title="Members" documentTitle={`${tenant.name} members`}>
      <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
        {data !== undefined ? (
          data.items.length === 0 ? (
            <EmptyState title="No members" />
          ) : (
            <table className="w-full text-left">
              <thead className="text-xs text-kumo-subtle">
                <tr>
                  <th scope="col" className="px-4 py-2 font-medium">
                    Person
                  </th>
                  <th scope="col" className="px-4 py-2 font-medium">
                    Role
                  </th>
                </tr>
              </thead>
              <tbody className="divide-y divide-kumo-line border-t border-kumo-line">
                {data.items.map((member) => (
                  <tr key={member.userId}>
                    <td className="px-4 py-2.5">
                      <span className="block font-medium">{member.name}</span>
                      <span className="block text-xs break-all text-kumo-subtle">{member.email}</span>
                    </td>
                    <td className="px-4 py-2.5 capitalize">{member.role}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        ) : (
          <NotLoaded lines={5} lineHeight="h-8" error={error} onRetry={() => void refetch()} />
        )}
      </div>
    </Page>
  );
}
