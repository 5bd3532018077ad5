/** Detects whether a step's effect shows in the policy as it was read. Pure. */
import type { JsonObject } from "../../../policies/json-value.ts";
import type { FamilyKey } from "../../families.ts";
import { isSame } from "../../restore/differences.ts";
import { ENTRY_RULES, plainEntries, withoutOmaValues } from "../../restore/plain-entries.ts";
import { restorable } from "../../restore/restorable-part.ts";
import type { RestoreStep } from "../../restore/restore-step.ts";
import { objectsOf, textOf } from "../../restore/document-members.ts";

/**
 * @param wanted the plan's document, gaps filled
 * @param twins how many equal entries earlier steps of the plan have added: those are theirs
 */
export function shows(
  family: FamilyKey,
  step: RestoreStep,
  document: JsonObject,
  wanted: JsonObject,
  twins: number,
): boolean {
  const { effect } = step;
  const body = step.body ?? {};
  switch (effect.kind) {
    case "creates":
      return false;
    case "sets":
      return effect.property === null
        ? isSame(
            restorable(family, withoutOmaValues(body), NO_ASSIGNMENTS),
            restorable(family, document, NO_ASSIGNMENTS),
          )
        : isPropertySame(family, effect.property, wanted, document);
    case "rearranges":
      return isPropertySame(family, effect.property, wanted, document);
    case "adds":
      return entriesLike(effect.property, body, document) > twins;
    case "changes":
      return objectsOf(document[effect.property]).some((entry) => isSame(body, entry));
    case "removes": {
      const id = decodeURIComponent(step.path.split("/").at(-1) ?? "");
      return !objectsOf(document[effect.property]).some((entry) => textOf(entry["id"]) === id);
    }
  }
}

const NO_ASSIGNMENTS = { assignments: false };

function isPropertySame(family: FamilyKey, property: string, wanted: JsonObject, document: JsonObject): boolean {
  const options = { assignments: property === "assignments" };
  const expected = restorable(family, wanted, options)[property] ?? null;
  return isSame({ [property]: expected }, { [property]: restorable(family, document, options)[property] ?? null });
}

/** How many entries of the collection are what this body makes. */
export function entriesLike(property: string, body: JsonObject, document: JsonObject): number {
  const rule = ENTRY_RULES[property];
  if (!rule) return 0;
  return objectsOf(plainEntries(property, document[property] ?? null)).filter((entry) =>
    isSame(rule.plain(body), entry),
  ).length;
}
