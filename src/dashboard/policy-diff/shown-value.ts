/** Values of changes as texts. Pure. */
import type { ChangeValue, PathStep } from "../../contract/policy-diff.ts";

/** A value as a person reads it: texts without quotes, unless they would be taken for something else. */
export function valueText(value: ChangeValue): string {
  if (value.form === "text") return value.text;
  const { json } = value;
  if (typeof json !== "string") return JSON.stringify(json, null, 2);
  return json.trim() !== json || json === "" || looksLikeJson(json) ? JSON.stringify(json) : json;
}

/** Whether a value has lines to be compared: scripts, texts, structures. */
export function hasLines(value: ChangeValue): boolean {
  return value.form === "text" || (typeof value.json === "object" && value.json !== null);
}

/** The path to show: without a last step that says nothing but the value itself. */
export function shownPath(path: readonly PathStep[], value: ChangeValue | null): readonly PathStep[] {
  const last = path.at(-1);
  if (last?.kind !== "element" || value?.form !== "json" || last.label !== null || last.number > 1) return path;
  const isValue = typeof value.json !== "object" && String(value.json) === last.key;
  return isValue ? path.slice(0, -1) : path;
}

/** Names in a list, in their order; null for any other value. */
export function listedNames(value: ChangeValue): string[] | null {
  if (value.form !== "json" || !Array.isArray(value.json)) return null;
  const names = value.json.filter((name) => typeof name === "string");
  return names.length === value.json.length ? names : null;
}

function looksLikeJson(text: string): boolean {
  return /^(true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?|["[{].*)$/s.test(text);
}
