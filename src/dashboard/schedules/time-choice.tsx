/** When a schedule is due, chosen from the usual times or by a pattern. What it means is asked of the server while it is chosen. */
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { describeProblem } from "../api/problem.ts";
import { Input } from "../components/input.tsx";
import { SelectFilter } from "../components/select-filter.tsx";
import { AbsoluteTime } from "../components/time.tsx";
import { ZoneInput } from "../components/zone-input.tsx";
import type { timesQuery } from "./queries.ts";
import { FREQUENCIES, isFrequency, MONTH_DAYS, patternOf, type UsualTime, WEEKDAYS } from "./usual-times.ts";

type TimesOf = (chosen: Parameters<typeof timesQuery>[1]) => ReturnType<typeof timesQuery>;

interface TimeChoiceProps {
  time: UsualTime;
  onTime: (time: UsualTime) => void;
  timeZone: string;
  onTimeZone: (timeZone: string) => void;
  /** Asks the server what the choice means. */
  timesOf: TimesOf;
}

/** How often, at which time, in which zone; and what that means. */
export function TimeChoice({ time, onTime, timeZone, onTimeZone, timesOf }: TimeChoiceProps) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-1 font-medium">When</legend>
      <div className="flex flex-wrap items-center gap-2">
        <SelectFilter
          label="How often"
          value={time.frequency}
          options={Object.entries(FREQUENCIES).map(([value, label]) => ({ value, label }))}
          onChange={(frequency) => {
            if (isFrequency(frequency)) onTime({ ...time, frequency, pattern: time.pattern || patternOf(time) });
          }}
        />
        {time.frequency === "week" ? (
          <SelectFilter
            label="Day of the week"
            value={time.weekday}
            options={WEEKDAYS}
            onChange={(weekday) => onTime({ ...time, weekday })}
          />
        ) : null}
        {time.frequency === "month" ? (
          <SelectFilter
            label="Day of the month"
            value={time.monthDay}
            options={MONTH_DAYS}
            onChange={(monthDay) => onTime({ ...time, monthDay })}
          />
        ) : null}
        {time.frequency === "own" ? null : (
          <input
            type="time"
            aria-label="Time"
            value={time.time}
            onChange={({ target: { value } }) => onTime({ ...time, time: value })}
            className="h-8 rounded-md bg-kumo-base px-2 text-sm ring ring-kumo-line"
          />
        )}
      </div>
      {time.frequency === "own" ? (
        <Input
          label="Pattern"
          value={time.pattern}
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onTime({ ...time, pattern: event.target.value })}
          description="Five cron fields: minute, hour, day of the month, month, day of the week."
        />
      ) : null}
      <ZoneInput value={timeZone} onChange={onTimeZone} />
      <Meaning pattern={patternOf(time)} timeZone={timeZone} timesOf={timesOf} />
    </fieldset>
  );
}

/** What the choice means, by the server's reckoning. */
function Meaning({ timesOf, ...chosen }: { pattern: string; timeZone: string; timesOf: TimesOf }) {
  const pattern = useDeferredValue(chosen.pattern);
  const timeZone = useDeferredValue(chosen.timeZone);
  const { data, error } = useQuery(timesOf({ pattern, timeZone }));
  return (
    <div role="status" className="min-h-16 text-xs text-kumo-subtle">
      {error !== null ? (
        <p className="text-kumo-danger">{describeProblem(error).advice}</p>
      ) : data === undefined ? null : (
        <>
          <p>{data.words}</p>
          <p>
            Next:{" "}
            {data.next.slice(0, 3).map((at, index) => (
              <span key={at}>
                {index === 0 ? "" : ", "}
                <AbsoluteTime at={at} />
              </span>
            ))}
          </p>
        </>
      )}
    </div>
  );
}
