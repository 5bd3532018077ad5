/**
 * The text of an exported file. Tools write UTF-8 with and without a byte order mark, and UTF-16 in either order; Windows PowerShell 5.1 writes
 * UTF-16, and reads UTF-8 without a mark as Windows-1252 (docs/importing.md).
 */

export type TextReading =
  /** `notice` is a sentence about what had to be done to read it; null where nothing had. */
  { kind: "text"; text: string; notice: string | null } | { kind: "unreadable"; reason: string };

/** Bytes looked at for the zeros that letters of UTF-16 have. */
const LOOKED_AT = 64;

const REPAIRED = "Its text was UTF-8 that a tool had taken for UTF-16; it was repaired.";
const GUESSED =
  "Its text is neither UTF-8 nor UTF-16; it was read as Windows-1252, so letters beyond ASCII may be wrong.";

export function readText(bytes: Uint8Array): TextReading {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return readUtf16(bytes.subarray(2), "little");
  if (first === 0xfe && second === 0xff) return readUtf16(bytes.subarray(2), "big");
  if (first === 0xef && second === 0xbb && third === 0xbf) return readUtf8(bytes.subarray(3)) ?? NOT_UTF_8;
  const order = zerosOf(bytes);
  if (order !== null) return readUtf16(bytes, order);
  return readUtf8(bytes) ?? { kind: "text", text: new TextDecoder("windows-1252").decode(bytes), notice: GUESSED };
}

const NOT_UTF_8: TextReading = { kind: "unreadable", reason: "Its mark says UTF-8, and its bytes are not UTF-8." };
const NOT_UTF_16: TextReading = { kind: "unreadable", reason: "Its bytes begin as UTF-16, and are not UTF-16." };

function readUtf8(bytes: Uint8Array): TextReading | null {
  const text = decode("utf-8", bytes);
  return text === null ? null : { kind: "text", text, notice: null };
}

/** In which order the two bytes of a letter stand; null where no zero says so. */
function zerosOf(bytes: Uint8Array): "little" | "big" | null {
  const zeros = [0, 0];
  for (const [at, byte] of bytes.subarray(0, LOOKED_AT).entries())
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even === odd) return null;
  return odd > even ? "little" : "big";
}

function readUtf16(bytes: Uint8Array, order: "little" | "big"): TextReading {
  const little = order === "little" ? bytes : swapped(bytes);
  const text = decode("utf-16le", little);
  if (text === null) return NOT_UTF_16;
  return repaired(text, little) ?? { kind: "text", text, notice: null };
}

/** How a text begins whose UTF-8 was taken for UTF-16: a brace with the end of a line or a blank, in one letter. */
const TAKEN_FOR_BIG = /^[\u7b0d\u7b0a\u7b20\u7b22]/;
const TAKEN_FOR_LITTLE = /^[\u0d7b\u0a7b\u207b\u227b]/;

/** The UTF-8 that a tool took for UTF-16, where that is JSON; null for all other texts. `little` are the bytes of the text. */
function repaired(text: string, little: Uint8Array): TextReading | null {
  const bytes = TAKEN_FOR_BIG.test(text) ? swapped(little) : TAKEN_FOR_LITTLE.test(text) ? little : null;
  if (bytes === null) return null;
  const meant = decode("utf-8", bytes)?.replace(/\0+$/, "") ?? null;
  return meant !== null && isJson(meant) ? { kind: "text", text: meant, notice: REPAIRED } : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function swapped(bytes: Uint8Array): Uint8Array {
  const result = bytes.slice();
  for (let at = 0; at + 1 < result.length; at += 2) {
    result[at] = bytes[at + 1] ?? 0;
    result[at + 1] = bytes[at] ?? 0;
  }
  return result;
}

function decode(encoding: "utf-8" | "utf-16le", bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
