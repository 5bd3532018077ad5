/** The policies that a baseline holds: loaded whole, as the inventory is, and filtered here. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useMemo } from "react";
import type { BaselineDetail, BaselinePolicy } from "../../contract/baselines.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import { useWholeList } from "../api/use-whole-list.ts";
import { Section } from "../components/page.tsx";
import { ListStatus, SearchBar } from "../components/search-bar.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { useQueryText } from "../components/use-query-text.ts";
import { WindowRows } from "../components/window-rows.tsx";
import { useSetSearch } from "../shell/address-search.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { counted } from "../components/digits.ts";
import { searchPolicies, toSearchable } from "./policy-search.ts";
import { baselinePoliciesQuery } from "./queries.ts";
import { rootPixels } from "../components/root-pixels.ts";

const ROW_PIXELS = 54;

export function BaselinePolicies({ baseline }: { baseline: BaselineDetail }) {
  const { query: inAddress, family } = useSearch({ from: PAGES.baseline });
  const setFilter: (change: { query?: string | undefined; family?: string | undefined }) => void = useSetSearch();
  const {
    items: policies,
    loaded,
    complete,
    error,
    retry,
  } = useWholeList(useInfiniteQuery(baselinePoliciesQuery(useTenant(), baseline.id)), toSearchable);
  const [query, setQuery] = useQueryText(inAddress, (text) => setFilter({ query: text || undefined }));
  const deferredQuery = useDeferredValue(query);
  const shown = useMemo(
    () => searchPolicies(policies, { query: deferredQuery, family }),
    [policies, deferredQuery, family],
  );
  const families = baseline.families
    .filter(({ policyCount }) => policyCount > 0)
    .map(({ key, label }) => ({ value: key, label }));
  return (
    <Section title="Policies" id="baseline-policies" flush>
      <div className="flex flex-col gap-2 border-b border-kumo-line px-4 pt-3 pb-2">
        <SearchBar label="Search policies" placeholder="Search by name, family or id" value={query} onChange={setQuery}>
          <SelectFilter
            label="Family"
            value={family ?? ""}
            options={[{ value: "", label: "All families" }, ...families]}
            onChange={(value) => setFilter({ family: value || undefined })}
          />
        </SearchBar>
        <ListStatus
          text={
            loaded
              ? `${counted(shown.length, "policy", "policies")} shown${complete ? "" : groupDigits(` · ${policies.length} loaded so far, loading more`)}`
              : "Loading policies"
          }
          onRetry={loaded && error !== null ? retry : undefined}
        />
      </div>
      {!loaded ? (
        <NotLoaded lines={10} lineHeight="h-9" error={error} onRetry={retry} />
      ) : shown.length > 0 ? (
        <WindowRows
          label="Policies"
          items={shown}
          rowPixels={rootPixels(ROW_PIXELS)}
          filterKey={JSON.stringify([deferredQuery, family])}
          rowClassName={() => "hover:bg-kumo-tint"}
        >
          {(policy) => <PolicyRow policy={policy} />}
        </WindowRows>
      ) : policies.length === 0 && complete ? (
        <EmptyState title="It holds no policies">Its families were read, and there were none.</EmptyState>
      ) : (
        <EmptyState title={complete ? "No policy matches" : "No policy matches so far"}>
          Use fewer words, or another family.
        </EmptyState>
      )}
    </Section>
  );
}

/** The link covers its row. It leads to the policy as the inventory has it now, also when it is gone from the tenant. */
function PolicyRow({ policy }: { policy: BaselinePolicy }) {
  const tenant = useTenant();
  return (
    <div className="flex h-full flex-col justify-center px-4">
      <Link
        to={PAGES.policy}
        params={{ slug: tenant.slug, policyId: policy.id }}
        preload={false}
        title={policy.name}
        className="truncate font-medium after:absolute after:inset-0 focus-visible:-outline-offset-2"
      >
        {policy.name}
      </Link>
      <p className="truncate text-xs text-kumo-subtle">
        {policy.familyLabel}
        {policy.platform === null ? "" : ` · ${policy.platform}`}
      </p>
    </div>
  );
}
