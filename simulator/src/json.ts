/** JSON documents as Graph sends them: property names are data here, so they stay a record and are narrowed where used. */
import { z } from "zod";

export type Doc = Record<string, unknown>;

export const docSchema = z.record(z.string(), z.unknown());

export function isDoc(value: unknown): value is Doc {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses stored JSON that this simulator wrote itself. Throws when it is not an object: the store is broken. */
export function parseDoc(text: string): Doc {
  return docSchema.parse(JSON.parse(text));
}

const docsSchema = z.array(docSchema);
export function parseDocs(text: string): Doc[] {
  return docsSchema.parse(JSON.parse(text));
}

/** Parses a request body; null when it is not a JSON object. */
export function readBody(text: string | null): Doc | null {
  if (text === null || text.trim() === "") return null;
  try {
    const value: unknown = JSON.parse(text);
    return isDoc(value) ? value : null;
  } catch {
    return null;
  }
}

/** The objects of an array property; an absent or null property is an empty list, anything else is undefined. */
export function docList(value: unknown): Doc[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const items: unknown[] = value;
  return items.every(isDoc) ? items.filter(isDoc) : undefined;
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
