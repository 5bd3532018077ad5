/**
 * The plain values of encrypted OMA settings (custom device configurations). Lists and readings by id show asterisks; each value has
 * a reference that a call of its own turns into clear text (`getOmaSettingPlainTextValue`, Microsoft Graph's reference of
 * deviceConfiguration). They are secrets: no stored document, no plan and no log holds them; the caller keeps them in memory only, or
 * seals them.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../policies/json-value.ts";
import { bareTypeOf } from "./restore/document-members.ts";
import { gapOf } from "./restore/gaps.ts";

/** Plain values by `secretReferenceValueId`. */
export type OmaSecrets = Record<string, string>;

/** The reference of one OMA setting; null when its value is told in clear. */
export function omaReference(setting: JsonValue): string | null {
  if (!isJsonObject(setting) || setting["isEncrypted"] !== true) return null;
  const reference = setting["secretReferenceValueId"];
  return typeof reference === "string" && reference !== "" ? reference : null;
}

/** Graph tells the values of these in clear, and takes them in base64 (Edm.Binary). */
export function isBinary(setting: JsonObject): boolean {
  return ["omaSettingStringXml", "omaSettingBase64"].includes(bareTypeOf(setting));
}

/** The text's UTF-8 in base64. */
export function inBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

/** The references of a document's encrypted settings, each once, in an order of their own. Empty for most documents. */
export function omaSecretReferences(document: JsonObject): string[] {
  const settings = document["omaSettings"];
  const references = (Array.isArray(settings) ? settings : []).map(omaReference);
  return [...new Set(references.filter((reference) => reference !== null))].toSorted();
}

/** What stands for an encrypted value in a policy's normal form. */
export const HIDDEN = "****";

/** Whether the value itself tells nothing: asterisks, or a gap to be filled. */
export function isUntold(value: JsonValue): boolean {
  return gapOf(value) !== null || (typeof value === "string" && ASTERISKS.test(value));
}

const ASTERISKS = /^\*{4,}$/;

/** Whether an OMA setting's value is Graph's placeholder, or to be filled in later. */
export function isHidden(setting: JsonObject): boolean {
  const value = setting["value"] ?? null;
  return omaReference(setting) !== null || gapOf(value) !== null || isPlaceholder(setting);
}

/** Asterisks in place of a text: a value that was encrypted when it was read. */
function isPlaceholder(setting: JsonObject): boolean {
  const value = setting["value"];
  return typeof value === "string" && ASTERISKS.test(value) && bareTypeOf(setting).startsWith("omaSetting");
}
