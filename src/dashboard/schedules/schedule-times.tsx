/** When a schedule begins next, and what became of the last time: of a list. */
import type { Schedule } from "../../contract/schedules.ts";
import { Badge } from "../components/badge.tsx";
import { counted } from "../components/digits.ts";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { OccurrenceBadge } from "./schedule-state.tsx";

/** What became of the last due time, and what has not gone well. */
export function LastTime({
  schedule: { last, failuresInARow, missedLately },
}: {
  schedule: Pick<Schedule, "last" | "failuresInARow" | "missedLately">;
}) {
  return (
    <dl className="min-w-0 text-xs">
      <dt className="text-kumo-subtle">Last</dt>
      <dd className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {last === null ? (
          "Not yet"
        ) : (
          <>
            <OccurrenceBadge state={last.state} /> <Time at={last.startsAt} />
          </>
        )}
        {failuresInARow > 1 ? <span className="text-kumo-danger">{failuresInARow} times in a row</span> : null}
        {missedLately > 0 ? (
          <span className="w-full text-kumo-warning">
            {counted(missedLately, "due time", "due times")} missed in 30 days
          </span>
        ) : null}
      </dd>
    </dl>
  );
}

/** When it begins next, or why it does not. */
export function NextStart({
  schedule: { next, open, pause },
}: {
  schedule: Pick<Schedule, "next" | "open" | "pause">;
}) {
  const [first] = next;
  return (
    <dl className="min-w-0 text-xs">
      <dt className="text-kumo-subtle">{open === null ? "Next" : "Now"}</dt>
      <dd className="[overflow-wrap:anywhere]">
        {open !== null ? (
          <OccurrenceBadge state={open.state} />
        ) : pause !== null ? (
          <Badge variant="warning">Paused</Badge>
        ) : first === undefined ? (
          "Never"
        ) : (
          <AbsoluteTime at={first} />
        )}
      </dd>
    </dl>
  );
}
