/** Changes as the API serves them: scripts readable, long values cut down to where they differ. Pure. */
import { MAX_VALUE_CHARACTERS, type ChangeValue, type ServedChange } from "../contract/policy-diff.ts";
import { rfc8785Text as spelled } from "./canonical-json.ts";
import type { JsonValue } from "./json-value.ts";
import type { PolicyChange } from "./policy-diff.ts";

/** Properties that hold a text as base64. What does not decode to a text is served as it is. */
const ENCODED_TEXT =
  /^(script|detectionScript|remediationScript|rules)Content(Base64)?$|^payload(Json)?$|^value$|^encodedSettingXml$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** `value` holds many things; a short word can be base64 by chance. */
const MIN_ENCODED_LENGTH = 24;
/** Lines left around the lines that differ. */
const CONTEXT_LINES = 3;

interface Text {
  text: string;
  decoded: boolean;
}

/** The changes with values of at most `MAX_VALUE_CHARACTERS` each. */
export function servedChanges(changes: readonly PolicyChange[]): ServedChange[] {
  return changes.map((change): ServedChange => {
    const { area, path, pathText } = change;
    const place = { area, path, pathText };
    const property = path.findLast((step) => step.kind === "property")?.name ?? "";
    switch (change.kind) {
      case "added":
        return { ...place, kind: change.kind, after: servedValue(change.after, property) };
      case "removed":
        return { ...place, kind: change.kind, before: servedValue(change.before, property) };
      case "changed":
      case "moved":
        return { ...place, kind: change.kind, ...servedPair(change.before, change.after, property) };
    }
  });
}

/** A value as it is shown by itself, of a text its first `most` characters. `property` is what holds it. */
export function servedValue(value: JsonValue, property: string, most = MAX_VALUE_CHARACTERS): ChangeValue {
  const text = asText(value, property);
  if (text === null) return { form: "json", json: value };
  return excerpt(text, 0, text.text.length, most);
}

function servedPair(one: JsonValue, other: JsonValue, property: string): { before: ChangeValue; after: ChangeValue } {
  const [before, after] = [asText(one, property), asText(other, property)];
  if (before === null && after === null) {
    return { before: { form: "json", json: one }, after: { form: "json", json: other } };
  }
  const left = before ?? { text: plain(one), decoded: false };
  const right = after ?? { text: plain(other), decoded: false };
  // Short texts are shown whole, which is easier to read; long ones from a little before they differ.
  if (left.text.length <= MAX_VALUE_CHARACTERS && right.text.length <= MAX_VALUE_CHARACTERS) {
    return { before: excerpt(left, 0, left.text.length), after: excerpt(right, 0, right.text.length) };
  }
  const { start, end } = commonEnds(left.text, right.text);
  return {
    before: excerpt(left, start, left.text.length - end),
    after: excerpt(right, start, right.text.length - end),
  };
}

/** The value as a text, where that is how to read it: several lines, a script, or too long for a value. Null elsewhere. */
function asText(value: JsonValue, property: string): Text | null {
  if (typeof value === "string") {
    const decoded = ENCODED_TEXT.test(property) ? decodedText(value) : null;
    if (decoded !== null) return { text: decoded, decoded: true };
    return value.includes("\n") || value.length > MAX_VALUE_CHARACTERS ? { text: value, decoded: false } : null;
  }
  return spelled(value).length > MAX_VALUE_CHARACTERS ? { text: plain(value), decoded: false } : null;
}

function plain(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function excerpt({ text, decoded }: Text, from: number, to: number, most = MAX_VALUE_CHARACTERS): ChangeValue {
  const end = Math.min(to, from + most);
  return {
    form: "text",
    text: text.slice(from, end).toWellFormed(),
    omittedBefore: from,
    omittedAfter: text.length - end,
    decoded,
  };
}

/**
 * How many characters to leave out at the start and at the end of both texts: those they have in common, less some lines
 * to see where one is. In a text of few lines that is counted in characters.
 */
function commonEnds(one: string, other: string): { start: number; end: number } {
  const shortest = Math.min(one.length, other.length);
  let start = 0;
  while (start < shortest && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shortest - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return { start: lineStart(one, start), end: one.length - lineEnd(one, one.length - end) };
}

const CONTEXT_CHARACTERS = 400;

function lineStart(text: string, at: number): number {
  let start = at;
  for (let lines = 0; lines <= CONTEXT_LINES && start > 0; lines += 1) start = text.lastIndexOf("\n", start - 1);
  // At a line break, or before the text.
  const first = start === at ? at : start + 1;
  return Math.max(first, at - CONTEXT_CHARACTERS);
}

function lineEnd(text: string, at: number): number {
  let end = text.indexOf("\n", at);
  for (let lines = 0; lines < CONTEXT_LINES && end !== -1; lines += 1) end = text.indexOf("\n", end + 1);
  return Math.min(end === -1 ? text.length : end, at + CONTEXT_CHARACTERS);
}

/** UTF-8, or UTF-16 with a byte order mark, without control characters; null for anything else. */
function decodedText(value: string): string | null {
  if (value.length < MIN_ENCODED_LENGTH || !BASE64.test(value)) return null;
  const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
    return hasControlCharacters(text) ? null : text;
  } catch {
    return null;
  }
}

function hasControlCharacters(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 127) return true;
  }
  return false;
}
