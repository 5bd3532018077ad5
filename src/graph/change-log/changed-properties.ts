/** The properties of an audit event with their old and new values, bounded, and without what a log must not carry on. */
import type { ChangedProperty } from "../../contract/changes.ts";
import { isJsonObject } from "../../policies/json-value.ts";

const MAX_PROPERTIES = 30;
const MAX_VALUE_LENGTH = 500;
const HIDDEN = "(hidden)";
const CREDENTIAL_NAMES = /secret|password|passphrase|presharedkey|privatekey|token/i;

export interface ToldProperty {
  displayName?: string | null | undefined;
  oldValue?: string | null | undefined;
  newValue?: string | null | undefined;
}

/**
 * What differs. Entra tells a whole policy as one property in JSON: of that, the members that differ are listed by their dotted paths.
 * Values named like a credential are hidden. `cut`: something was left out or shortened.
 */
export function changedProperties(told: readonly ToldProperty[]): { properties: ChangedProperty[]; cut: boolean } {
  const all = told.flatMap(({ displayName, oldValue, newValue }) => {
    const name = displayName ?? "";
    const [before, after] = [parsed(oldValue), parsed(newValue)];
    if (isJsonObject(before) || isJsonObject(after)) return differing(name, name, before, after);
    return same(before, after) ? [] : [{ name, path: name, before, after }];
  });
  let cut = all.length > MAX_PROPERTIES;
  const value = (path: string, of: unknown): string | null => {
    if (of === null || of === undefined) return null;
    if (CREDENTIAL_NAMES.test(path)) return HIDDEN;
    const text = typeof of === "string" ? of : JSON.stringify(of);
    if (text.length <= MAX_VALUE_LENGTH) return text;
    cut = true;
    return `${text.slice(0, MAX_VALUE_LENGTH)}…`.toWellFormed();
  };
  const properties = all.slice(0, MAX_PROPERTIES).map(({ name, path, before, after }) => ({
    name: name.slice(0, MAX_VALUE_LENGTH).toWellFormed(),
    oldValue: value(path, before),
    newValue: value(path, after),
  }));
  return { properties, cut };
}

interface Difference {
  name: string;
  /** With the property that the log names: a credential may be named at any level. */
  path: string;
  before: unknown;
  after: unknown;
}

/** Far deeper than a policy of Entra is; what is below is compared as a whole. */
const MAX_DEPTH = 20;

function differing(name: string, path: string, before: unknown, after: unknown, depth = 0): Difference[] {
  if (same(before, after)) return [];
  if (depth === MAX_DEPTH || !isJsonObject(before) || !isJsonObject(after)) return [{ name, path, before, after }];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((member) =>
    differing(
      depth === 0 ? member : `${name}.${member}`,
      `${path}.${member}`,
      before[member],
      after[member],
      depth + 1,
    ),
  );
}

/** JSON where the text is JSON of an object or a list, or a string in quotes; else the text. */
function parsed(value: string | null | undefined): unknown {
  if (value === null || value === undefined || !/^\s*[[{"]/.test(value)) return value ?? null;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function same(before: unknown, after: unknown): boolean {
  return JSON.stringify(before ?? null) === JSON.stringify(after ?? null);
}
