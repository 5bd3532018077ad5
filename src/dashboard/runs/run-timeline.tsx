/** How a run went so far, oldest first. */
import { useQuery } from "@tanstack/react-query";
import { groupDigits } from "../../contract/progress.ts";
import type { Run } from "../../contract/runs.ts";
import { Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { timelineQuery } from "./queries.ts";

export function RunTimeline({ run }: { run: Run }) {
  const query = useQuery(timelineQuery(useTenant(), run));
  const { data } = query;
  return (
    <Section title="Timeline" id="run-timeline">
      {data === undefined ? (
        <NotLoaded lines={4} error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <ol className="flex flex-col gap-1.5">
            {data.items.map(({ kind, at, until, text }) => (
              <li key={`${kind} ${at} ${text}`} className="grid gap-x-6 sm:grid-cols-[14rem_minmax(0,1fr)]">
                <span className="tabular text-kumo-subtle">
                  <AbsoluteTime at={at} />
                </span>
                <span className="min-w-0 break-words">
                  {groupDigits(text)}
                  {until === null ? null : (
                    <span className="text-kumo-subtle">
                      {" "}
                      Last at <AbsoluteTime at={until} />.
                    </span>
                  )}
                </span>
              </li>
            ))}
          </ol>
          <p className="mt-3 text-xs text-kumo-subtle">
            {data.omitted === 0 ? null : groupDigits(`${data.omitted} events in between were not kept. `)}
            As of <Time at={data.asOf} />
          </p>
        </>
      )}
    </Section>
  );
}
