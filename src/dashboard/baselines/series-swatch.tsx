import { type DriftSeries, seriesColor, seriesEdge } from "./drift-points.ts";

/** A series as the chart draws it, for where its word stands beside it. */
export function SeriesSwatch({ series }: { series: DriftSeries }) {
  return (
    <span
      aria-hidden
      className="size-2.5 shrink-0 rounded-sm"
      style={{ backgroundColor: seriesColor(series), boxShadow: `inset 0 0 0 1px ${seriesEdge(series)}` }}
    />
  );
}
