import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { AUDIT_ACTIONS } from "../../contract/audit-actions.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import { choosableItems, listedItems } from "../api/listed-items.ts";
import { LinkButton } from "../components/link-button.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Page, Panel } from "../components/page.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { membersQuery } from "../members/queries.ts";
import { useSetSearch } from "../shell/address-search.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { Rows } from "../keys/rows.tsx";
import { AuditChain } from "./audit-chain.tsx";
import { AuditRow } from "./audit-row.tsx";
import { auditEventsQuery, type AuditSearch } from "./queries.ts";

const ACTIONS = [
  { value: "", label: "All events" },
  ...Object.entries(AUDIT_ACTIONS)
    .map(([value, words]) => ({ value, label: words.charAt(0).toUpperCase() + words.slice(1) }))
    .toSorted((a, b) => a.label.localeCompare(b.label, "en")),
];

/** Who did what in this tenant, newest first. */
export function AuditPage() {
  const tenant = useTenant();
  const search = useSearch({ from: PAGES.audit });
  const setSearch: (change: AuditSearch) => void = useSetSearch();
  const people = choosableItems(useInfiniteQuery(membersQuery(tenant)));
  return (
    <Page
      title="Audit log"
      documentTitle={`${tenant.name} audit log`}
      description={
        <p className="max-w-2xl">
          Every change that a person makes, every restored policy, and what members were refused. An event is never
          changed.
        </p>
      }
    >
      <AuditChain search={search} />
      <div className="flex flex-wrap items-center gap-2">
        <SelectFilter
          label="Event"
          value={search.action ?? ""}
          options={ACTIONS}
          onChange={(action) => setSearch({ action: action || undefined })}
        />
        <SelectFilter
          label="Person"
          value={search.person ?? ""}
          options={[
            { value: "", label: "Everyone" },
            ...people.map(({ userId, name }) => ({ value: userId, label: name })),
            ...formerPerson(search.person, people),
          ]}
          onChange={(person) => setSearch({ person: person || undefined })}
        />
        <DayFilter label="From" day={search.from} onChange={(from) => setSearch({ from })} />
        <DayFilter label="Until" day={search.until} onChange={(until) => setSearch({ until })} />
        {search.thing === undefined ? null : (
          <p className="text-sm text-kumo-subtle">
            Only what was done to <span className="font-mono text-xs break-all">{search.thing}</span>.{" "}
            <LinkButton onClick={() => setSearch({ thing: undefined })}>Show everything</LinkButton>
          </p>
        )}
      </div>
      <EventList key={JSON.stringify(search)} search={search} />
    </Page>
  );
}

function DayFilter(props: { label: string; day: string | undefined; onChange: (day: string | undefined) => void }) {
  const { label, day, onChange } = props;
  return (
    <label className="flex items-center gap-1.5 text-sm text-kumo-subtle">
      {label}
      <input
        type="date"
        value={day ?? ""}
        onChange={(event) => onChange(event.target.value || undefined)}
        className="h-8 rounded-md bg-kumo-base px-2 text-kumo-default ring ring-kumo-line"
      />
    </label>
  );
}

/** A person of the address who is no member now can still be chosen, and so be seen to be chosen. */
function formerPerson(chosen: string | undefined, people: readonly { userId: string }[]) {
  if (chosen === undefined || people.some(({ userId }) => userId === chosen)) return [];
  return [{ value: chosen, label: "A former member" }];
}

function EventList({ search }: { search: AuditSearch }) {
  const tenant = useTenant();
  const query = useInfiniteQuery(auditEventsQuery(tenant, search));
  const events = listedItems(query);
  const filtered = Object.values(search).some((value) => value !== undefined);
  return (
    <Panel>
      {events === undefined ? (
        <NotLoaded lines={8} lineHeight="h-8" error={query.error} onRetry={() => void query.refetch()} />
      ) : events.length === 0 ? (
        filtered ? (
          <EmptyState title="No event matches">Choose all events, another person, or more days.</EmptyState>
        ) : (
          <EmptyState title="Nothing recorded yet">
            The first change, operation or download in this tenant will stand here.
          </EmptyState>
        )
      ) : (
        <Rows className="divide-y divide-kumo-line">
          {events.map((event) => (
            <AuditRow key={event.id} event={event} />
          ))}
        </Rows>
      )}
      <LoadMore query={query} label="Load older events" />
    </Panel>
  );
}
