/**
 * Access tokens: opaque to clients, stateless here. The payload names the tenant and the expiry and is signed, so that a
 * token survives a restart of the simulator and a made-up one does not pass.
 */
import { z } from "zod";

const payloadSchema = z.object({ tenant: z.string(), expiresAt: z.number(), nonce: z.string() });

/** Not a secret: nothing behind it is real. It only makes forged and truncated tokens fail as they would at Graph. */
const SIGNING_KEY = new TextEncoder().encode("tenantatlas-graph-simulator");

function encodeBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

let importedKey: Promise<CryptoKey> | null = null;
function signingKey(): Promise<CryptoKey> {
  importedKey ??= crypto.subtle.importKey("raw", SIGNING_KEY, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return importedKey;
}

async function sign(payload: string): Promise<string> {
  const signature = await crypto.subtle.sign("HMAC", await signingKey(), new TextEncoder().encode(payload));
  return encodeBase64Url(new Uint8Array(signature));
}

/** @param expiresAt milliseconds since the epoch */
export async function issueToken(tenant: string, expiresAt: number): Promise<string> {
  const payload = encodeBase64Url(
    new TextEncoder().encode(JSON.stringify({ tenant, expiresAt, nonce: crypto.randomUUID() })),
  );
  return `${payload}.${await sign(payload)}`;
}

export type TokenReading =
  | { kind: "valid"; tenant: string }
  | { kind: "missing" }
  | { kind: "malformed" }
  | { kind: "expired" };

const verified = new Map<string, { tenant: string; expiresAt: number }>();

/** Reads an Authorization header. Verified tokens are remembered, since every request of a sync carries the same one. */
export async function readToken(authorization: string | undefined, now: number): Promise<TokenReading> {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return { kind: "missing" };
  let known = verified.get(token);
  if (known === undefined) {
    const [payload, signature] = token.split(".");
    if (payload === undefined || signature === undefined || (await sign(payload)) !== signature)
      return { kind: "malformed" };
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    known = payloadSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    if (verified.size > 1000) verified.clear();
    verified.set(token, known);
  }
  return known.expiresAt <= now ? { kind: "expired" } : { kind: "valid", tenant: known.tenant };
}
