/** Reads the plain values of encrypted OMA settings. They are secrets (`../oma-secrets.ts`). */
import { z } from "zod";
import type { JsonObject } from "../../policies/json-value.ts";
import type { Family } from "../families/family.ts";
import { type OmaSecrets, omaSecretReferences } from "../oma-secrets.ts";
import type { GraphClient } from "./client.ts";
import { malformed, ok, type GraphResult } from "./result.ts";

const valueSchema = z.object({ value: z.string() });

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
