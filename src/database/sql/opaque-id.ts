/** A key as an opaque id, safe in an address and reversible: base64url of its UTF-8, in the one spelling that `encodeOpaque` has. */

const MAX_ID_LENGTH = 1_500;

export function encodeOpaque(key: string): string {
  const bytes = new TextEncoder().encode(key);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The key of an id; null for what `encodeOpaque` has not made. */
export function decodeOpaque(id: string, maxLength = MAX_ID_LENGTH): string | null {
  if (id.length > maxLength || !/^[A-Za-z0-9_-]+$/.test(id)) return null;
  try {
    const binary = atob(id.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const key = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    // Base64 has spellings of its own (spare bits); one thing has one id.
    return encodeOpaque(key) === id ? key : null;
  } catch {
    return null;
  }
}
