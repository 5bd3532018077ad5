/**
 * Compares what a write carries with what is there. One-sided on purpose: a member that only the tenant has was added by the
 * service (or does not concern this write), one that the write carries must be there, and null, `[]`, `{}` and absence are
 * equal (F36).
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../policies/json-value.ts";
import { isEmptyValue } from "./document-members.ts";

export interface Difference {
  /** "settings[2].settingInstance.choiceSettingValue.value". Positions count in the form that is compared. */
  path: string;
  expected: JsonValue;
  actual: JsonValue;
}

/** In the order of the expected document; empty when nothing would have to be written. */
export function differences(expected: JsonObject, actual: JsonObject): Difference[] {
  const found: Difference[] = [];
  compare(expected, actual, "", found);
  return found;
}

export function isSame(expected: JsonObject, actual: JsonObject): boolean {
  return differences(expected, actual).length === 0;
}

function compare(expected: JsonValue, actual: JsonValue | undefined, path: string, found: Difference[]): void {
  if (isEmptyValue(expected) && isEmptyValue(actual)) return;
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    expected.forEach((item, index) => compare(item, actual[index], `${path}[${index}]`, found));
  } else if (isJsonObject(expected) && (isJsonObject(actual) || isEmptyValue(actual))) {
    const members = isJsonObject(actual) ? actual : {};
    for (const [name, member] of Object.entries(expected))
      compare(member, members[name], path === "" ? name : `${path}.${name}`, found);
  } else if (expected !== actual) {
    found.push({ path, expected, actual: actual ?? null });
  }
}
