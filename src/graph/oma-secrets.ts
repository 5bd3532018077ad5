/**
 * The plain values of encrypted OMA settings (custom device configurations). Lists and readings by id show asterisks; each value has
 * a reference that a call of its own turns into clear text (`getOmaSettingPlainTextValue`, Microsoft Graph's reference of
 * deviceConfiguration). They are secrets: no stored document, no plan and no log holds them; the caller keeps them in memory only, or
 * seals them.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../policies/json-value.ts";

/** Plain values by `secretReferenceValueId`. */
export type OmaSecrets = Record<string, string>;

/** The reference of one OMA setting; null when its value is told in clear. */
export function omaReference(setting: JsonValue): string | null {
  if (!isJsonObject(setting) || setting["isEncrypted"] !== true) return null;
  const reference = setting["secretReferenceValueId"];
  return typeof reference === "string" && reference !== "" ? reference : null;
}

/** The references of a document's encrypted settings, each once, in an order of their own. Empty for most documents. */
export function omaSecretReferences(document: JsonObject): string[] {
  const settings = document["omaSettings"];
  const references = (Array.isArray(settings) ? settings : []).map(omaReference);
  return [...new Set(references.filter((reference) => reference !== null))].toSorted();
}
