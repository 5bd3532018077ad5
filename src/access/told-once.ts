/** Secrets that are told once and stored as their hash: tokens of sessions, links. They are random and long, so that no slow hash is needed. */
import { base64url } from "jose";
import { sha256Hex } from "../digests/sha256.ts";

const SECRET_BYTES = 32;

/** A new secret, with what is stored of it. */
export async function newSecret(): Promise<{ secret: string; hash: string }> {
  const secret = base64url.encode(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
  return { secret, hash: await hashOfSecret(secret) };
}

export function hashOfSecret(secret: string): Promise<string> {
  return sha256Hex(secret);
}
