/** Orders a restore: families by their stages, within a stage as in the catalogue; policies of a family by the turns of their types. */
import { FAMILIES, type FamilyKey } from "../families.ts";

/** The turns of types within their families, by `@odata.type`. */
export const TURN_OF_TYPE: Readonly<Record<string, number>> = Object.fromEntries(
  FAMILIES.flatMap(({ restore }) => Object.entries(restore.turnOfType)),
);

/** All families in the order in which a plan restores them. */
export const RESTORE_ORDER: readonly FamilyKey[] = FAMILIES.toSorted((a, b) => a.restore.stage - b.restore.stage).map(
  ({ key }) => key,
);
