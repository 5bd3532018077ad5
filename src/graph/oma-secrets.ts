/**
 * The plain values of encrypted OMA settings (custom device configurations). Lists and readings by id show asterisks; each value has
 * a reference that a call of its own turns into clear text (`getOmaSettingPlainTextValue`, Microsoft Graph's reference of
 * deviceConfiguration). They are secrets: no stored document, no plan and no log holds them; the caller keeps them in memory only, or
 * seals them.
 */
import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../policies/json-value.ts";
import type { GraphClient } from "./client.ts";
import type { Family } from "./families/family.ts";
import { malformed, ok, type GraphResult } from "./result.ts";

/** Plain values by `secretReferenceValueId`. */
export type OmaSecrets = Record<string, string>;

const valueSchema = z.object({ value: z.string() });

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

/**
 * All plain values of a policy, or the first failure; `not_found` when Graph does not know one of the references any more.
 * One request each: a policy has few.
 */
export async function readOmaSecrets(
  client: GraphClient,
  family: Family,
  { graphId, document }: { graphId: string; document: JsonObject },
): Promise<GraphResult<OmaSecrets>> {
  const secrets: [string, string][] = [];
  for (const reference of omaSecretReferences(document)) {
    const quoted = encodeURIComponent(reference.replaceAll("'", "''"));
    const path = `${family.path}/${encodeURIComponent(graphId)}/getOmaSettingPlainTextValue(secretReferenceValueId='${quoted}')`;
    const answer = await client.get(client.url(family.version, path));
    if (answer.kind !== "ok") return answer;
    const parsed = valueSchema.safeParse(answer.value);
    if (!parsed.success) return malformed("The answer is not a plain value", answer.requestId);
    secrets.push([reference, parsed.data.value]);
  }
  return ok(Object.fromEntries(secrets));
}
