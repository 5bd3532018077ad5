/** Every unit of a run with its state, attempts and duration: read when a person opens the list. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { groupDigits } from "../../contract/progress.ts";
import { UNIT_STATES, type UnitState } from "../../contract/run-report.ts";
import type { Run } from "../../contract/runs.ts";
import { listedItems } from "../api/listed-items.ts";
import { DisclosureButton } from "../components/disclosure-button.tsx";
import { LoadMore } from "../components/load-more.tsx";
import { Panel } from "../components/page.tsx";
import { millisecondsText } from "../components/relative-time.ts";
import { SelectFilter } from "../components/select-filter.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { Rows } from "../keys/rows.tsx";
import { allUnitsQuery } from "./queries.ts";
import { useEndSeen } from "./use-end-seen.ts";

const WORDS: Record<UnitState["state"], string> = {
  open: "Not begun",
  held: "Comes after others",
  running: "Under way",
  waiting: "Waiting",
  succeeded: "Succeeded",
  failed: "Failed",
  skipped: "Skipped",
};

const LIST_ID = "run-all-units";

export function RunAllUnits({ run }: { run: Run }) {
  const [open, setOpen] = useState(false);
  return (
    <Panel>
      <DisclosureButton open={open} controls={LIST_ID} onToggle={() => setOpen(!open)}>
        <span className="font-semibold">All units</span>
      </DisclosureButton>
      <div id={LIST_ID} hidden={!open}>
        {open ? <UnitStates run={run} /> : null}
      </div>
    </Panel>
  );
}

function isState(value: string): value is UnitState["state"] {
  return UNIT_STATES.some((state) => state === value);
}

function UnitStates({ run }: { run: Run }) {
  const [state, setState] = useState<UnitState["state"] | undefined>(undefined);
  const query = useInfiniteQuery(allUnitsQuery(useTenant(), run, state, useEndSeen(run)));
  const units = listedItems(query);
  const first = query.data?.pages[0];
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2 border-t border-kumo-line px-4 py-2">
        <p className="text-xs text-kumo-subtle">
          {first === undefined || first.planned === null || first.told >= first.planned
            ? "As the operation told last; each row says when."
            : groupDigits(`The operation has told of ${first.told} units so far.`)}
        </p>
        <SelectFilter
          label="State"
          value={state ?? ""}
          options={[
            { value: "", label: "All states" },
            ...UNIT_STATES.map((value) => ({ value, label: WORDS[value] })),
          ]}
          onChange={(value) => setState(isState(value) ? value : undefined)}
        />
      </div>
      {units === undefined ? (
        <NotLoaded lines={3} lineHeight="h-9" error={query.error} onRetry={() => void query.refetch()} />
      ) : units.length === 0 && !query.hasNextPage ? (
        <EmptyState title={state === undefined ? "The operation has told of no units" : "None in this state"} />
      ) : (
        <Rows className="divide-y divide-kumo-line border-t border-kumo-line">
          {units.map((unit) => (
            <UnitRow key={unit.ordinal} unit={unit} />
          ))}
        </Rows>
      )}
      <LoadMore query={query} label="Load more units" />
    </>
  );
}

function UnitRow({ unit }: { unit: UnitState }) {
  const { label, state, attempts, durationMs, nextTryAt, asOf } = unit;
  return (
    <li className="grid gap-x-6 gap-y-0.5 px-4 py-2.5 sm:grid-cols-[minmax(0,1fr)_10rem_8rem_7rem_9rem]">
      <span className="min-w-0 font-medium break-words">{label}</span>
      <span className={state === "failed" ? "text-kumo-danger" : ""}>{WORDS[state]}</span>
      <span className="tabular text-kumo-subtle">
        {attempts === 0 ? "No attempt yet" : groupDigits(`${attempts} ${attempts === 1 ? "attempt" : "attempts"}`)}
      </span>
      <span className="tabular text-kumo-subtle">
        {durationMs === null ? "Not measured" : millisecondsText(durationMs)}
      </span>
      <span className="text-xs text-kumo-subtle">
        {nextTryAt === null ? null : (
          <>
            Next try <AbsoluteTime at={nextTryAt} />
            {", "}
          </>
        )}
        as of <Time at={asOf} />
      </span>
    </li>
  );
}
