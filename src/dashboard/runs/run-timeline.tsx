/** How a run went so far, oldest first. */
import { useQuery } from "@tanstack/react-query";
import { type ComponentType, lazy, Suspense } from "react";
import { groupDigits } from "../../contract/progress.ts";
import type { Timeline } from "../../contract/run-report.ts";
import type { Run } from "../../contract/runs.ts";
import { Section } from "../components/page.tsx";
import { NotLoaded } from "../components/states.tsx";
import { AbsoluteTime, Time } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { timelineQuery } from "./queries.ts";
import { chartHeight, type TimelinePicture, timelinePicture } from "./timeline-spans.ts";

/** Without the chart's code the list is there, and says all of it. */
const TimelineChart = lazy(async () => {
  const loaded = await import("./timeline-chart.tsx").catch(() => null);
  return { default: loaded === null ? NoChart : loaded.TimelineChart };
});

const NoChart: ComponentType<{ picture: TimelinePicture }> = () => null;

function Picture({ timeline }: { timeline: Timeline }) {
  const picture = timelinePicture(timeline);
  if (picture === null) return null;
  return (
    <div className="mb-4" style={{ minHeight: chartHeight(picture) }}>
      <Suspense>
        <TimelineChart picture={picture} />
      </Suspense>
    </div>
  );
}

export function RunTimeline({ run }: { run: Run }) {
  const query = useQuery(timelineQuery(useTenant(), run));
  const { data } = query;
  return (
    <Section title="Timeline" id="run-timeline">
      {data === undefined ? (
        <NotLoaded lines={4} error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <Picture timeline={data} />
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
