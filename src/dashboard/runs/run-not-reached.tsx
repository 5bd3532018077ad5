/** What a run that was stopped did not reach: its units without a verdict. Renders nothing for all other runs, and where it reached all. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { UnitState } from "../../contract/run-report.ts";
import type { Run } from "../../contract/runs.ts";
import { listedItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { allUnitsQuery } from "./queries.ts";
import { useEndSeen } from "./use-end-seen.ts";

/** Units that are listed before the others are asked for. */
const LISTED = 12;

export function RunNotReached({ run }: { run: Run }) {
  const stopped = run.status === "completed" && (run.outcome === "canceled" || run.outcome === "failed");
  return stopped && run.progress.kind === "finished" ? <Units run={run} /> : null;
}

function Names({ units }: { units: readonly UnitState[] }) {
  return (
    <ul className="mt-2 gap-x-8 sm:columns-2 lg:columns-3">
      {units.map(({ ordinal, label }) => (
        <li key={ordinal} className="break-words">
          {label}
        </li>
      ))}
    </ul>
  );
}

function Units({ run }: { run: Run }) {
  const query = useInfiniteQuery(allUnitsQuery(useTenant(), run, "unsettled", useEndSeen(run)));
  const units = listedItems(query);
  if (units?.length === 0 && !query.hasNextPage) return null;
  return (
    <Section title="Not reached" id="run-not-reached">
      {units === undefined ? (
        <NotLoaded lines={2} error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <p className="text-kumo-subtle">
            The operation ended before these had a result. Nothing is known to have been done for them.
          </p>
          <Names units={units.slice(0, LISTED)} />
          {units.length <= LISTED ? null : (
            <details className="mt-1">
              <summary className="w-fit cursor-pointer rounded-sm text-xs text-kumo-subtle">The others</summary>
              <Names units={units.slice(LISTED)} />
            </details>
          )}
        </>
      )}
      <LoadMore query={query} label="Load more" />
    </Section>
  );
}
