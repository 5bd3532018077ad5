/** Reads a restored policy and compares it with what was wanted. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../policies/json-value.ts";
import type { GraphClient } from "../client.ts";
import { familyOf, type FamilyKey } from "../../families.ts";
import type { Family } from "../../families/family.ts";
import { readPolicy, type PolicyDocument } from "../family-reader.ts";
import { inBase64, isBinary, omaReference, type OmaSecrets } from "../../oma-secrets.ts";
import { readOmaSecrets } from "../read-oma-secrets.ts";
import { ok, type GraphResult } from "../result.ts";
import { compareForRestore, toDifference, type Difference } from "../../restore/differences.ts";

/** A policy just written may be read as it was for a moment. */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 2_000;

export interface ReadBack {
  policy: PolicyDocument;
  /** What is not as wanted; empty when all is. */
  differences: Difference[];
}

/** @param wanted the plan's document, gaps filled */
export async function readBack(
  client: GraphClient,
  now: () => number,
  key: FamilyKey,
  graphId: string,
  wanted: JsonObject,
  options: { assignments: boolean },
): Promise<GraphResult<ReadBack>> {
  for (let look = 1; ; look += 1) {
    const result = await lookOnce(client, now, key, graphId, wanted, options);
    const settled = result.kind === "ok" ? result.value.differences.length === 0 : result.kind !== "not_found";
    if (settled || look === LOOKS || !(await client.wait(BETWEEN_LOOKS_MS))) return result;
  }
}

/** Whether Graph does not find the policy any more, after up to three looks. */
export async function isGone(
  client: GraphClient,
  now: () => number,
  family: Family,
  graphId: string,
): Promise<GraphResult<boolean>> {
  for (let look = 1; ; look += 1) {
    const policy = await readPolicy(client, now, family, graphId);
    if (policy.kind === "not_found") return ok(true);
    // Of what was just deleted Graph may tell the one part and not the other: it still shows it.
    if (policy.kind !== "ok" && !(policy.kind === "transient" && policy.lacksPart === true)) return policy;
    if (look === LOOKS || !(await client.wait(BETWEEN_LOOKS_MS))) return ok(false);
  }
}

async function lookOnce(
  client: GraphClient,
  now: () => number,
  key: FamilyKey,
  graphId: string,
  wanted: JsonObject,
  options: { assignments: boolean },
): Promise<GraphResult<ReadBack>> {
  const family = familyOf(key);
  const policy = await readPolicy(client, now, family, graphId);
  if (policy.kind !== "ok") return policy;
  const { document } = policy.value;
  const secrets = await readOmaSecrets(client, family, policy.value);
  if (secrets.kind !== "ok") return secrets;
  const { changes } = compareForRestore(key, wanted, opened(document, secrets.value), options);
  const found = changes.map((change) => withoutSecret(toDifference(change)));
  return ok({ policy: policy.value, differences: found }, policy.requestId);
}

/** For the comparison only: in memory, and gone with it. */
function opened(document: JsonObject, secrets: OmaSecrets): JsonObject {
  const settings = document["omaSettings"];
  if (!Array.isArray(settings) || Object.keys(secrets).length === 0) return document;
  const clear = settings.map((setting): JsonValue => {
    const reference = omaReference(setting);
    const value = reference === null ? undefined : secrets[reference];
    return value === undefined || !isJsonObject(setting)
      ? setting
      : {
          ...setting,
          value: isBinary(setting) ? inBase64(value) : value,
          isEncrypted: false,
          secretReferenceValueId: null,
        };
  });
  return { ...document, omaSettings: clear };
}

/** A difference is shown to people; that two secrets differ is all that it may say of them. */
function withoutSecret(difference: Difference): Difference {
  return difference.path.startsWith("omaSettings")
    ? { path: difference.path, expected: NOT_SHOWN, actual: NOT_SHOWN }
    : difference;
}
const NOT_SHOWN = "(not shown)";
