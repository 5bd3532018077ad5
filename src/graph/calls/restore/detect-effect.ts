/** Detects whether a step's effect shows in the policy as it was read. Pure. */
import { isJsonObject, type JsonObject } from "../../../policies/json-value.ts";
import { familyOf, type FamilyKey } from "../../families.ts";
import { compareForRestore, isSameEntry, propertyOf } from "../../restore/differences.ts";
import { withoutOmaValues } from "../../restore/entries.ts";
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
    // The policy is there: it was read.
    case "deletes":
      return false;
    case "sets":
      return effect.property === null
        ? compareForRestore(family, withoutOmaValues(ownPart(family, body)), document, { assignments: false }).changes
            .length === 0
        : isPropertySame(family, effect.property, wanted, document);
    case "rearranges":
      return isPropertySame(family, effect.property, wanted, document);
    case "adds":
      return entriesLike(family, effect.property, body, document) > twins;
    case "changes":
      return objectsOf(document[effect.property]).some(
        (entry) => compareForRestore(family, body, entry, { assignments: true }).changes.length === 0,
      );
    case "removes": {
      const id = decodeURIComponent(step.path.split("/").at(-1) ?? "");
      return !objectsOf(document[effect.property]).some((entry) => textOf(entry["id"]) === id);
    }
  }
}

/** The part of a body that is about the policy, where it is written as a property of something else. */
function ownPart(family: FamilyKey, body: JsonObject): JsonObject {
  const within = familyOf(family).restore.writtenWithin;
  const part = within === null ? body : body[within.property];
  return part !== undefined && isJsonObject(part) ? part : body;
}

function isPropertySame(family: FamilyKey, property: string, wanted: JsonObject, document: JsonObject): boolean {
  const { changes } = compareForRestore(family, wanted, document, { assignments: true });
  return !changes.some((change) => propertyOf(change) === property);
}

/** How many entries of the collection are what this body makes. */
export function entriesLike(family: FamilyKey, property: string, body: JsonObject, document: JsonObject): number {
  return objectsOf(document[property]).filter((entry) => isSameEntry(family, property, body, entry)).length;
}
