/** What became of a due time, with the operations that it began. */
import type { PortfolioOccurrence } from "../../contract/portfolio-schedules.ts";
import type { Occurrence } from "../../contract/schedules.ts";
import { AppLink } from "../components/app-link.tsx";
import { counted } from "../components/digits.ts";
import { AbsoluteTime } from "../components/time.tsx";
import { RunStatusBadge } from "../runs/run-status.tsx";
import { OccurrenceBadge } from "./schedule-state.tsx";

export function OccurrenceRow({
  occurrence: { dueAt, state, reason, count, madeUp, byHand, runs },
}: {
  occurrence: Occurrence | PortfolioOccurrence;
}) {
  return (
    <li className="grid gap-x-6 gap-y-1.5 px-4 py-3 sm:grid-cols-[minmax(0,13rem)_minmax(0,1fr)]">
      <div className="min-w-0">
        <p>
          <AbsoluteTime at={dueAt} />
        </p>
        <p className="mt-1 flex flex-wrap items-center gap-2 text-xs text-kumo-subtle">
          <OccurrenceBadge state={state} />
          {byHand ? "By hand" : madeUp ? "Made up for" : null}
          {count > 1 ? `${counted(count, "due time", "due times")} in a row` : null}
        </p>
      </div>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        {reason === null ? null : <p className="text-kumo-subtle">{reason}</p>}
        <ul>
          {runs.map((run) => (
            <li key={run.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-0.5">
              <AppLink href={run.href} className="hover:underline">
                {run.label}
              </AppLink>
              <RunStatusBadge run={run} />
              <span className="text-xs text-kumo-subtle">{run.progress.text}</span>
            </li>
          ))}
        </ul>
      </div>
    </li>
  );
}
