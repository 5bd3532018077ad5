/** What runs in the person's other tenants. Nothing for a person who has one tenant. */
import { useQuery } from "@tanstack/react-query";
import type { ActiveOperations } from "../../contract/standing.ts";
import { mapTold, UNKNOWN_WORDS } from "../api/told.ts";
import { useTold } from "../api/use-told.ts";
import { AppLink } from "../components/app-link.tsx";
import { clockText } from "../components/clock.ts";
import { Section } from "../components/page.tsx";
import { EmptyState, Skeleton } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { activeEverywhereQuery } from "../home/queries.ts";
import { Rows } from "../keys/rows.tsx";
import { RunProgress } from "../runs/run-progress.tsx";
import { RunStatusBadge } from "../runs/run-status.tsx";
import { useTenantScope } from "../shell/tenant-context.ts";

const AGAIN_MS = 15_000;

export function ActiveElsewhere() {
  const { me } = useTenantScope();
  if (me.tenants.length === 1 && me.tenantsUnread === 0) return null;
  return (
    <Section
      title="Active in your other tenants"
      id="overview-elsewhere"
      flush
      actions={
        <TextLink to="/" className="text-xs">
          All tenants
        </TextLink>
      }
    >
      {/* As high as the longest of what it may say: that the connection is lost moves nothing. */}
      <div className="grid min-h-33 content-center">
        <Elsewhere />
      </div>
    </Section>
  );
}

function Elsewhere() {
  const { tenant } = useTenantScope();
  const all = useTold(useQuery({ ...activeEverywhereQuery, refetchInterval: AGAIN_MS }));
  const told = mapTold(all, ({ items, ...rest }) => ({
    ...rest,
    items: items.filter((item) => item.tenant.id !== tenant.id),
  }));
  switch (told.state) {
    case "loading":
      return <Skeleton lines={2} />;
    case "told":
      return <Known known={told.value} />;
    case "unknown":
      if (told.last !== null && told.last.items.length > 0) return <Known known={told.last} />;
      return (
        <EmptyState title={UNKNOWN_WORDS[told.reason]}>
          {told.since === null
            ? "What runs there could not be read. Operations go on."
            : `Not known since ${clockText(told.since)}. Operations go on.`}
        </EmptyState>
      );
  }
}

function Known({ known: { items, more, tenantsUnread } }: { known: ActiveOperations }) {
  return (
    <>
      {items.length > 0 ? (
        <Rows className="divide-y divide-kumo-line">
          {items.map(({ tenant, run }) => (
            <li
              key={run.id}
              className="grid gap-x-6 gap-y-1.5 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_9.5rem] sm:items-center"
            >
              <div className="min-w-0 [overflow-wrap:anywhere]">
                <AppLink href={run.href} className="font-medium hover:underline">
                  {run.label}
                </AppLink>
                <p className="text-xs text-kumo-subtle">
                  <bdi>{tenant.name}</bdi>
                </p>
              </div>
              <RunProgress run={run} bars="counted" />
              <div className="sm:justify-self-end">
                <RunStatusBadge run={run} />
              </div>
            </li>
          ))}
        </Rows>
      ) : more || tenantsUnread > 0 ? null : (
        <p className="px-4 py-3 text-kumo-subtle">No operation is under way there.</p>
      )}
      {more ? <p className="px-4 py-2.5 text-kumo-subtle">There are more than the newest that are read here.</p> : null}
      {tenantsUnread > 0 ? (
        <p role="status" className="px-4 py-2.5 text-kumo-warning">
          A database does not answer: what runs in some of your tenants is unknown.
        </p>
      ) : null}
    </>
  );
}
