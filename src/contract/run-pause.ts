/** Why nothing of a run goes on for now, in words. The counts beside it stay what they are. */
import type { UnitNoun } from "./progress.ts";

interface Pause {
  by: { name: string } | null;
  reason: "person" | "failures";
  failed: number | null;
}

/** "Paused by Ada", "Stopped by itself: 10 policies failed". */
export function pauseLine({ by, reason, failed }: Pause, unit: UnitNoun): string {
  if (reason === "person") return by === null ? "Paused" : `Paused by ${by.name}`;
  if (failed === null) return "Stopped by itself: too much failed";
  return `Stopped by itself: ${failed} ${failed === 1 ? unit.one : unit.other} failed`;
}
