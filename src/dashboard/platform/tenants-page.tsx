/** All tenants of the deployment, and how much they are used: counts, and nothing of what is in them. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { PlatformTenant } from "../../contract/access.ts";
import { listedItems } from "../api/listed-items.ts";
import { CloseTenantDialog } from "../closing/close-tenant-dialog.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Panel } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { TableRows } from "../keys/rows.tsx";
import { NewTenantDialog } from "./new-tenant-dialog.tsx";
import { PlatformFrame } from "./platform-frame.tsx";
import { tenantsQuery } from "./queries.ts";

export function TenantsPage() {
  return (
    <PlatformFrame
      title="Tenants"
      description={<p>You see how much each tenant is used. What is in a tenant, its members alone see.</p>}
      actions={<NewTenantDialog />}
    >
      <TenantTable />
    </PlatformFrame>
  );
}

function TenantTable() {
  const query = useInfiniteQuery(tenantsQuery);
  const tenants = listedItems(query);
  if (tenants === undefined) {
    return (
      <Panel>
        <NotLoaded lines={6} lineHeight="h-8" error={query.error} onRetry={() => void query.refetch()} />
      </Panel>
    );
  }
  if (tenants.length === 0) {
    return (
      <Panel>
        <EmptyState title="No tenants yet">
          Make the first one. You become its owner, and invite the people who work with it.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Panel>
      <table className="w-full text-left">
        <thead className="hidden text-xs text-kumo-subtle sm:table-header-group">
          <tr>
            {["Tenant", "Members", "Microsoft Graph", "Last sync", "Runs in 30 days"].map((title) => (
              <th key={title} scope="col" className="px-4 py-2 font-medium">
                {title}
              </th>
            ))}
            <th scope="col" className="px-4 py-2 font-medium">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <TableRows className="divide-y divide-kumo-line sm:border-t sm:border-kumo-line">
          {tenants.map((tenant) => (
            <TenantRow key={tenant.id} tenant={tenant} />
          ))}
        </TableRows>
      </table>
      <LoadMore query={query} label="Load more tenants" />
    </Panel>
  );
}

const CELL = "flex flex-wrap justify-between gap-x-4 px-4 py-0.5 sm:table-cell sm:py-2.5";

function TenantRow({ tenant }: { tenant: PlatformTenant }) {
  const { slug, name, members, connected, lastSyncAt, recentRuns } = tenant;
  return (
    <tr className="block py-2 align-top sm:table-row sm:py-0">
      <th scope="row" className="block px-4 py-0.5 font-medium [overflow-wrap:anywhere] sm:table-cell sm:py-2.5">
        <bdi>{name}</bdi>
        <span className="block text-xs font-normal text-kumo-subtle">{slug}</span>
      </th>
      <td className={`${CELL} tabular`}>
        <Label>Members</Label>
        {members}
      </td>
      <td className={CELL}>
        <Label>Microsoft Graph</Label>
        {connected ? "Connected" : "Not connected"}
      </td>
      <td className={CELL}>
        <Label>Last sync</Label>
        {lastSyncAt === null ? "Never" : <Time at={lastSyncAt} />}
      </td>
      <td className={`${CELL} tabular`}>
        <Label>Runs in 30 days</Label>
        {recentRuns}
      </td>
      <td className="block px-4 py-1 sm:table-cell sm:py-2 sm:text-right">
        <CloseTenantDialog tenant={tenant} />
      </td>
    </tr>
  );
}

/** On a small screen the table has no head. */
function Label({ children }: { children: string }) {
  return <span className="text-kumo-subtle sm:hidden">{children}</span>;
}
