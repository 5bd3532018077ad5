/**
 * Policy payloads in R2: canonical JSON under the SHA-256 of its bytes, apart for each tenant, so that neither content nor
 * the knowledge that some content exists crosses from one tenant to another. What is derived from payloads is kept in the same
 * way in areas of its own, so that freeing a payload can never take away what something else is made of.
 */
import { isJsonObject, type JsonObject } from "../policies/json-value.ts";
import { isSha256Hex, sha256Hex } from "../digests/sha256.ts";

/** What the objects are: documents as Graph told them, their normal forms, differences between those; what held of a standard when a run began. */
export type PayloadArea = "payloads" | "normal-forms" | "differences" | "choices";

export interface PayloadAddress {
  /** SHA-256 of the text's UTF-8, lower-case hexadecimal. */
  hash: string;
  bytes: number;
}

export type PayloadReading =
  | { kind: "found"; text: string; document: JsonObject }
  | { kind: "missing" }
  /** The object's bytes are not what their address says, or no JSON object. */
  | { kind: "corrupt" };

/**
 * Stores a canonical text; durable when it resolves. Doing it again changes nothing, so it may be repeated after any failure.
 * The row that refers to it has to follow in the same turn: after an hour without one it may be freed. A caller that knows a
 * row that refers to the hash, and is never removed, saves the write by not calling. Rejects when R2 does.
 */
export async function putPayload(
  bucket: R2Bucket,
  tenantId: string,
  text: string,
  area: PayloadArea = "payloads",
): Promise<PayloadAddress> {
  const bytes = new TextEncoder().encode(text);
  const hash = await sha256Hex(bytes);
  await bucket.put(payloadKey(tenantId, hash, area), bytes, {
    httpMetadata: { contentType: "application/json; charset=utf-8" },
    sha256: hash,
  });
  return { hash, bytes: bytes.byteLength };
}

/**
 * Frees a payload's content if it was put before `putBefore` (milliseconds since the epoch), in one atomic step: R2 has no
 * conditional deletion but a conditional write, so what remains is an object without a byte, which reads as missing and which the
 * next `putPayload` fills again. `too_young`: it was put since, and is as it was.
 */
export async function emptyPayload(
  bucket: R2Bucket,
  tenantId: string,
  hash: string,
  putBefore: number,
): Promise<"emptied" | "too_young"> {
  const emptied = await bucket.put(payloadKey(tenantId, hash), new Uint8Array(), {
    onlyIf: { uploadedBefore: new Date(putBefore) },
  });
  return emptied === null ? "too_young" : "emptied";
}

/** Reads a payload and proves it against its address. */
export async function readPayload(
  bucket: R2Bucket,
  tenantId: string,
  hash: string,
  area: PayloadArea = "payloads",
): Promise<PayloadReading> {
  const payload = await readPayloadBytes(bucket, tenantId, hash, area);
  if (payload.kind !== "found") return payload;
  const text = new TextDecoder().decode(payload.bytes);
  const document = parse(text);
  return isJsonObject(document) ? { kind: "found", text, document } : { kind: "corrupt" };
}

/** `readPayload` for whoever passes the bytes on: proven as well, and nothing is made of them. */
export async function readPayloadBytes(
  bucket: R2Bucket,
  tenantId: string,
  hash: string,
  area: PayloadArea = "payloads",
): Promise<{ kind: "found"; bytes: Uint8Array } | { kind: "missing" | "corrupt" }> {
  const object = await bucket.get(payloadKey(tenantId, hash, area));
  // Without a byte: freed (`emptyPayload`).
  if (!object || object.size === 0) return { kind: "missing" };
  const bytes = new Uint8Array(await object.arrayBuffer());
  return (await sha256Hex(bytes)) === hash ? { kind: "found", bytes } : { kind: "corrupt" };
}

/** The object key. Throws for what is not a hash or could leave the tenant's prefix: no such value comes from our rows. */
export function payloadKey(tenantId: string, hash: string, area: PayloadArea = "payloads"): string {
  if (!isSha256Hex(hash)) throw new Error("A payload's address is not a SHA-256");
  if (!/^[A-Za-z0-9_-]+$/.test(tenantId)) throw new Error("A tenant's id cannot stand in a key");
  return `tenants/${tenantId}/${area}/sha256/${hash}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
