/** Which items of a plan have to end before others of it are written. Pure. */
import { familyByKey } from "../../graph/families.ts";

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
