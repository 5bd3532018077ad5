/** What a run waits for, as it told last, with the age of that. Renders nothing while nothing waits. */
import { groupDigits } from "../../contract/progress.ts";
import type { RunWait, RunWaits as Told } from "../../contract/run-report.ts";
import type { Run } from "../../contract/runs.ts";
import { AbsoluteTime, Time } from "../components/time.tsx";

export function RunWaits({ run, told }: { run: Run; told: Told | null }) {
  if (run.status === "completed" || told === null) return null;
  const { waits, otherReasons, heldUnits, asOf } = told;
  if (waits.length === 0 && heldUnits === 0) return null;
  return (
    <div role="note" className="rounded-md bg-kumo-recessed px-3 py-2">
      <p className="font-medium">Waiting</p>
      <ul className="mt-1 flex flex-col gap-1">
        {waits.map((wait) => (
          <li key={wait.reasonCode} className="break-words">
            <Words wait={wait} />
          </li>
        ))}
        {otherReasons === 0 ? null : <li>{groupDigits(`${otherReasons} more reasons`)}</li>}
        {heldUnits === 0 ? null : (
          <li>{groupDigits(`${heldUnits} ${heldUnits === 1 ? "comes" : "come"} after others that have not ended.`)}</li>
        )}
      </ul>
      <p className="mt-1 text-xs text-kumo-subtle">
        As of <Time at={asOf} />
      </p>
    </div>
  );
}

function Words({ wait }: { wait: RunWait }) {
  const { unit, units, message, attempt, nextTryAt, since } = wait;
  const others = (units ?? 1) - 1;
  return (
    <>
      {unit === null ? null : <span className="font-medium">{unit}</span>}
      {others > 0 ? groupDigits(` and ${others} more`) : null}
      {unit === null ? null : ": "}
      {message} {groupDigits(`Attempt ${attempt}`)}, next try <AbsoluteTime at={nextTryAt} />.
      {since === null ? null : (
        <span className="text-kumo-subtle">
          {" "}
          Waited for this for the first time <Time at={since} />.
        </span>
      )}
    </>
  );
}
