/** The items of a plan by what would happen to them, what needs a look first; and the choices for another preview. */
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import type { RestorePlan } from "../../contract/restore.ts";
import { backupSetQuery } from "../backups/queries.ts";
import { SearchBar } from "../components/search-bar.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState } from "../components/states.tsx";
import { AbsoluteTime } from "../components/time.tsx";
import { useQueryText } from "../components/use-query-text.ts";
import { useSetSearch } from "../shell/address-search.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { ChoicesBar } from "./choices-bar.tsx";
import { PlanItemSection } from "./plan-item-section.tsx";
import { PlanOverview } from "./plan-overview.tsx";
import { actionCount, ACTIONS_IN_ORDER } from "./plan-words.ts";
import type { PlanItemFilter } from "./queries.ts";
import { NO_CHOICES } from "./reference-choices.ts";

export function PlanReview({ plan }: { plan: RestorePlan }) {
  const { query, family, missing } = useSearch({ from: PAGES.restorePlan });
  const [choices, setChoices] = useState(NO_CHOICES);
  const filter: PlanItemFilter = { query, family, missing };
  const actions = ACTIONS_IN_ORDER.filter((action) => {
    const count = actionCount(plan, action);
    return count !== null && count > 0;
  });
  return (
    <>
      {plan.runs.length === 0 ? null : (
        <div>
          <h2 className="font-semibold">What was planned</h2>
          <p className="text-kumo-subtle">
            As the preview of <AbsoluteTime at={plan.createdAt} /> read the tenant. The operation above tells what came
            of it.
          </p>
        </div>
      )}
      <PlanOverview plan={plan} />
      {actions.length === 0 ? (
        <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
          <EmptyState title="Nothing is in this plan" />
        </div>
      ) : (
        <PlanFilter plan={plan} filter={filter} />
      )}
      {actions.map((action) => (
        <PlanItemSection
          key={action}
          plan={plan}
          action={action}
          filter={filter}
          choices={choices}
          onChoose={setChoices}
        />
      ))}
      <ChoicesBar plan={plan} choices={choices} onClear={() => setChoices(NO_CHOICES)} />
    </>
  );
}

function PlanFilter({ plan, filter }: { plan: RestorePlan; filter: PlanItemFilter }) {
  const families = useQuery(backupSetQuery(useTenant(), plan.backupSetId)).data?.families;
  const setFilter: (change: PlanItemFilter) => void = useSetSearch();
  const [query, setQuery] = useQueryText(filter.query, (text) => setFilter({ query: text.trim() || undefined }));
  const missing = plan.itemsMissingReferences;
  return (
    <SearchBar
      narrow
      label="Search the plan"
      placeholder="Search by name"
      value={query}
      maxLength={200}
      onChange={setQuery}
    >
      {families === undefined || families.length === 0 ? null : (
        <SelectFilter
          label="Family"
          value={filter.family ?? ""}
          options={[{ value: "", label: "All families" }, ...families.map(({ key, label }) => ({ value: key, label }))]}
          onChange={(value) => setFilter({ family: value || undefined })}
        />
      )}
      {(missing === null || missing === 0) && filter.missing === undefined ? null : (
        <SelectFilter
          label="References"
          value={filter.missing ? "missing" : ""}
          options={[
            { value: "", label: "All items" },
            {
              value: "missing",
              label: missing === null ? "Missing references" : groupDigits(`Missing references (${missing})`),
            },
          ]}
          onChange={(value) => setFilter({ missing: value === "missing" ? true : undefined })}
        />
      )}
    </SearchBar>
  );
}
