/** Findings after each comparison as stacked columns. Loaded by itself: nothing else needs the chart's library. */
import { useNavigate } from "@tanstack/react-router";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { absoluteText } from "../components/time.tsx";
import { useTenant } from "../shell/tenant-context.ts";
import { DRIFT_SERIES, type DriftRow } from "./drift-points.ts";
import { SEVERITY_WORDS } from "./baseline-words.ts";

const TICK = { fill: "var(--text-color-kumo-subtle)", fontSize: 12 };
/** Axes of very few findings keep whole numbers apart. */
const LOWEST_TOP = 4;

export function DriftChart({ rows }: { rows: DriftRow[] }) {
  const tenant = useTenant();
  const navigate = useNavigate();
  const open = (index: unknown) => {
    const comparisonId = rows[Number(index)]?.comparisonId;
    if (comparisonId === undefined) return;
    void navigate({
      to: "/t/$slug/baseline-comparisons/$comparisonId",
      params: { slug: tenant.slug, comparisonId },
    });
  };
  return (
    <ResponsiveContainer width="100%" height={256}>
      {/* Named as one picture by what is around it; the table is for keyboards and screen readers. */}
      <BarChart
        data={rows}
        accessibilityLayer={false}
        margin={{ top: 8, right: 4, bottom: 0, left: -20 }}
        maxBarSize={40}
        className="[&_.recharts-surface]:outline-none [&_.recharts-bar-rectangle]:cursor-pointer"
        onClick={({ activeTooltipIndex }) => open(activeTooltipIndex)}
      >
        <CartesianGrid vertical={false} stroke="var(--bar-track)" />
        <XAxis
          dataKey="comparisonId"
          tickFormatter={(_id: string, index: number) => rows[index]?.label ?? ""}
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: "var(--color-kumo-line)" }}
          minTickGap={24}
        />
        <YAxis
          allowDecimals={false}
          domain={[0, (top: number) => (top < LOWEST_TOP ? LOWEST_TOP : top)]}
          tick={TICK}
          tickLine={false}
          axisLine={false}
        />
        <Tooltip
          cursor={{ fill: "var(--bar-track)", opacity: 0.5 }}
          isAnimationActive={false}
          content={({ active, label }) =>
            active ? <Told row={rows.find((row) => row.comparisonId === label)} /> : null
          }
        />
        {DRIFT_SERIES.map((series) => (
          <Bar
            key={series}
            dataKey={series}
            stackId="findings"
            fill={`var(--severity-${series})`}
            stroke="var(--color-kumo-base)"
            strokeWidth={1}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

function Told({ row }: { row: DriftRow | undefined }) {
  if (row === undefined) return null;
  return (
    <div className="rounded-md bg-kumo-base px-3 py-2 text-xs shadow-lg ring ring-kumo-line">
      <p className="mb-1 font-medium tabular">{absoluteText(row.at)}</p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4">
        {DRIFT_SERIES.map((series) => (
          <div key={series} className="contents">
            <dt className="flex items-center gap-1.5">
              <span
                aria-hidden
                className="size-2.5 rounded-sm"
                style={{ backgroundColor: `var(--severity-${series})` }}
              />
              {series === "accepted" ? "Accepted" : SEVERITY_WORDS[series]}
            </dt>
            <dd className="text-right tabular">{row[series]}</dd>
          </div>
        ))}
      </dl>
      {row.notChecked === 0 ? null : <p className="mt-1 text-kumo-subtle">{row.notChecked} could not be checked</p>}
    </div>
  );
}
