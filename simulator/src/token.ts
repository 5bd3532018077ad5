/**
 * Access tokens: opaque to clients, stateless here. The payload names the tenant and the expiry and is signed, so that a
 * token survives a restart of the simulator and a made-up one does not pass.
 */
import { z } from "zod";

const payloadSchema = z.object({
  tenant: z.string(),
  client: z.string().default(""),
  expiresAt: z.number(),
  nonce: z.string(),
});

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

/**
 * @param client the application that the token is for
 * @param expiresAt milliseconds since the epoch
 */
export async function issueToken(tenant: string, client: string, expiresAt: number): Promise<string> {
  const payload = encodeBase64Url(
    new TextEncoder().encode(JSON.stringify({ tenant, client, expiresAt, nonce: crypto.randomUUID() })),
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
    known = payloadOf(payload);
    if (verified.size > 1000) verified.clear();
    verified.set(token, known);
  }
  return known.expiresAt <= now ? { kind: "expired" } : { kind: "valid", tenant: known.tenant };
}

/** The application that an accepted token is for; undefined without a token. */
export function clientOf(authorization: string | undefined): string | undefined {
  const payload = /^Bearer ([^.\s]+)\./i.exec(authorization ?? "")?.[1];
  return payload === undefined ? undefined : payloadOf(payload).client;
}

function payloadOf(encoded: string): z.infer<typeof payloadSchema> {
  const bytes = Uint8Array.from(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return payloadSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
