/** The timeline of a run as a picture. The list beside it says the same in words, so this is hidden from screen readers. Loaded by itself. */
import { scaleLinear } from "@visx/scale";
import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { millisecondsText } from "../components/relative-time.ts";
import { clockText } from "../components/clock.ts";
import { chartHeight, type Lane, LANE_HEIGHT, type Span, type TimelinePicture } from "./timeline-spans.ts";

const BAR_HEIGHT = 14;
const LABELS = 84;
/** What takes no time is seen all the same. */
const LEAST_WIDTH = 3;
const TEXT = { fontSize: 12, fill: "var(--text-color-kumo-subtle)" };

const FILLS: Record<Lane, string> = {
  Queued: "var(--severity-accepted)",
  Preparing: "var(--severity-low)",
  Working: "var(--bar-fill)",
  Finalizing: "var(--severity-low)",
  Paused: "var(--severity-medium)",
  Waiting: "var(--severity-high)",
};

export function TimelineChart({ picture }: { picture: TimelinePicture }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  return (
    <div ref={frame} style={{ height: chartHeight(picture) }}>
      {width === 0 ? null : <Chart picture={picture} width={width} />}
    </div>
  );
}

function Chart({ picture, width }: { picture: TimelinePicture; width: number }) {
  const { from, to, lanes, spans } = picture;
  const x = scaleLinear({ domain: [from, to], range: [LABELS, width - 1] });
  const bottom = lanes.length * LANE_HEIGHT;
  return (
    <svg width={width} height={chartHeight(picture)} aria-hidden className="overflow-visible tabular">
      {lanes.map((lane, at) => (
        <g key={lane} transform={`translate(0 ${at * LANE_HEIGHT})`}>
          <text x={0} y={LANE_HEIGHT - 9} {...TEXT}>
            {lane}
          </text>
          <line x1={LABELS} x2={width} y1={LANE_HEIGHT - 0.5} y2={LANE_HEIGHT - 0.5} stroke="var(--bar-track)" />
          {spans
            .filter((span) => span.lane === lane)
            .map((span) => (
              <Bar key={`${span.from} ${span.text}`} span={span} left={x(span.from)} right={x(span.to)} />
            ))}
        </g>
      ))}
      <text x={LABELS} y={bottom + 16} {...TEXT}>
        {clockText(from)}
      </text>
      <text x={width} y={bottom + 16} textAnchor="end" {...TEXT}>
        {clockText(to)}, {millisecondsText(to - from)}
      </text>
    </svg>
  );
}

/** What goes on has no right edge. */
function Bar({ span, left, right }: { span: Span; left: number; right: number }) {
  return (
    <rect
      x={left}
      y={(LANE_HEIGHT - BAR_HEIGHT) / 2}
      width={Math.max(LEAST_WIDTH, right - left)}
      height={BAR_HEIGHT}
      rx={span.open ? 0 : 2}
      fill={FILLS[span.lane]}
      opacity={span.open ? 0.65 : 1}
    >
      <title>{`${span.text}: ${millisecondsText(span.to - span.from)}`}</title>
    </rect>
  );
}

function useWidth(frame: RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const measure = () => setWidth(element.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [frame]);
  return width;
}
