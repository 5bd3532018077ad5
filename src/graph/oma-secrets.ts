/**
 * Encrypted OMA settings: Graph lists them as "****" and tells each in clear on request only (`getOmaSettingPlainTextValue`,
 * Microsoft Graph's reference of deviceConfiguration). Who calls this seals what it gets, and keeps it out of logs.
 */
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../policies/json-value.ts";
import type { GraphClient } from "./client.ts";
import type { Family } from "./families/family.ts";
import type { PolicyDocument } from "./family-reader.ts";
import { malformed, ok, type GraphResult } from "./result.ts";

/** Plain values by `secretReferenceValueId`. */
export type OmaSecrets = Record<string, string>;

const valueSchema = z.object({ value: z.string() });

/** The references of a document's encrypted settings, each once, in an order of their own. Empty for most documents. */
export function omaSecretReferences(document: JsonObject): string[] {
  const settings = document["omaSettings"];
  const references = (Array.isArray(settings) ? settings : []).flatMap((setting) => {
    if (!isJsonObject(setting) || setting["isEncrypted"] !== true) return [];
    const reference = setting["secretReferenceValueId"];
    return typeof reference === "string" && reference !== "" ? [reference] : [];
  });
  return [...new Set(references)].toSorted();
}

/**
 * All plain values of a policy, or the first failure; `not_found` when Graph does not know one of the references any more.
 * One request each: a policy has few.
 */
export async function readOmaSecrets(
  client: GraphClient,
  family: Family,
  { graphId, document }: PolicyDocument,
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
