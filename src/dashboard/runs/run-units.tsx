/** The units of a run that did not succeed, with reasons. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Run, RunUnit } from "../../contract/runs.ts";
import { listedItems } from "../api/listed-items.ts";
import { LoadMore } from "../components/load-more.tsx";
import { Section } from "../components/page.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { CheckPermissionsLink } from "../permissions/check-permissions-link.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { unitsQuery } from "./queries.ts";

const OUTCOMES = [
  { value: "", label: "Failed and skipped" },
  { value: "failed", label: "Failed" },
  { value: "skipped", label: "Skipped" },
];

/** Renders nothing while no unit has failed or been skipped. */
export function RunUnits({ run }: { run: Run }) {
  const { failed, skipped } = run.summaryCounts;
  if (!failed && !skipped) return null;
  // The counts are part of the key's meaning: a unit that fails while the page is open must be listed.
  return <UnitList run={run} revision={`${failed},${skipped}`} />;
}

function UnitList({ run, revision }: { run: Run; revision: string }) {
  const [outcome, setOutcome] = useState<"failed" | "skipped" | undefined>(undefined);
  const query = useInfiniteQuery(unitsQuery(useTenant(), run.id, outcome));
  const { refetch } = query;
  useEffect(() => {
    void refetch();
  }, [refetch, revision]);
  const units = listedItems(query);
  return (
    <Section
      title="Did not succeed"
      id="run-units"
      flush
      actions={
        <SelectFilter
          label="Outcome"
          value={outcome ?? ""}
          options={OUTCOMES}
          onChange={(value) => setOutcome(value === "failed" || value === "skipped" ? value : undefined)}
        />
      }
    >
      {units === undefined ? (
        <NotLoaded lines={3} lineHeight="h-9" error={query.error} onRetry={() => void refetch()} />
      ) : units.length === 0 ? (
        <EmptyState title="None with this outcome" />
      ) : (
        <ul className="divide-y divide-kumo-line">
          {units.map((unit) => (
            <UnitRow key={unit.ordinal} unit={unit} />
          ))}
        </ul>
      )}
      <LoadMore query={query} label="Load more" />
    </Section>
  );
}

function UnitRow({ unit }: { unit: RunUnit }) {
  return (
    <li className="grid gap-x-6 gap-y-1 px-4 py-3 sm:grid-cols-[minmax(0,14rem)_minmax(0,1fr)]">
      <div className="min-w-0">
        <p className="font-medium break-words">{unit.label}</p>
        <p className={`text-xs ${unit.outcome === "failed" ? "text-kumo-danger" : "text-kumo-subtle"}`}>
          {unit.outcome === "failed" ? "Failed" : "Skipped"}
          {unit.attempts > 1 ? ` after ${unit.attempts} attempts` : ""}
        </p>
      </div>
      <div className="min-w-0">
        <p className="break-words">{unit.message}</p>
        <p className="font-mono text-xs text-kumo-subtle">{unit.reasonCode}</p>
        <CheckPermissionsLink reasonCode={unit.reasonCode} />
      </div>
    </li>
  );
}
