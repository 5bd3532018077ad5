/** A policy's id outside: opaque, safe in an address, and reversible. Family and Graph id are its key inside. */
import { familyByKey, type FamilyKey } from "../graph/families.ts";

export interface PolicyKey {
  family: FamilyKey;
  graphId: string;
}

const MAX_ID_LENGTH = 1_500;

export function encodePolicyId(key: { family: string; graphId: string }): string {
  const bytes = new TextEncoder().encode(`${key.family}:${key.graphId}`);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The key of an id; null for what `encodePolicyId` has not made of a family that this version knows. */
export function decodePolicyId(id: string): PolicyKey | null {
  if (id.length > MAX_ID_LENGTH || !/^[A-Za-z0-9_-]+$/.test(id)) return null;
  const text = decode(id);
  if (text === null) return null;
  const colon = text.indexOf(":");
  const family = colon < 0 ? null : familyByKey(text.slice(0, colon));
  const graphId = text.slice(colon + 1);
  if (!family || graphId === "") return null;
  // Base64 has spellings of its own (spare bits); one policy has one id.
  return encodePolicyId({ family: family.key, graphId }) === id ? { family: family.key, graphId } : null;
}

function decode(id: string): string | null {
  try {
    const binary = atob(id.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
