/** Values in a document by JSON pointers (RFC 6901). Pure: the document given is not touched. */
import { isJsonObject, type JsonObject, type JsonValue } from "../policies/json-value.ts";

function stepsOf(pointer: string): string[] {
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Undefined where the document has nothing there. */
export function valueAt(document: JsonObject, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const step of stepsOf(pointer)) {
    if (Array.isArray(value)) value = isIndex(step) ? value[Number(step)] : undefined;
    else if (isJsonObject(value)) value = Object.hasOwn(value, step) ? value[step] : undefined;
    else return undefined;
  }
  return value;
}

/**
 * The document with another value there; without it where `value` is undefined. A member may be new, an element may not, but for the end of a list (`-`).
 * Null where the document has no such place.
 */
export function withValueAt(document: JsonObject, pointer: string, value: JsonValue | undefined): JsonObject | null {
  const changed = changedAt(document, stepsOf(pointer), value);
  return isJsonObject(changed) ? changed : null;
}

function changedAt(
  node: JsonValue | undefined,
  [step = "", ...deeper]: readonly string[],
  value: JsonValue | undefined,
): JsonValue | null {
  if (Array.isArray(node)) {
    if (step === "-" && deeper.length === 0) return value === undefined ? null : [...node, value];
    const index = isIndex(step) ? Number(step) : node.length;
    if (index >= node.length) return null;
    if (deeper.length === 0) return value === undefined ? node.toSpliced(index, 1) : node.with(index, value);
    const inner = changedAt(node[index], deeper, value);
    return inner === null ? null : node.with(index, inner);
  }
  if (!isJsonObject(node)) return null;
  const has = Object.hasOwn(node, step);
  if (deeper.length === 0) {
    if (value !== undefined) return { ...node, [step]: value };
    if (!has) return null;
    const { [step]: _removed, ...rest } = node;
    return rest;
  }
  const inner = has ? changedAt(node[step], deeper, value) : null;
  return inner === null ? null : { ...node, [step]: inner };
}

function isIndex(step: string): boolean {
  return /^(0|[1-9]\d{0,8})$/.test(step);
}
