/** The inventory: a list to search, with a policy beside it; or the families it is read from. */
import { Outlet, useMatch, useSearch } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import { PageHeader } from "../components/page.tsx";
import { ViewLink } from "../components/view-link.tsx";
import { policiesQuery, unreadableQuery } from "./queries.ts";
import type { AskAhead } from "../shell/ahead.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { FamilyList } from "./family-list.tsx";
import { PolicyList } from "./policy-list.tsx";
import { SyncInventoryButton } from "./sync-button.tsx";

const VIEWS = [
  { view: undefined, label: "Policies" },
  { view: "families", label: "Families" },
] as const;

export const ASK_AHEAD: AskAhead = (ahead, tenant) => {
  ahead.list(policiesQuery(tenant));
  ahead.list(unreadableQuery(tenant));
};

export function InventoryPage() {
  const tenant = useTenant();
  const { view } = useSearch({ from: PAGES.inventory });
  const detail = useMatch({ from: PAGES.policy, shouldThrow: false });
  const detailOpen = detail !== undefined;
  return (
    <div className="flex h-[calc(100dvh-3.5rem)] min-h-96 flex-col">
      {detailOpen ? <h1 className="sr-only lg:hidden">Inventory</h1> : null}
      <div className={`flex-col gap-3 px-4 pt-5 pb-3 md:px-8 md:pt-7 ${detailOpen ? "hidden lg:flex" : "flex"}`}>
        <PageHeader title="Inventory" documentTitle={`${tenant.name} inventory`} actions={<SyncInventoryButton />} />
        <nav aria-label="Inventory views" className="flex flex-wrap gap-x-4 border-b border-kumo-line">
          {VIEWS.map((each) => (
            <ViewLink
              key={each.label}
              to={PAGES.inventory}
              params={{ slug: tenant.slug }}
              search={(before) => ({ ...before, view: each.view })}
              current={view === each.view}
            >
              {each.label}
            </ViewLink>
          ))}
          <ViewLink to={PAGES.settingSearch} params={{ slug: tenant.slug }} current={false}>
            Find a setting
          </ViewLink>
        </nav>
      </div>
      {view === "families" && !detailOpen ? (
        <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-6 md:px-8">
          <FamilyList />
        </div>
      ) : (
        <div className="flex min-h-0 flex-1 px-4 pb-4 md:px-8 lg:gap-4">
          <div className={`min-w-0 flex-1 ${detailOpen ? "hidden lg:flex lg:max-w-md" : "flex"}`}>
            <PolicyList />
          </div>
          {detailOpen ? (
            <div className="min-w-0 flex-[1.6] pt-4 lg:pt-0">
              <Outlet />
            </div>
          ) : null}
        </div>
      )}
    </div>
  );
}
