import { useInfiniteQuery } from "@tanstack/react-query";
import type { AuditEvent } from "../../contract/audit-events.ts";
import { listedItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Page } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { auditEventsQuery } from "./queries.ts";

/** Who did what in this tenant, newest first. */
export function AuditPage() {
  const tenant = useTenant();
  const query = useInfiniteQuery(auditEventsQuery(tenant));
  const events = listedItems(query);
  return (
    <Page title="Audit log" documentTitle={`${tenant.name} audit log`}>
      <div className="rounded-lg bg-kumo-base ring ring-kumo-line">
        {query.data === undefined ? (
          <NotLoaded lines={8} lineHeight="h-8" error={query.error} onRetry={() => void query.refetch()} />
        ) : events.length === 0 ? (
          <EmptyState title="Nothing recorded yet">
            Starting, canceling and retrying operations is recorded here.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-kumo-line">
            {events.map((event) => (
              <AuditRow key={event.id} event={event} />
            ))}
          </ul>
        )}
        <LoadMore query={query} label="Load older events" />
      </div>
    </Page>
  );
}

function AuditRow({ event }: { event: AuditEvent }) {
  const hasDetail = Object.keys(event.detail).length > 0;
  return (
    <li className="px-4 py-2.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <p>
          <span className="font-medium">{event.actor?.name ?? "System"}</span>{" "}
          <code className="font-mono text-xs">{event.action}</code>
        </p>
        <p className="text-xs text-kumo-subtle">
          <Time at={event.at} />
        </p>
      </div>
      <details>
        <summary className="w-fit cursor-pointer rounded-sm text-xs text-kumo-subtle">Details</summary>
        <p className="mt-1 font-mono text-xs break-all">
          {event.target.kind} {event.target.id}
        </p>
        {hasDetail ? (
          <pre className="mt-1 overflow-x-auto font-mono text-xs">{JSON.stringify(event.detail, null, 2)}</pre>
        ) : null}
      </details>
    </li>
  );
}
