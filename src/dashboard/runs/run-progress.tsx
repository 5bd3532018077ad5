/**
 * A run's progress, exactly as the server says it (docs/design/progress.md, section 4). Nothing is computed here: the width is the
 * server's `percent`, the words are the server's `text`.
 */
import { groupDigits } from "../../contract/progress.ts";
import type { Run } from "../../contract/runs.ts";
import { useReachable } from "../api/use-reachable.ts";
import { clockText } from "../components/clock.ts";

/** A run of a tenant, or over tenants. */
type Progressing = Pick<Run, "id" | "label" | "status" | "progress">;

/**
 * The text, and a bar where the contract allows one. What goes on while the server is not heard is shown as it was, with the time: in the place of
 * the percentage, so that nothing moves. With `bars="counted"` a run of an unknown amount has none; phases always do.
 */
export function RunProgress({ run, bars }: { run: Progressing; bars: "counted" | "any" }) {
  const { progress } = run;
  const text = groupDigits(progress.text);
  const reachable = useReachable();
  const asOf = reachable.state === "lost" && run.status !== "completed" ? clockText(reachable.since) : null;
  return (
    <div className="flex flex-col gap-1.5" data-progress-of={run.id}>
      <p className="flex items-baseline justify-between gap-3 tabular">
        <span>{text}</span>
        {asOf !== null ? (
          <span className="text-xs whitespace-nowrap text-kumo-subtle" data-unknown>
            as of {asOf}
          </span>
        ) : progress.kind === "counted" ? (
          <span className="text-kumo-subtle">{progress.percent}%</span>
        ) : null}
      </p>
      <div className={asOf === null ? "" : "stale-bar"}>
        <RunBar run={run} text={asOf === null ? text : `${text}, as of ${asOf}`} bars={bars} />
      </div>
    </div>
  );
}

function RunBar({ run, text, bars }: { run: Progressing; text: string; bars: "counted" | "any" }) {
  const label = `${run.label} progress`;
  switch (run.progress.kind) {
    case "counted":
      return <Bar label={label} text={text} percent={run.progress.percent} />;
    case "finalizing":
      return <Bar label={label} text={text} percent={100} />;
    case "phased":
      return <Bar label={label} text={text} percent={null} />;
    case "indeterminate":
      return bars === "any" ? <Bar label={label} text={text} percent={null} /> : null;
    case "finished":
      return null;
  }
}

/** `percent` null is an indeterminate bar: it has no `aria-valuenow`, so nothing announces a number (F31). */
function Bar({ label, text, percent }: { label: string; text: string; percent: number | null }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { "aria-valuenow": percent })}
      aria-valuetext={text}
      className="relative h-1.5 overflow-hidden rounded-full bg-(--bar-track)"
    >
      {percent === null ? (
        <div className="bar-sweep absolute inset-y-0 w-2/5 rounded-full bg-(--bar-fill) motion-reduce:w-full motion-reduce:opacity-40" />
      ) : (
        // The picture is a hundred wide, so that the server's number is its width as it is.
        <svg aria-hidden viewBox="0 0 100 1" preserveAspectRatio="none" className="block size-full">
          <rect width={percent} height={1} className="fill-(--bar-fill) transition-[width] duration-300" />
        </svg>
      )}
    </div>
  );
}
