/** Few policies that show what many do. */
import type { JsonValue } from "../../src/policies/json-value.ts";

/** As Graph spells the members of its enumerations. */
const ENUMERATED = /^[a-z][A-Za-z0-9]{1,39}$/;

interface Shaped {
  family: string;
  document: JsonValue;
}

/**
 * The policies, small ones first, that show something which no smaller one of their family shows: a property, a type, a kind of value, a
 * switch on or off, a member of an enumeration, or a list that is empty, has one element or several. Together they show what all show; what
 * they leave out differs in texts and numbers alone.
 */
export function varietyOf<T extends Shaped>(policies: readonly T[]): T[] {
  const shown = new Map<string, Set<string>>();
  return policies
    .map((policy) => ({ policy, size: JSON.stringify(policy.document).length }))
    .toSorted((a, b) => a.size - b.size)
    .flatMap(({ policy }) => {
      const seen = shown.get(policy.family) ?? new Set<string>();
      shown.set(policy.family, seen);
      const before = seen.size;
      for (const trait of traitsOf(policy.document, "")) seen.add(trait);
      return seen.size > before ? [policy] : [];
    });
}

function* traitsOf(value: JsonValue, place: string): Generator<string> {
  if (Array.isArray(value)) {
    yield `${place} list of ${Math.min(value.length, 2)}`;
    for (const element of value) yield* traitsOf(element, `${place}[]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (name.endsWith("@odata.type")) yield `${place}.${name} ${JSON.stringify(member)}`;
      yield* traitsOf(member, `${place}.${name}`);
    }
  } else {
    yield `${place} ${value === null ? "null" : typeof value}`;
    if (typeof value === "boolean" || (typeof value === "string" && ENUMERATED.test(value))) yield `${place} ${value}`;
  }
}
