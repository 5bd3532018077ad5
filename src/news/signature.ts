/**
 * Signatures of Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): HMAC-SHA256 over
 * id, time and body.
 */
const PREFIX = "whsec_";
const SECRET_BYTES = 32;

/** A new secret, as receivers enter it. */
export function newSigningSecret(): string {
  return PREFIX + encode(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

export interface SignedMessage {
  id: string;
  /** Of this try: seconds since the epoch. */
  timestampSeconds: number;
  /** As it is sent, letter by letter. */
  body: string;
}

/** The three headers. Each secret has its signature: a receiver that knows any of them verifies the message. */
export async function signedHeaders(
  secrets: readonly string[],
  { id, timestampSeconds, body }: SignedMessage,
): Promise<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> {
  const content = new TextEncoder().encode(`${id}.${timestampSeconds}.${body}`);
  const signatures: string[] = [];
  for (const secret of secrets) {
    const raw = Uint8Array.from(atob(secret.slice(PREFIX.length)), (letter) => letter.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    signatures.push(`v1,${encode(new Uint8Array(await crypto.subtle.sign("HMAC", key, content)))}`);
  }
  return { "webhook-id": id, "webhook-timestamp": String(timestampSeconds), "webhook-signature": signatures.join(" ") };
}

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
