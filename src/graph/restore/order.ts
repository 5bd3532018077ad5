/** Orders the families for a restore: by their stages, within a stage as in the catalogue. */
import { FAMILIES, type FamilyKey } from "../families.ts";

/** All families in the order in which a plan restores them. */
export const RESTORE_ORDER: readonly FamilyKey[] = FAMILIES.toSorted((a, b) => a.restore.stage - b.restore.stage).map(
  ({ key }) => key,
);
