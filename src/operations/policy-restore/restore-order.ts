/** In which order families are written (graph.md, "Restore order"): what is referred to stands before what refers to it. Pure. */
import { FAMILY_KEYS, type FamilyKey } from "../../graph/families.ts";

/** Families of one stage do not refer to each other; a stage begins when the one before has ended. */
const FIRST_STAGES: readonly (readonly FamilyKey[])[] = [
  ["scopeTags"],
  ["filters"],
  ["roles"],
  ["notifications"],
  ["authStrengths"],
  ["namedLocations", "termsOfUse"],
  ["apps"],
  ["reusableSettings"],
  ["complianceScripts"],
];

const first = new Set(FIRST_STAGES.flat());
export const RESTORE_STAGES: readonly (readonly FamilyKey[])[] = [
  ...FIRST_STAGES,
  FAMILY_KEYS.filter((key) => !first.has(key)),
];

export const RESTORE_ORDER: readonly FamilyKey[] = RESTORE_STAGES.flat();

/** The stage of a family; one that this version does not know belongs to the last. */
export function stageOf(family: string): number {
  const stage = RESTORE_STAGES.findIndex((keys) => keys.some((key) => key === family));
  return stage < 0 ? RESTORE_STAGES.length - 1 : stage;
}
