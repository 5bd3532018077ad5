/**
 * What Graph takes and never tells: keys of Wi-Fi and VPN profiles read as null, secrets of the settings catalog as a token that the
 * policy alone can be written with.
 */
import { badRequest } from "./graph-reply.ts";
import { type Doc, isDoc, text } from "./json.ts";

const UNTOLD = ["preSharedKey", "sharedSecret"];

/** The policy without its keys. */
export function withoutKeys(doc: Doc): Doc {
  const keys = UNTOLD.filter((name) => name in doc);
  return keys.length === 0 ? doc : { ...doc, ...Object.fromEntries(keys.map((name) => [name, null])) };
}

function secretsIn(value: unknown): Doc[] {
  if (Array.isArray(value)) return value.flatMap(secretsIn);
  if (!isDoc(value)) return [];
  return "valueState" in value ? [value] : Object.values(value).flatMap(secretsIn);
}

/** @throws GraphError for a token that is none of the policy's own */
export function refuseForeignTokens(settings: unknown, own: readonly Doc[]): void {
  const known = new Set(secretsIn(own).map(({ value }) => value));
  const foreign = secretsIn(settings).find(
    ({ value, valueState }) => valueState === "encryptedValueToken" && !known.has(value),
  );
  if (foreign !== undefined)
    throw badRequest("The property 'settings': an encrypted value token belongs to the policy that it was read from.");
}

/** The settings with tokens in place of what was sent in clear. */
export function sealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sealed);
  if (!isDoc(value)) return value;
  if (value["valueState"] === "notEncrypted")
    return { ...value, value: crypto.randomUUID(), valueState: "encryptedValueToken" };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sealed(member)]));
}

/** The text behind a value of an OMA setting: XML and Base64 are sent in base64, and told in clear. */
export function plainText(type: string, value: string): string {
  if (type === "omaSettingString") return value;
  try {
    const bytes = Uint8Array.from(atob(value), (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return text(value) ?? "";
  }
}
