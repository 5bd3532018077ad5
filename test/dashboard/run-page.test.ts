/** What the page of a run is made of, as far as it is computed: reasons and where they are mended, and the picture of its time. */
import { describe, expect, it } from "vitest";
import type { TimelineEvent } from "../../src/contract/run-report.ts";
import type { RunUnit } from "../../src/contract/runs.ts";
import { LANES, timelinePicture } from "../../src/dashboard/runs/timeline-spans.ts";
import { groupByReason, mendingOf } from "../../src/dashboard/runs/unit-mending.ts";

const unit = (ordinal: number, facts: Partial<RunUnit>): RunUnit => ({
  ordinal,
  key: `k${ordinal}`,
  label: `Unit ${ordinal}`,
  outcome: "failed",
  reasonCode: "graph_unavailable",
  message: "Microsoft Graph did not answer.",
  attempts: 1,
  ...facts,
});

describe("units that did not succeed", () => {
  it("stand together by reason, what failed first, then the largest group", () => {
    const missing = { reasonCode: "permission_missing", message: "Lacks A." };
    const groups = groupByReason([
      unit(0, { outcome: "skipped", reasonCode: "unchanged", message: "Same." }),
      unit(1, { outcome: "skipped", reasonCode: "unchanged", message: "Same." }),
      unit(2, { outcome: "skipped", reasonCode: "unchanged", message: "Same." }),
      unit(3, missing),
      unit(4, {}),
      unit(5, {}),
      unit(6, { ...missing, message: "Lacks B." }),
    ]);
    expect(groups.map(({ message, units }) => [message, units.map(({ ordinal }) => ordinal)])).toEqual([
      ["Microsoft Graph did not answer.", [4, 5]],
      ["Lacks A.", [3]],
      ["Lacks B.", [6]],
      ["Same.", [0, 1, 2]],
    ]);
  });

  it("lead to the page where the cause is removed, to another try where it passes, and nowhere else", () => {
    expect(mendingOf("permission_missing")).toMatchObject({
      kind: "place",
      place: { to: "/t/$slug/settings/permissions" },
    });
    expect(mendingOf("credentials_rejected")).toMatchObject({
      kind: "place",
      place: { to: "/t/$slug/settings/connection" },
    });
    expect(mendingOf("graph_unavailable")).toEqual({ kind: "again" });
    expect(mendingOf("ambiguous")).toEqual({ kind: "none" });
  });
});

describe("the picture of a run's time", () => {
  const second = (at: number): string => new Date(at * 1_000).toISOString();
  const event = (kind: TimelineEvent["kind"], at: number, until: number | null = null): TimelineEvent => ({
    kind,
    at: second(at),
    until: until === null ? null : second(until),
    text: kind,
  });
  const spansOf = (items: TimelineEvent[], asOf: number) =>
    timelinePicture({ items, asOf: second(asOf) })?.spans.map(({ lane, from, to, open }) => [
      lane,
      from / 1_000,
      to / 1_000,
      open,
    ]);

  it("has a stretch for each stage until the next one, pauses and waits beside them, and ends with the run", () => {
    const items = [
      event("queued", 0),
      event("started", 1),
      event("sealed", 3),
      event("waited", 4, 9),
      event("first_settled", 5),
      event("paused", 10),
      event("resumed", 14),
      event("last_settled", 20),
      event("finalizing", 20),
      event("completed", 22),
    ];
    expect(spansOf(items, 60)).toEqual([
      ["Queued", 0, 1, false],
      ["Preparing", 1, 3, false],
      ["Working", 3, 20, false],
      ["Finalizing", 20, 22, false],
      ["Paused", 10, 14, false],
      ["Waiting", 4, 9, false],
    ]);
    expect(timelinePicture({ items, asOf: second(60) })?.lanes).toEqual(LANES);
  });

  it("is open at the time as of which it was told while the run goes on, and is none before anything took time", () => {
    expect(spansOf([event("queued", 0), event("started", 2), event("paused", 4)], 6)).toEqual([
      ["Queued", 0, 2, false],
      ["Preparing", 2, 6, true],
      ["Paused", 4, 6, true],
    ]);
    expect(timelinePicture({ items: [event("queued", 3)], asOf: second(3) })).toBeNull();
  });
});
