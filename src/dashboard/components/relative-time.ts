/** Times and durations in words. Pure. */
// In English whatever the browser speaks: the words around it are.
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "3 minutes ago". Anything within ten seconds, or in the future by a wrong clock, is "just now". */
export function relativeTime(iso: string, nowMs: number): string {
  const seconds = Math.round((nowMs - Date.parse(iso)) / 1_000);
  if (seconds < 10) return "just now";
  for (const [unit, size] of STEPS) {
    // oxlint-disable-next-line tenantatlas/no-progress-arithmetic -- seconds in a larger unit of time, one of STEPS.
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit);
  }
  return relative.format(-seconds, "second");
}

/** How long something took: "850 ms", "12 s", "3 min 4 s", "2 h 5 min". */
export function durationText(fromIso: string, toIso: string): string {
  return millisecondsText(Math.max(0, Date.parse(toIso) - Date.parse(fromIso)));
}

/** A duration in the same words. */
export function millisecondsText(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}
