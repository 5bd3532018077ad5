/** All runs of a tenant, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { choosableItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Page } from "../components/page.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { SyncInventoryButton } from "../inventory/sync-button.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { OPERATION_FILE } from "../lists/list-columns.ts";
import { SaveList } from "../lists/save-list.tsx";
import { MatchingActions } from "./matching-actions.tsx";
import { TYPE_OPTIONS } from "./operation-types.ts";
import { operationsQuery } from "./queries.ts";
import { RunList } from "./run-list.tsx";
import { useCurrentRuns } from "./run-store.ts";

const STATES = [
  { value: "", label: "Any state" },
  { value: "active", label: "Active" },
  { value: "finished", label: "Finished" },
];

const TYPES = [{ value: "", label: "All operations" }, ...TYPE_OPTIONS];

export function OperationsPage() {
  const tenant = useTenant();
  const search = useSearch({ from: PAGES.operations });
  const navigate = useNavigate({ from: PAGES.operations });
  const query = useInfiniteQuery(operationsQuery(tenant, { state: search.state, type: search.type }));
  const { data } = query;
  const listed = useCurrentRuns(useMemo(() => choosableItems({ data }), [data]));
  // A run that has just left the state asked for leaves the list at once, before the list is read again.
  const runs = listed.filter(
    (run) => search.state === undefined || (run.status === "completed") === (search.state === "finished"),
  );
  const filtered = search.state !== undefined || search.type !== undefined;

  return (
    <Page title="Operations" documentTitle={`${tenant.name} operations`} actions={<SyncInventoryButton />}>
      <div className="flex flex-wrap items-center gap-2">
        <div role="group" aria-label="Filter" className="flex flex-wrap items-center gap-2">
          <SelectFilter
            label="State"
            value={search.state ?? ""}
            options={STATES}
            onChange={(state) =>
              void navigate({
                search: (before) => ({
                  ...before,
                  state: state === "active" || state === "finished" ? state : undefined,
                }),
                replace: true,
              })
            }
          />
          <SelectFilter
            label="Operation"
            value={search.type ?? ""}
            options={TYPES}
            onChange={(type) =>
              void navigate({ search: (before) => ({ ...before, type: type || undefined }), replace: true })
            }
          />
        </div>
        <SaveList
          name="operations"
          noun={["operation", "operations"]}
          readPage={operationsQuery(tenant, { state: search.state, type: search.type, limit: 100 }).readPage}
          keyOf={({ id }) => id}
          columns={OPERATION_FILE}
        />
        <MatchingActions filter={{ state: search.state, type: search.type }} />
      </div>
      <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
        {query.data === undefined ? (
          <NotLoaded lines={8} lineHeight="h-9" error={query.error} onRetry={() => void query.refetch()} />
        ) : runs.length === 0 ? (
          filtered ? (
            <EmptyState title="No operation matches this filter">Choose another state or operation.</EmptyState>
          ) : (
            <EmptyState title="No operation has run yet">
              Press “Sync inventory” to read this tenant's policies.
            </EmptyState>
          )
        ) : (
          <RunList runs={runs} />
        )}
        <LoadMore query={query} label="Load older operations" />
      </div>
    </Page>
  );
}
