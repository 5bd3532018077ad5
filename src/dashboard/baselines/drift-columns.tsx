/** What lies over the chart's columns: a link for each, one stop of the Tab key for all, arrows between them. */
import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, useRef, useState } from "react";
import { PAGES } from "../../contract/console-addresses.ts";
import { groupDigits } from "../../contract/progress.ts";
import { absoluteText } from "../components/clock.ts";
import { useTenant } from "../shell/tenant-context.ts";
import { DRIFT_SERIES, type DriftRow, rowText, seriesWord } from "./drift-points.ts";
import { SeriesSwatch } from "./series-swatch.tsx";
import { digits } from "../components/digits.ts";

interface DriftColumnsProps {
  /** `left`: where the column begins, in pixels. */
  columns: readonly { row: DriftRow; left: number }[];
  width: number;
  /** Pixels below the columns that are the axis. */
  bottom: number;
}

export function DriftColumns({ columns, width, bottom }: DriftColumnsProps) {
  const tenant = useTenant();
  const links = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState(columns.length - 1);
  const [shown, setShown] = useState<number | null>(null);
  const told = shown === null ? undefined : columns[shown];
  const move = (event: KeyboardEvent) => {
    const to = target(event.key, stop, columns.length - 1);
    if (to === null) return;
    event.preventDefault();
    links.current?.querySelectorAll("a").item(to)?.focus();
  };
  return (
    <>
      <div ref={links} role="group" aria-label="Comparisons, oldest first. Arrow keys go from one to the next.">
        {columns.map(({ row, left }, at) => (
          <Link
            key={row.comparisonId}
            to={PAGES.comparison}
            params={{ slug: tenant.slug, comparisonId: row.comparisonId }}
            preload={false}
            tabIndex={at === stop ? 0 : -1}
            aria-label={`${absoluteText(row.at)}: ${rowText(row)}`}
            onFocus={() => {
              setStop(at);
              setShown(at);
            }}
            onBlur={() => setShown(null)}
            onMouseEnter={() => setShown(at)}
            onMouseLeave={() => setShown(null)}
            onKeyDown={move}
            className={`absolute top-0 rounded-sm focus-visible:-outline-offset-2 ${at === shown ? "bg-kumo-tint" : ""}`}
            style={{ left, width, bottom }}
          />
        ))}
      </div>
      {told === undefined ? null : (
        <Told row={told.row} left={told.left + width / 2} toTheLeft={shown !== null && shown >= columns.length / 2} />
      )}
    </>
  );
}

function target(key: string, from: number, last: number): number | null {
  switch (key) {
    case "ArrowLeft":
      return from === 0 ? null : from - 1;
    case "ArrowRight":
      return from === last ? null : from + 1;
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

/** The numbers beside the column, for eyes: the link says them too. */
function Told({ row, left, toTheLeft }: { row: DriftRow; left: number; toTheLeft: boolean }) {
  return (
    <div
      aria-hidden
      className="pointer-events-none absolute top-1 z-10 w-52 rounded-md bg-kumo-base px-3 py-2 text-xs shadow-lg ring ring-kumo-line"
      style={{ left, transform: toTheLeft ? "translateX(calc(-100% - 1.5rem))" : "translateX(1.5rem)" }}
    >
      <p className="mb-1 font-medium tabular">{absoluteText(row.at)}</p>
      <ul>
        {DRIFT_SERIES.map((series) => (
          <li key={series} className="flex items-center gap-1.5">
            <SeriesSwatch series={series} />
            {seriesWord(series)}
            <span className="ml-auto tabular">{digits(row[series])}</span>
          </li>
        ))}
      </ul>
      {row.notChecked === 0 ? null : (
        <p className="mt-1 text-kumo-subtle">{groupDigits(`${row.notChecked} could not be checked`)}</p>
      )}
    </div>
  );
}
