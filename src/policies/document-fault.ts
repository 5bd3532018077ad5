/** What makes a document of Microsoft Graph one that cannot be stored as it is. Pure. */
import type { JsonValue } from "./json-value.ts";

/**
 * Levels of nesting. Microsoft's deepest settings (groups within groups of the settings catalog) stay below 40; what works
 * through a document goes down by calling itself, and a Worker's stack ends at some thousand calls.
 */
export const MAX_DOCUMENT_DEPTH = 256;

/** The fault in words that begin a sentence; null when there is none. Goes down without calling itself, however deep it is. */
export function documentFault(document: JsonValue): string | null {
  const open: { value: JsonValue; depth: number }[] = [{ value: document, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value === "string" && !value.isWellFormed()) return NOT_UNICODE;
    if (typeof value !== "object" || value === null) continue;
    if (depth > MAX_DOCUMENT_DEPTH) return `It is nested in more than ${MAX_DOCUMENT_DEPTH} levels`;
    if (!Array.isArray(value) && Object.keys(value).some((name) => !name.isWellFormed())) return NOT_UNICODE;
    for (const member of Object.values(value)) open.push({ value: member, depth: depth + 1 });
  }
  return null;
}

/** A lone surrogate would be stored as another character, and the stored content would not be the policy's. */
const NOT_UNICODE = "It holds text that is not well-formed Unicode";
