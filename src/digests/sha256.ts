/** Content addresses. */

/** SHA-256 in lower-case hexadecimal, of bytes or of a text's UTF-8. */
export async function sha256Hex(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return hexOf(await crypto.subtle.digest("SHA-256", bytes));
}

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A digest's bytes in lower-case hexadecimal. */
export function hexOf(digest: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(digest)) text += HEX_OF_BYTE[byte];
  return text;
}

/** What `sha256Hex` gives, and so what may stand in a key. */
export function isSha256Hex(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
