/** Runs that failed, asked of the server: those that nothing has cured first, and then those that a later run did. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Tenant } from "../../contract/access.ts";
import { PAGES } from "../../contract/console-addresses.ts";
import type { FailedRun } from "../../contract/runs.ts";
import { counted } from "../components/digits.ts";
import { AppLink } from "../components/app-link.tsx";
import { Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { useReachable } from "../api/use-reachable.ts";
import { clockText } from "../components/clock.ts";
import { Time } from "../components/time.tsx";
import { failuresQuery } from "../runs/queries.ts";
import { RunList } from "../runs/run-list.tsx";
import { useTenant } from "../shell/tenant-context.ts";

const ASKED_FOR = 20;
const SHOWN = 5;

export function recentFailuresQuery(tenant: Tenant) {
  return failuresQuery(tenant, ASKED_FOR);
}

export function RecentFailures() {
  const tenant = useTenant();
  const { data, error, refetch } = useQuery(recentFailuresQuery(tenant));
  const reachable = useReachable();
  return (
    <Section
      title="Recent failures"
      id="overview-failures"
      flush
      actions={
        <Link
          to={PAGES.operations}
          params={{ slug: tenant.slug }}
          className="text-xs text-kumo-link underline underline-offset-2"
        >
          All operations
        </Link>
      }
    >
      {data === undefined ? (
        <NotLoaded lines={3} error={error} onRetry={() => void refetch()} />
      ) : data.items.length === 0 ? (
        <EmptyState
          title={
            reachable.state === "lost" ? `None was known at ${clockText(reachable.since)}` : "No operation has failed"
          }
        />
      ) : (
        <Failures failures={data.items} />
      )}
    </Section>
  );
}

function Failures({ failures }: { failures: readonly FailedRun[] }) {
  const standing = useMemo(() => failures.flatMap(({ run, curedBy }) => (curedBy === null ? [run] : [])), [failures]);
  const cured = failures.filter(({ curedBy }) => curedBy !== null);
  return (
    <>
      {standing.length === 0 ? (
        <p className="px-4 py-3">Later runs cured the newest failures.</p>
      ) : (
        <RunList runs={standing.slice(0, SHOWN)} />
      )}
      {cured.length === 0 ? null : (
        <details className="border-t border-kumo-line px-4 py-2.5">
          <summary className="w-fit cursor-pointer rounded-sm text-kumo-subtle tabular">
            {counted(cured.length, "failure that a later run cured", "failures that later runs cured")}
          </summary>
          <ul className="mt-2 flex flex-col gap-1.5">
            {cured.map((failure) => (
              <CuredFailure key={failure.run.id} failure={failure} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function CuredFailure({ failure: { run, curedBy } }: { failure: FailedRun }) {
  if (curedBy === null) return null;
  return (
    <li className="[overflow-wrap:anywhere]">
      <AppLink href={run.href}>{run.label}</AppLink>
      {run.subject === null ? null : ` · ${run.subject}`}, failed <Time at={run.completedAt ?? run.createdAt} />;{" "}
      <AppLink href={curedBy.href}>cured</AppLink> <Time at={curedBy.completedAt} />
    </li>
  );
}
