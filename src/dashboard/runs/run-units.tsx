/** The units of a run that did not succeed, by reason, each with the way to the place where it is mended. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Run } from "../../contract/runs.ts";
import { listedItems } from "../api/listed-items.ts";
import { counted } from "../components/digits.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { TextLink } from "../components/text-link.tsx";
import { useCan, useTenant } from "../shell/tenant-context.ts";
import { retryWords } from "./operation-types.ts";
import { unitsQuery } from "./queries.ts";
import { RetryButton } from "./run-actions.tsx";
import { groupByReason, mendingOf, type ReasonGroup } from "./unit-mending.ts";

/** Units of a group that are listed before the others are asked for. */
const LISTED = 5;

/** Renders nothing while no unit has failed or been skipped. */
export function RunUnits({ run }: { run: Run }) {
  const { failed, skipped } = run.summaryCounts;
  if (!failed && !skipped) return null;
  // The counts are part of the key's meaning: a unit that fails while the page is open must be listed.
  return <UnitList run={run} revision={`${failed},${skipped}`} />;
}

function UnitList({ run, revision }: { run: Run; revision: string }) {
  const query = useInfiniteQuery(unitsQuery(useTenant(), run.id, undefined));
  const { refetch } = query;
  useEffect(() => {
    void refetch();
  }, [refetch, revision]);
  const units = listedItems(query);
  return (
    <Section title="Did not succeed" id="run-units" flush>
      {units === undefined ? (
        <NotLoaded lines={3} lineHeight="h-9" error={query.error} onRetry={() => void refetch()} />
      ) : units.length === 0 ? (
        <EmptyState title="Not listed yet">The operation tells of them in a moment.</EmptyState>
      ) : (
        <ul className="divide-y divide-kumo-line">
          {groupByReason(units).map((group) => (
            <Group key={group.key} run={run} group={group} whole={!query.hasNextPage} />
          ))}
        </ul>
      )}
      <LoadMore query={query} label="Load more units that did not succeed" />
    </Section>
  );
}

/** @param whole all units are listed; a number of fewer would not be that of the group */
function Group({ run, group, whole }: { run: Run; group: ReasonGroup; whole: boolean }) {
  const { outcome, reasonCode, message, units } = group;
  const number = counted(units.length, "unit", "units");
  return (
    <li className="grid gap-x-6 gap-y-2 px-4 py-3 sm:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)_10rem]">
      <div className="min-w-0">
        <p className="break-words">{message}</p>
        <p className="mt-0.5 text-xs">
          <span className={outcome === "failed" ? "font-medium text-kumo-danger" : "text-kumo-subtle"}>
            {outcome === "failed" ? "Failed" : "Skipped"}
          </span>{" "}
          <span className="text-kumo-subtle tabular">
            · {whole ? number : `${number} so far`} · <code className="font-mono">{reasonCode}</code>
          </span>
        </p>
      </div>
      <div className="min-w-0">
        <UnitNames units={units.slice(0, LISTED)} />
        {units.length <= LISTED ? null : (
          <details>
            <summary className="w-fit cursor-pointer rounded-sm text-xs text-kumo-subtle">The others</summary>
            <UnitNames units={units.slice(LISTED)} />
          </details>
        )}
      </div>
      <div className="sm:justify-self-end">
        <Mend run={run} group={group} />
      </div>
    </li>
  );
}

function UnitNames({ units }: { units: ReasonGroup["units"] }) {
  return (
    <ul>
      {units.map(({ ordinal, label, attempts }) => (
        <li key={ordinal} className="break-words">
          <span className="font-medium">{label}</span>
          {attempts > 1 ? <span className="text-xs text-kumo-subtle tabular"> after {attempts} attempts</span> : null}
        </li>
      ))}
    </ul>
  );
}

/** The way to the place where the cause is removed, or another try where it passes by itself. */
function Mend({ run, group: { outcome, reasonCode } }: { run: Run; group: ReasonGroup }) {
  const { slug } = useTenant();
  const mayRetry = useCan("operations.retry");
  const mending = mendingOf(reasonCode);
  const retry = retryWords(run);
  switch (mending.kind) {
    case "place":
      return (
        <TextLink
          to={mending.place.to}
          params={{ slug }}
          {...(mending.place.search === undefined ? {} : { search: mending.place.search })}
        >
          {mending.place.label}
        </TextLink>
      );
    case "again":
      if (!mayRetry || outcome !== "failed" || run.status !== "completed" || retry === null) return null;
      return <RetryButton run={run} words={retry} variant="secondary" />;
    case "none":
      return null;
  }
}
