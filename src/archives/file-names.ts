/**
 * File names from names that people gave in a tenant. Such a name is data: it may hold separators, control characters, text
 * that runs backwards, or be the name of a Windows device. Unicode is kept.
 */

/** UTF-8 bytes of the readable part; with folder, id and ending a path stays far below 255. */
const MAX_NAME_BYTES = 80;
/** Control and format characters (bidirectional overrides among them), private and unassigned ones, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Not allowed in a name by Windows, or a separator somewhere; and characters that only look like one. */
const SEPARATING = /[<>:"/\\|?*\u2044\u2215\u29F8\u29F9\uFE68\uFF0F\uFF3C\uFF1A]/gu;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
/** Ids that can stand in a name as they are: no upper case, so that no two differ by case only; no `--`, which ends the name. */
const PLAIN_ID = /^[0-9a-z]+(-[0-9a-z]+)*$/;
const MAX_PLAIN_ID = 64;

/** The readable part of a file name: never empty, no traversal, no device, no trailing dot or space. */
export function readableName(name: string): string {
  const replaced = name.normalize("NFC").replace(UNPRINTABLE, "_").replace(SEPARATING, "_").replace(/\s+/gu, " ");
  const trimmed = trimEnds(cutToBytes(trimEnds(replaced), MAX_NAME_BYTES));
  if (trimmed === "") return "unnamed";
  return WINDOWS_DEVICE.test(trimmed) ? `_${trimmed}` : trimmed;
}

/**
 * `<readable name>--<id>.json`. Two things with different ids never have the same name, in any case: what follows the last
 * `--` is the id, or its SHA-256 where the id cannot stand in a name.
 */
export function uniqueFileName(name: string, id: string, idHash: string): string {
  const plain = id.length <= MAX_PLAIN_ID && PLAIN_ID.test(id);
  return `${readableName(name)}--${plain ? id : `sha256-${idHash}`}.json`;
}

/** A folder from a key of ours (a family, a kind), which has letters, digits and dashes only. Throws for anything else. */
export function folderName(key: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(key)) throw new Error("a folder's key has letters, digits and dashes only");
  return key;
}

function trimEnds(text: string): string {
  return text.replace(/^[\s.]+|[\s.]+$/gu, "");
}

/** Cut between code points; combining marks at the cut go with what they stand on. */
function cutToBytes(text: string, maxBytes: number): string {
  const encoder = new TextEncoder();
  if (encoder.encode(text).byteLength <= maxBytes) return text;
  let bytes = 0;
  let cut = "";
  for (const character of text) {
    bytes += encoder.encode(character).byteLength;
    if (bytes > maxBytes) break;
    cut += character;
  }
  return cut;
}
