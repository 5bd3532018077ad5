/** Which items of a plan have to end before others of it are written. Pure. */
import { familyByKey } from "../../graph/families.ts";
import { gapsIn } from "../../graph/restore/gaps.ts";
import type { WritePlan } from "../../graph/restore/plan.ts";

/** Whether the policies of a family are written one after the other: Graph takes about one request a second of some. */
export function isOneAtATime(family: string): boolean {
  return familyByKey(family)?.restore.oneAtATime ?? false;
}

/**
 * The first ordinal of each family's stage, for families in the order of writing. A stage begins when the one before has ended. A
 * family that this version does not know is never written, and has a stage of its own after all others.
 */
export function stageStarts(families: readonly { family: string; first: number }[]): Map<string, number> {
  const starts = new Map<string, number>();
  const firstOfStage = new Map<number, number>();
  for (const { family, first } of families) {
    const stage = familyByKey(family)?.restore.stage ?? Number.POSITIVE_INFINITY;
    const start = firstOfStage.get(stage) ?? first;
    firstOfStage.set(stage, start);
    starts.set(family, start);
  }
  return starts;
}

/** The highest ordinal among the items of the plan whose new ids this one needs; -1 when it needs none. */
export function latestItemOf(plan: WritePlan | null): number {
  const needed = plan === null ? [] : gapsIn(plan.wanted);
  return Math.max(-1, ...needed.map((gap) => (gap.kind === "restoredId" ? Number(gap.item) : -1)));
}

/** Waits in a row that are ordinary. Later ones grow by so many seconds each: what is waited for may take days (an approval). */
const ORDINARY_WAITS = 60;
const GROWTH_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 900;

/** Seconds to wait for other items, or for another restore, by the wait that is usual and the times waited in a row so far. */
export function patientSeconds(usual: number, inARow: number): number {
  return Math.max(usual, Math.min(LONGEST_WAIT_SECONDS, GROWTH_SECONDS * (inARow - ORDINARY_WAITS)));
}
