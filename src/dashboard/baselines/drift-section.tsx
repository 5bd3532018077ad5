/** Drift over time: a chart, or the same as a table. The chart's library is loaded here and nowhere else. */
import { Button } from "../components/button.tsx";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Section } from "../components/page.tsx";
import { EmptyState, ErrorState } from "../components/states.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { findingsText } from "./baseline-words.ts";
import { counted } from "../components/digits.ts";
import { DRIFT_SERIES, seriesWord, toDriftRows } from "./drift-points.ts";
import { DriftTable } from "./drift-table.tsx";
import { driftQuery } from "./queries.ts";
import { SeriesSwatch } from "./series-swatch.tsx";

/** Where its code cannot be had (an outage, a deployment since the page was opened), the table tells the same. */
const DriftChart = lazy(async () => {
  const loaded = await import("./drift-chart.tsx").catch(() => null);
  return { default: loaded === null ? DriftTable : loaded.DriftChart };
});

export function DriftSection({ baselineId }: { baselineId: string }) {
  const { data, error, refetch } = useQuery(driftQuery(useTenant(), baselineId));
  const [asTable, setAsTable] = useState(false);
  const newest = data?.items[0];
  return (
    <Section
      title="Drift over time"
      id="baseline-drift"
      actions={
        data === undefined || data.items.length < 2 ? null : (
          <Button size="sm" onClick={() => setAsTable(!asTable)}>
            {asTable ? "Show as chart" : "Show as table"}
          </Button>
        )
      }
    >
      <div className="grid min-h-72 content-center">
        {data === undefined ? (
          error === null ? (
            <ChartPlace />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )
        ) : newest === undefined ? (
          <EmptyState title="Nothing has been compared yet">
            Press “Compare now”. From the second comparison on, this shows how the findings came and went.
          </EmptyState>
        ) : data.items.length === 1 ? (
          <EmptyState title="One comparison so far">
            It left {findingsText(newest.counts).toLowerCase()}. From the second comparison on, this shows how they came
            and went.
          </EmptyState>
        ) : (
          <>
            {asTable ? (
              <DriftTable rows={toDriftRows(data.items)} />
            ) : (
              <figure>
                <Suspense fallback={<ChartPlace />}>
                  <DriftChart rows={toDriftRows(data.items)} />
                </Suspense>
                <Legend />
              </figure>
            )}
            {data.nextCursor === null ? null : (
              <p className="mt-3 text-xs text-kumo-subtle">
                The newest {counted(data.items.length, "comparison", "comparisons")}; older ones are in the list below.
              </p>
            )}
          </>
        )}
      </div>
    </Section>
  );
}

/** As high as the chart, so that its arrival moves nothing. With its legend it fills the height that the section keeps in each state. */
function ChartPlace() {
  return (
    <div role="status" className="h-64">
      <span className="sr-only">Loading</span>
      <div aria-hidden className="skeleton-block h-full w-full" />
    </div>
  );
}

function Legend() {
  return (
    <figcaption className="mt-3 flex flex-wrap gap-x-4 gap-y-1.5 text-xs">
      <span className="text-kumo-subtle">Each column is one comparison. Its findings:</span>
      {DRIFT_SERIES.map((series) => (
        <span key={series} className="inline-flex items-center gap-1.5">
          <SeriesSwatch series={series} />
          {seriesWord(series)}
        </span>
      ))}
    </figcaption>
  );
}
