/**
 * The plain values of encrypted OMA settings (custom device configurations). Lists and readings by id show asterisks; each
 * value has a reference that a call of its own turns into clear text (`getOmaSettingPlainTextValue`). They are secrets: they
 * stand in no stored document and no plan, and whoever asks for them keeps them in memory only, or sealed.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../policies/json-value.ts";
import type { GraphClient } from "./client.ts";
import type { Family } from "./families/family.ts";
import { malformed, ok, type GraphResult } from "./result.ts";

/** Plain values by `secretReferenceValueId`. One request for each encrypted setting. Never logged, never merged. */
export async function readOmaValues(
  client: GraphClient,
  family: Family,
  graphId: string,
  document: JsonObject,
): Promise<GraphResult<ReadonlyMap<string, string>>> {
  const values = new Map<string, string>();
  for (const reference of omaReferences(document)) {
    const quoted = encodeURIComponent(reference.replaceAll("'", "''"));
    const path = `${family.path}/${encodeURIComponent(graphId)}/getOmaSettingPlainTextValue(secretReferenceValueId='${quoted}')`;
    const answer = await client.get(client.url(family.version, path));
    if (answer.kind !== "ok") return answer;
    const value = isJsonObject(answer.value) ? answer.value["value"] : null;
    if (typeof value !== "string") return malformed("The plain value of an OMA setting is no text", answer.requestId);
    values.set(reference, value);
  }
  return ok(values);
}

/** The references of a document's encrypted settings, in their order. Empty where nothing is encrypted. */
export function omaReferences(document: JsonObject): string[] {
  const settings = document["omaSettings"];
  return (Array.isArray(settings) ? settings : []).map(omaReference).filter((reference) => reference !== null);
}

/** The reference of one OMA setting; null when its value is told in clear. */
export function omaReference(setting: JsonValue): string | null {
  if (!isJsonObject(setting) || setting["isEncrypted"] !== true) return null;
  const reference = setting["secretReferenceValueId"];
  return typeof reference === "string" && reference !== "" ? reference : null;
}
