/**
 * Secrets at rest: AES-256-GCM with a fresh 96-bit nonce for each sealing (NIST SP 800-38D). The context (say,
 * which tenant's connection) is authenticated with the text, so a sealed secret moved to another row does not open.
 * WebCrypto only: the Worker opens what the set-up script under Node has sealed.
 *
 * Format: `v1.<base64 of nonce, ciphertext and tag>`. A later format gets another prefix, so both can be read meanwhile.
 */
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION_PREFIX = "v1.";

/** The sealed text does not open: another key, another context, or it was changed. Says nothing of the content. */
export class SecretUnreadableError extends Error {
  override name = "SecretUnreadableError";
}

/** The context of a tenant connection's client secret (`tenant_connections.sealed_client_secret`). */
export function connectionSecretContext(tenantId: string): string {
  return `tenant-connection:${tenantId}`;
}

/** The context of what a backup item keeps sealed (`backup_set_items.sealed_secrets`). */
export function backupItemSecretContext(tenantId: string, itemId: string): string {
  return `backup-item:${tenantId}:${itemId}`;
}

/** True for base64 of exactly 32 bytes. */
export function isSecretsKey(text: string): boolean {
  return decodeBase64(text)?.byteLength === KEY_BYTES;
}

/** Seals `plaintext`. Sealing the same text twice gives two different results. */
export async function sealSecret(keyBase64: string, plaintext: string, context: string): Promise<string> {
  const key = await importKey(keyBase64, "encrypt");
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const ciphertext = await crypto.subtle.encrypt(parameters(nonce, context), key, new TextEncoder().encode(plaintext));
  const sealed = new Uint8Array(NONCE_BYTES + ciphertext.byteLength);
  sealed.set(nonce);
  sealed.set(new Uint8Array(ciphertext), NONCE_BYTES);
  return VERSION_PREFIX + encodeBase64(sealed);
}

/**
 * Opens what `sealSecret` made with the same key and context.
 * @throws {SecretUnreadableError} when it was not.
 */
export async function openSecret(keyBase64: string, sealed: string, context: string): Promise<string> {
  const text = sealed.startsWith(VERSION_PREFIX) ? sealed.slice(VERSION_PREFIX.length) : "";
  const bytes = decodeBase64(text);
  // Base64 can be written in more than one way; only the way of `sealSecret` is what it has made.
  if (!bytes || bytes.byteLength < NONCE_BYTES + TAG_BYTES || encodeBase64(bytes) !== text) {
    throw new SecretUnreadableError("The sealed secret is not in a known format");
  }
  const key = await importKey(keyBase64, "decrypt");
  const nonce = bytes.slice(0, NONCE_BYTES);
  try {
    const plaintext = await crypto.subtle.decrypt(parameters(nonce, context), key, bytes.slice(NONCE_BYTES));
    return new TextDecoder().decode(plaintext);
  } catch {
    throw new SecretUnreadableError("The sealed secret does not open with this key and context");
  }
}

function parameters(nonce: Uint8Array<ArrayBuffer>, context: string) {
  return { name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(context), tagLength: TAG_BYTES * 8 };
}

async function importKey(keyBase64: string, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  const bytes = decodeBase64(keyBase64);
  if (bytes?.byteLength !== KEY_BYTES) throw new SecretUnreadableError("The secrets key is not 32 bytes in base64");
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, [usage]);
}

function encodeBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
