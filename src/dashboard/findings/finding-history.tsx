/** What became of a finding, across comparisons and decisions. Newest first. */
import { Link } from "@tanstack/react-router";
import { PAGES } from "../../contract/console-addresses.ts";
import type { FindingEvent } from "../../contract/baselines.ts";
import { absoluteText } from "../components/clock.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { eventText } from "./finding-words.ts";

export function FindingHistory({ history }: { history: readonly FindingEvent[] }) {
  return (
    <ol className="divide-y divide-kumo-line">
      {history.map((event) => (
        <li key={event.id} className="grid gap-x-6 gap-y-0.5 px-4 py-2.5 sm:grid-cols-[14rem_minmax(0,1fr)_auto]">
          <time dateTime={event.at} className="text-kumo-subtle tabular">
            {absoluteText(event.at)}
          </time>
          <div className="min-w-0">
            <p className="font-medium">
              {eventText(event)}
              {event.actor === null ? "" : ` by ${event.actor.name}`}
            </p>
            {event.reason === null ? null : (
              <p className="whitespace-pre-wrap text-kumo-subtle [overflow-wrap:anywhere]">{event.reason}</p>
            )}
          </div>
          {event.comparisonId === null ? null : <ComparisonLink comparisonId={event.comparisonId} at={event.at} />}
        </li>
      ))}
    </ol>
  );
}

function ComparisonLink({ comparisonId, at }: { comparisonId: string; at: string }) {
  const tenant = useTenant();
  return (
    <Link
      to={PAGES.comparison}
      params={{ slug: tenant.slug, comparisonId }}
      className="w-fit text-xs text-kumo-link underline underline-offset-2"
    >
      See the comparison<span className="sr-only"> of {absoluteText(at)}</span>
    </Link>
  );
}
