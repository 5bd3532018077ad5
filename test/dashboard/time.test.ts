import { expect, it } from "vitest";
import { durationText, relativeTime } from "../../src/dashboard/components/relative-time.ts";

const NOW = Date.parse("2026-11-01T12:00:00.000Z");

it("tells how long ago something was in the largest unit that fits", () => {
  expect(relativeTime("2026-11-01T11:59:20.000Z", NOW)).toBe("40 seconds ago");
  expect(relativeTime("2026-11-01T11:56:01.000Z", NOW)).toBe("3 minutes ago");
  expect(relativeTime("2026-11-01T02:00:00.000Z", NOW)).toBe("10 hours ago");
  expect(relativeTime("2026-10-31T11:00:00.000Z", NOW)).toBe("yesterday");
});

it("says just now for a time in the future: clocks differ", () => {
  expect(relativeTime("2026-11-01T12:00:30.000Z", NOW)).toBe("just now");
});

it("tells a duration in the units a person would use", () => {
  const from = "2026-11-01T12:00:00.000Z";
  expect(durationText(from, "2026-11-01T12:00:00.850Z")).toBe("850 ms");
  expect(durationText(from, "2026-11-01T12:00:12.200Z")).toBe("12 s");
  expect(durationText(from, "2026-11-01T12:03:04.000Z")).toBe("3 min 4 s");
  expect(durationText(from, "2026-11-01T14:05:00.000Z")).toBe("2 h 5 min");
  expect(durationText(from, "2026-11-01T11:59:00.000Z")).toBe("0 ms");
});
