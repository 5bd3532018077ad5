import { describe, expect, it } from "vitest";
import { clockOf, pageLocale } from "../../src/dashboard/components/clock.ts";

const AT = "2026-11-24T23:34:05.000Z";
const NOW = Date.parse("2026-11-24T23:50:00.000Z");

describe("the language of times", () => {
  it("is an English one, whatever the browser prefers", () => {
    expect(pageLocale(["de-DE", "en-US", "en"])).toBe("en-US");
    expect(pageLocale(["de-DE", "de"])).toBe("en-GB");
    expect(pageLocale([])).toBe("en-GB");
    expect(pageLocale(["enm", "en-AU"])).toBe("en-AU");
  });
});

describe("times in UTC", () => {
  const { absoluteText, clockText, dayText, dayValue, endOfDay, minuteText, shortDayText } = clockOf("utc", "en-GB");

  it("name their zone and are of the day in UTC", () => {
    expect(absoluteText(AT)).toBe("24 Nov 2026, 23:34:05 UTC");
    expect(dayText(AT)).toBe("24 Nov 2026");
    expect(shortDayText(AT)).toBe("24 Nov");
    expect(minuteText(AT)).toBe("23:34");
    expect(dayValue(AT)).toBe("2026-11-24");
    expect(endOfDay("2026-11-24")?.toISOString()).toBe("2026-11-24T23:59:59.000Z");
    expect(endOfDay("tomorrow")).toBeNull();
  });

  it("have no day while it is that day, and their day later", () => {
    expect(clockText(AT, NOW)).toBe("23:34:05");
    expect(clockText(AT, NOW + 3_600_000)).toBe("24 Nov 2026, 23:34:05 UTC");
  });
});

describe("times where the reader is", () => {
  it("are of the reader's day", () => {
    const { absoluteText, dayValue, endOfDay } = clockOf("local", "en-US");
    const at = new Date(2026, 2, 1, 0, 30, 0);
    expect(dayValue(at.getTime())).toBe("2026-03-01");
    expect(absoluteText(at.getTime())).toMatch(/^Mar 1, 2026, 12:30:00.AM \S+/);
    expect(endOfDay("2026-03-01")?.getTime()).toBe(new Date(2026, 2, 1, 23, 59, 59).getTime());
  });
});
