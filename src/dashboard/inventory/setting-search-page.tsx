/** Where is X set: a search through the settings of all policies of the tenant, which tells how far it has come. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import type { SettingMatch, SettingSearch } from "../../contract/readable-policy.ts";
import { choosableOf } from "../api/listed-items.ts";
import { counted, digits } from "../components/digits.ts";
import { Page } from "../components/page.tsx";
import { ListStatus, SearchBar } from "../components/search-bar.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, ErrorState } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { Time } from "../components/time.tsx";
import { useQueryText } from "../components/use-query-text.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { familiesQuery, settingSearchQuery } from "./queries.ts";
import { progressOfSearch } from "./search-words.ts";
import { SettingRow } from "./setting-row.tsx";

export function SettingSearchPage() {
  const tenant = useTenant();
  const { query, family } = useSearch({ from: PAGES.settingSearch });
  const navigate = useNavigate({ from: PAGES.settingSearch });
  const families = useQuery(familiesQuery(tenant));
  const store = useCallback(
    (text: string) =>
      void navigate({
        search: (search) => ({ ...search, query: text || undefined }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const [text, setText] = useQueryText(query, store);
  const asked = query?.trim();
  return (
    <Page
      title="Find a setting"
      documentTitle={`${tenant.name}: find a setting`}
      description={
        <p className="max-w-2xl">
          Looks through the settings of every policy in the{" "}
          <TextLink to={PAGES.inventory} params={{ slug: tenant.slug }}>
            inventory
          </TextLink>
          , by label, by Microsoft Graph’s name and by value.
        </p>
      }
    >
      <SearchBar
        label="Setting to find"
        placeholder="homepage, passwordRequired, 10.0.0.1"
        maxLength={200}
        value={text}
        onChange={setText}
      >
        <SelectFilter
          label="Family"
          value={family ?? ""}
          options={[
            { value: "", label: "All families" },
            ...choosableOf(families.data).map(({ key, label }) => ({ value: key, label })),
          ]}
          onChange={(value) =>
            void navigate({
              search: (search) => ({ ...search, family: value || undefined }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      </SearchBar>
      {asked === undefined || asked.length < 2 ? (
        <EmptyState title="Type at least two characters">
          A part of a setting’s label, name or value is enough.
        </EmptyState>
      ) : (
        <Results key={`${asked} ${family ?? ""}`} query={asked} family={family} />
      )}
    </Page>
  );
}

function Results({ query, family }: { query: string; family: string | undefined }) {
  const search = useInfiniteQuery(settingSearchQuery(useTenant(), query, family));
  const { hasNextPage, isFetching, isError, fetchNextPage } = search;
  // Each step is a request of its own, so leaving the page ends the search.
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  const steps = search.data?.pages;
  if (steps === undefined) {
    return search.error === null ? (
      <ListStatus text="Searching" />
    ) : (
      <ErrorState error={search.error} onRetry={() => void search.refetch()} />
    );
  }
  const matches = steps.flatMap(({ items }) => items);
  return (
    <section aria-label="Policies that match" className="flex min-w-0 flex-col gap-2.5">
      <ListStatus
        text={progressOfSearch(steps, matches.length)}
        onRetry={isError && !isFetching ? () => void fetchNextPage() : undefined}
      />
      <Unreadable steps={steps} />
      {matches.length > 0 ? (
        <ul className="flex flex-col gap-3">
          {matches.map((match) => (
            <Match key={match.policy.id} match={match} />
          ))}
        </ul>
      ) : hasNextPage || isError ? null : (
        <EmptyState title="No setting matches">
          No policy that could be read holds this text. Sync the inventory first if the setting is new.
        </EmptyState>
      )}
    </section>
  );
}

function Match({ match: { policy, rows, matchCount } }: { match: SettingMatch }) {
  const tenant = useTenant();
  return (
    <li className="rounded-lg bg-kumo-base ring ring-kumo-line">
      <div className="flex flex-wrap items-baseline gap-x-3 border-b border-kumo-line px-4 py-2">
        <TextLink
          to={PAGES.policy}
          params={{ slug: tenant.slug, policyId: policy.id }}
          className="font-medium [overflow-wrap:anywhere]"
        >
          {policy.name}
        </TextLink>
        <span className="text-xs text-kumo-subtle">
          {policy.familyLabel} · Seen <Time at={policy.lastSeenAt} />
        </span>
      </div>
      {rows.map((row, at) => (
        <div key={at}>
          {row.within.length === 0 ? null : (
            <p className="px-4 pt-2 text-xs text-kumo-subtle [overflow-wrap:anywhere]">{row.within.join(" › ")}</p>
          )}
          <dl>
            <SettingRow row={{ ...row, depth: 0 }} />
          </dl>
        </div>
      ))}
      {matchCount > rows.length ? (
        <p className="border-t border-kumo-line px-4 py-2 text-xs text-kumo-subtle">
          {digits(matchCount - rows.length)} more in this policy
        </p>
      ) : null}
    </li>
  );
}

/** What could not be looked at is told: a setting may be there. */
function Unreadable({ steps }: { steps: readonly SettingSearch[] }) {
  const unreadable = steps.flatMap((step) => step.unreadable);
  if (unreadable.length === 0) return null;
  return (
    <p role="note" className="rounded-md bg-kumo-warning-tint px-3 py-2 [overflow-wrap:anywhere]">
      {counted(unreadable.length, "policy", "policies")} could not be looked at, so what is set there is not known:{" "}
      {unreadable.map(({ name }) => name).join(", ")}.
    </p>
  );
}
