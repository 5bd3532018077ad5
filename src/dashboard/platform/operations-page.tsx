/** What the deployment measures of itself, for those who run it: alerts, numbers of the last hour, waits for Graph by tenant. */
import { Badge } from "../components/badge.tsx";
import { useQuery } from "@tanstack/react-query";
import type { Measured } from "../../contract/access.ts";
import { isMetric, METRICS } from "../../contract/metrics.ts";
import { ColumnTitles } from "../components/column-titles.tsx";
import { Section } from "../components/page.tsx";
import { EmptyState, NotLoaded } from "../components/states.tsx";
import { Time } from "../components/time.tsx";
import { alertWords, inOrder, rowWords } from "./measured-words.ts";
import { PlatformFrame } from "./platform-frame.tsx";
import { measuredQuery } from "./queries.ts";

export function OperationsPage() {
  return (
    <PlatformFrame
      title="Operations"
      description={
        <p>How the deployment does. Numbers are of the last hour, and nothing here tells what is in a tenant.</p>
      }
    >
      <MeasuredNumbers />
    </PlatformFrame>
  );
}

function MeasuredNumbers() {
  const { data, error, refetch } = useQuery(measuredQuery);
  if (data === undefined) {
    return (
      <Section title="Alerts" id="alerts" flush>
        <NotLoaded lines={8} lineHeight="h-8" error={error} onRetry={() => void refetch()} />
      </Section>
    );
  }
  const isOfTenant = ({ metric }: Measured["metrics"][number]) => isMetric(metric) && METRICS[metric].ofTenant;
  return (
    <>
      <Alerts alerts={data.alerts} />
      <Section title="Numbers of the last hour" id="numbers" flush>
        <Rows label="Table of the numbers" rows={data.metrics.filter((row) => !isOfTenant(row))} />
      </Section>
      <Section title="Microsoft Graph by tenant" id="graph-by-tenant" flush>
        <Rows label="Table of the tenants" rows={data.metrics.filter(isOfTenant)} />
      </Section>
      <p className="text-sm text-kumo-subtle">
        {data.toldAt === null || data.since === null ? (
          "Nothing was told yet."
        ) : (
          <>
            Last told <Time at={data.toldAt} />; kept since <Time at={data.since} />, for a day at most.
          </>
        )}{" "}
        These are the values that arrived, not samples: a Worker that is stopped takes a few seconds of them along. A
        number that is not here was not reported, which does not mean zero.
      </p>
    </>
  );
}

const STATE = {
  firing: { words: "Firing", variant: "error" },
  quiet: { words: "Quiet", variant: "outline" },
  not_told: { words: "Not reported", variant: "outline" },
} as const;

function Alerts({ alerts }: Pick<Measured, "alerts">) {
  const order = { firing: 0, quiet: 1, not_told: 2 };
  return (
    <Section title="Alerts" id="alerts" flush>
      <ul className="divide-y divide-kumo-line">
        {alerts
          .toSorted((a, b) => order[a.state] - order[b.state])
          .map((alert) => {
            const { means, limit, now } = alertWords(alert);
            const { words, variant } = STATE[alert.state];
            return (
              <li key={alert.name} className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1 px-4 py-2.5">
                <div className="min-w-0">
                  <p className="flex flex-wrap items-center gap-x-2 font-medium">
                    {alert.name} <Badge variant={variant}>{words}</Badge>
                  </p>
                  <p className="text-kumo-subtle">{means}</p>
                </div>
                <p className="tabular text-sm text-kumo-subtle">
                  {now}; fires at {limit}
                </p>
              </li>
            );
          })}
      </ul>
    </Section>
  );
}

function Rows({ rows, label }: { rows: Measured["metrics"]; label: string }) {
  if (rows.length === 0) return <EmptyState title="Nothing was told in the last hour" />;
  return (
    // With large type on a small screen it is wider than its place.
    <div className="overflow-x-auto focus-visible:-outline-offset-2" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full text-left">
        <ColumnTitles titles={["What", "Times", "Value"]} />
        <tbody className="divide-y divide-kumo-line border-t border-kumo-line">
          {inOrder(rows).map((row) => {
            const { what, times, value } = rowWords(row);
            return (
              <tr key={JSON.stringify([row.metric, row.labels, row.tenant?.id])} className="align-top">
                <th scope="row" className="px-4 py-2 font-normal [overflow-wrap:anywhere]">
                  {what}
                  {row.tenant === null ? null : (
                    <span className="block text-xs text-kumo-subtle">
                      <bdi>{row.tenant.name ?? `A tenant that is no more (${row.tenant.id})`}</bdi>
                    </span>
                  )}
                </th>
                <td className="tabular px-4 py-2">{times}</td>
                <td className="tabular px-4 py-2 sm:whitespace-nowrap">{value}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
