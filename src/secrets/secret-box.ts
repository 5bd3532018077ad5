/**
 * Secrets at rest: AES-256-GCM with a fresh 96-bit nonce for each sealing (NIST SP 800-38D). The context (say,
 * which tenant's connection) is authenticated with the text, so a sealed secret moved to another row does not open.
 * WebCrypto only: the Worker opens what the set-up script under Node has sealed.
 *
 * Format: `v2.<key id>.<base64 of nonce, ciphertext and tag>`. The key id says which key of the ring opens it, so that keys can be replaced
 * (decisions/123). `v1.<base64>` names no key and is opened with any key of the ring that fits; nothing new is sealed so.
 */
import type { ConnectionPurpose } from "../contract/connections.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION_1 = "v1.";
const VERSION_2 = /^v2\.([\w-]{12})\.(.*)$/s;
const KEY_ID_LETTERS = 12;

/** The keys of a deployment, each base64 of 32 bytes. */
export interface KeyRing {
  /** Seals all that is new. */
  current: string;
  /** Open what was sealed before, until all of it is sealed anew. */
  previous: readonly string[];
}

/** What a sealed text belongs to: parts that name one row and nothing else. */
export type SecretContext = readonly string[];

/** The sealed text does not open: another key, another context, or it was changed. Says nothing of the content. */
export class SecretUnreadableError extends Error {
  override name = "SecretUnreadableError";
}

/** The context of the credential of a tenant's connection (`tenant_connections.sealed_client_secret`). */
export function connectionSecretContext(tenantId: string, purpose: ConnectionPurpose = "read"): SecretContext {
  // Connections for reading are older than the others, and keep the name they were sealed under.
  return purpose === "read" ? ["tenant-connection", tenantId] : ["tenant-connection", tenantId, purpose];
}

/** The context of the secret that a request for an approval keeps while it waits (`approval_requests.sealed_secret`). */
export function approvalSecretContext(tenantId: string, requestId: string): SecretContext {
  return ["approval-request", tenantId, requestId];
}

/** The context of what a backup item keeps sealed (`backup_set_items.sealed_secrets`). */
export function backupItemSecretContext(tenantId: string, itemId: string): SecretContext {
  return ["backup-item", tenantId, itemId];
}

/** The context of a news channel's address and secrets (`news_channels.sealed`). */
export function newsChannelSecretContext(tenantId: string, channelId: string): SecretContext {
  return ["news-channel", tenantId, channelId];
}

/** True for base64 of exactly 32 bytes. */
export function isSecretsKey(text: string): boolean {
  return decodeBase64(text)?.byteLength === KEY_BYTES;
}

/** What sealed texts call a key. It follows from the key, so that none can be given a wrong id, and says nothing of it. */
export async function secretsKeyId(keyBase64: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", utf8(`tenantatlas secrets key ${keyBase64}`));
  const letters = encodeBase64(new Uint8Array(digest)).slice(0, KEY_ID_LETTERS);
  return letters.replaceAll("+", "-").replaceAll("/", "_");
}

/** What all texts begin with that were sealed with the key. */
export async function sealedPrefix(keyBase64: string): Promise<string> {
  return `v2.${await secretsKeyId(keyBase64)}.`;
}

/** Letters of such a beginning. */
export const SEALED_PREFIX_LETTERS = "v2.".length + KEY_ID_LETTERS + ".".length;

/** Seals `plaintext` with the ring's current key. Sealing the same text twice gives two different results. */
export async function sealSecret({ current }: KeyRing, plaintext: string, context: SecretContext): Promise<string> {
  const key = await importKey(current, "encrypt");
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const parameters = gcm(nonce, boundTo(context));
  const ciphertext = await crypto.subtle.encrypt(parameters, key, utf8(plaintext));
  const sealed = new Uint8Array(NONCE_BYTES + ciphertext.byteLength);
  sealed.set(nonce);
  sealed.set(new Uint8Array(ciphertext), NONCE_BYTES);
  return (await sealedPrefix(current)) + encodeBase64(sealed);
}

/**
 * Opens what `sealSecret` made with a key of the ring and the same context.
 * @throws {SecretUnreadableError} when it was not.
 */
export async function openSecret(ring: KeyRing, sealed: string, context: SecretContext): Promise<string> {
  const keys = [ring.current, ...ring.previous];
  const [, keyId, text] = VERSION_2.exec(sealed) ?? [];
  if (keyId !== undefined && text !== undefined) {
    for (const key of keys) {
      if ((await secretsKeyId(key)) === keyId) return openWith(key, text, boundTo(context));
    }
    throw new SecretUnreadableError(`The key ${keyId} is not in the ring`);
  }
  if (!sealed.startsWith(VERSION_1)) throw new SecretUnreadableError("The sealed secret is not in a known format");
  const unnamed = sealed.slice(VERSION_1.length);
  for (const key of keys) {
    const opened = await openWith(key, unnamed, utf8(context.join(":"))).catch(onlyUnreadable);
    if (opened !== null) return opened;
  }
  throw new SecretUnreadableError("The sealed secret does not open with a key of the ring and this context");
}

function onlyUnreadable(error: unknown): null {
  if (error instanceof SecretUnreadableError) return null;
  throw error;
}

async function openWith(keyBase64: string, text: string, bound: Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = decodeBase64(text);
  // Base64 can be written in more than one way; only the way of `sealSecret` is what it has made.
  if (!bytes || bytes.byteLength < NONCE_BYTES + TAG_BYTES || encodeBase64(bytes) !== text) {
    throw new SecretUnreadableError("The sealed secret is not in a known format");
  }
  const key = await importKey(keyBase64, "decrypt");
  try {
    const parameters = gcm(bytes.slice(0, NONCE_BYTES), bound);
    const plaintext = await crypto.subtle.decrypt(parameters, key, bytes.slice(NONCE_BYTES));
    return new TextDecoder().decode(plaintext);
  } catch {
    throw new SecretUnreadableError("The sealed secret does not open with this key and context");
  }
}

/** A context as bytes. Each part comes after its length, so that no two contexts are the same bytes. */
function boundTo(context: SecretContext): Uint8Array<ArrayBuffer> {
  const parts = context.map(utf8);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.byteLength, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.byteLength);
    bytes.set(part, at + 4);
    at += 4 + part.byteLength;
  }
  return bytes;
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

function gcm(iv: Uint8Array<ArrayBuffer>, additionalData: Uint8Array<ArrayBuffer>) {
  return { name: "AES-GCM", iv, additionalData, tagLength: TAG_BYTES * 8 };
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
