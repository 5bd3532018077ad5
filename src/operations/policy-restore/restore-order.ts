/** Which families of a plan are written before which others. Pure. */
import { familyByKey, type FamilyKey } from "../../graph/families.ts";
import { RESTORE_ORDER, restoreRank } from "../../graph/restore/rules.ts";

/** Families that nothing references form one stage, from here to `LAST_OF_THE_REST`: their policies are written in parallel. */
const FIRST_OF_THE_REST = RESTORE_ORDER.indexOf("complianceScripts") + 1;
const LAST_OF_THE_REST = RESTORE_ORDER.indexOf("termsOfUse") - 1;

/**
 * The stage of a family, ascending in the order of writing: a stage begins when the one before has ended. One that this version
 * does not know is never written, and counts to the last.
 */
export function stageOf(family: string): number {
  const key: FamilyKey | undefined = familyByKey(family)?.key;
  if (key === undefined) return RESTORE_ORDER.length;
  const rank = restoreRank(key);
  return rank > FIRST_OF_THE_REST && rank <= LAST_OF_THE_REST ? FIRST_OF_THE_REST : rank;
}

/** Graph takes about one request a second for each of these: their policies are written one after the other. */
const ONE_AT_A_TIME: ReadonlySet<string> = new Set(["namedLocations", "conditionalAccess"]);

export function isOneAtATime(family: string): boolean {
  return ONE_AT_A_TIME.has(family);
}

/** The first ordinal of each family's stage, for families in the order of writing. */
export function stageStarts(families: readonly { family: string; first: number }[]): Map<string, number> {
  const starts = new Map<string, number>();
  const firstOfStage = new Map<number, number>();
  for (const { family, first } of families) {
    const stage = stageOf(family);
    const start = firstOfStage.get(stage) ?? first;
    firstOfStage.set(stage, start);
    starts.set(family, start);
  }
  return starts;
}
