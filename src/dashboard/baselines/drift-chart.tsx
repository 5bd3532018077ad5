/**
 * Findings after each comparison as stacked columns. Each column is a link to its comparison that says its numbers: the same
 * chart is for eyes, keyboards and screen readers. Loaded by itself: nothing else needs the chart's library.
 */
import { AxisBottom, AxisLeft } from "@visx/axis";
import { digits } from "../components/digits.ts";
import { GridRows } from "@visx/grid";
import { scaleBand, scaleLinear } from "@visx/scale";
import { BarStack } from "@visx/shape";
import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { DriftColumns } from "./drift-columns.tsx";
import { DRIFT_SERIES, type DriftRow, type DriftSeries, seriesColor, seriesEdge, stackHeight } from "./drift-points.ts";

const HEIGHT = 256;
const TOP = 12;
const BOTTOM = 28;
const LEFT = 36;
/** So that the newest label does not stand out. */
const RIGHT = 12;
/** So many pixels a label of the time axis needs. */
const LABEL_PIXELS = 88;
const MAX_COLUMN_PIXELS = 44;
/** Few findings stand low: a single one should not fill the picture. */
const LOWEST_TOP = 4;
const LABEL = { fill: "var(--text-color-kumo-subtle)", fontSize: 12, fontFamily: "inherit" };

export function DriftChart({ rows }: { rows: readonly DriftRow[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  return (
    <div ref={frame} className="relative" style={{ height: HEIGHT }}>
      {width === 0 ? null : <Chart rows={rows} width={width} />}
    </div>
  );
}

function Chart({ rows, width }: { rows: readonly DriftRow[]; width: number }) {
  const x = scaleBand({
    domain: rows.map(({ comparisonId }) => comparisonId),
    range: [LEFT, width - RIGHT],
    padding: 0.25,
  });
  const highest = Math.max(LOWEST_TOP, ...rows.map(stackHeight));
  const y = scaleLinear({ domain: [0, highest], range: [HEIGHT - BOTTOM, TOP], nice: 4 });
  const ticks = y.ticks(4).filter(Number.isInteger);
  const column = Math.min(x.bandwidth(), MAX_COLUMN_PIXELS);
  const inset = (x.bandwidth() - column) / 2;
  return (
    <>
      {/* Above the links, so that the one that is pointed at shines through from behind; they are what is pressed. */}
      <svg
        width={width}
        height={HEIGHT}
        aria-hidden
        className="pointer-events-none relative z-1 overflow-visible tabular"
      >
        <GridRows scale={y} tickValues={ticks} left={LEFT} width={width - LEFT} stroke="var(--bar-track)" />
        <BarStack<DriftRow, DriftSeries, typeof x, typeof y>
          data={[...rows]}
          keys={[...DRIFT_SERIES]}
          x={({ comparisonId }) => comparisonId}
          xScale={x}
          yScale={y}
          color={seriesColor}
        >
          {(stacks) =>
            stacks.map((stack) =>
              stack.bars
                .filter(({ height }) => height > 0)
                .map((bar) => (
                  <rect
                    key={`${stack.key} ${bar.bar.data.comparisonId}`}
                    x={bar.x + inset}
                    y={bar.y}
                    width={column}
                    height={bar.height}
                    strokeWidth={1}
                    style={{ fill: bar.color, stroke: edgeOf(bar.key) }}
                  />
                )),
            )
          }
        </BarStack>
        <AxisLeft
          scale={y}
          left={LEFT}
          tickValues={ticks}
          hideAxisLine
          hideTicks
          tickFormat={(findings) => digits(Number(findings))}
          tickLabelProps={{ ...LABEL, dx: -4 }}
        />
        <AxisBottom
          scale={x}
          top={HEIGHT - BOTTOM}
          hideTicks
          stroke="var(--bar-track)"
          tickValues={labeled(rows, width)}
          tickFormat={(id) => rows.find(({ comparisonId }) => comparisonId === id)?.label}
          tickLabelProps={LABEL}
        />
      </svg>
      <DriftColumns
        columns={rows.flatMap((row) => {
          const left = x(row.comparisonId);
          return left === undefined ? [] : [{ row, left: left - (x.step() - x.bandwidth()) / 2 }];
        })}
        width={x.step()}
        bottom={BOTTOM}
      />
    </>
  );
}

/** Parts of a column are apart from each other by a line of the ground; accepted ones have an edge of their own. */
function edgeOf(series: DriftSeries): string {
  return series === "accepted" ? seriesEdge(series) : "var(--color-kumo-base)";
}

/** Those comparisons whose time is written out: as many as there is room for, the newest among them. */
function labeled(rows: readonly DriftRow[], width: number): string[] {
  const every = Math.ceil((rows.length * LABEL_PIXELS) / (width - LEFT));
  return rows.filter((_row, at) => (rows.length - 1 - at) % every === 0).map(({ comparisonId }) => comparisonId);
}

function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const measure = () => setWidth(target.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return width;
}
