/** A policy's id outside: opaque, safe in an address, and reversible. Family and Graph id are its key inside. */
import { familyByKey, type FamilyKey } from "../../graph/families.ts";
import { decodeOpaque, encodeOpaque } from "../sql/opaque-id.ts";

export interface PolicyKey {
  family: FamilyKey;
  graphId: string;
}

export function encodePolicyId(key: { family: string; graphId: string }): string {
  return encodeOpaque(`${key.family}:${key.graphId}`);
}

/** The key of an id; null for what `encodePolicyId` has not made of a family that this version knows. */
export function decodePolicyId(id: string): PolicyKey | null {
  const text = decodeOpaque(id);
  if (text === null) return null;
  const colon = text.indexOf(":");
  const family = colon < 0 ? null : familyByKey(text.slice(0, colon));
  const graphId = text.slice(colon + 1);
  return !family || graphId === "" ? null : { family: family.key, graphId };
}
