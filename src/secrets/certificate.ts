/**
 * A certificate with its private key, as an administrator pastes them: PEM (RFC 7468). WebCrypto reads keys in PKCS#8 alone, so that what
 * is in another form is refused with the command that mends it.
 */
import { base64url, importPKCS8, importX509 } from "jose";

export interface CertificateFacts {
  /** SHA-256 of the certificate, base64url: what `x5t#S256` holds (RFC 7515). */
  thumbprint: string;
  /** Milliseconds since the epoch: its `notAfter`. */
  endsAt: number;
}

export type CertificateReading =
  | { kind: "read"; facts: CertificateFacts }
  | { kind: "refused"; field: "privateKey" | "certificate"; message: string };

const ALGORITHM = "PS256";

/** Reads the pair, and makes sure that the two belong together. */
export async function readCertificate(pair: { privateKey: string; certificate: string }): Promise<CertificateReading> {
  const { privateKey, certificate } = pair;
  const wrongForm = keyFault(privateKey);
  if (wrongForm !== null) return { kind: "refused", field: "privateKey", message: wrongForm };
  const signing = await importPKCS8(privateKey, ALGORITHM).catch(() => null);
  if (signing === null) {
    const message = "is no RSA key that can be read: paste the whole text, from -----BEGIN to -----END";
    return { kind: "refused", field: "privateKey", message };
  }
  const der = derOf(certificate);
  const verifying = await importX509(certificate, ALGORITHM).catch(() => null);
  const endsAt = der === null ? null : endOf(der);
  if (der === null || verifying === null || endsAt === null) {
    const message = `is no certificate of an RSA key that can be read. From a DER file: ${OPENSSL.certificate}`;
    return { kind: "refused", field: "certificate", message };
  }
  if (!(await belongTogether(signing, verifying))) {
    return { kind: "refused", field: "certificate", message: "belongs to another private key" };
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", der));
  return { kind: "read", facts: { thumbprint: base64url.encode(digest), endsAt } };
}

const OPENSSL = {
  pkcs1: "openssl pkcs8 -topk8 -nocrypt -in key.pem -out key-pkcs8.pem",
  encrypted: "openssl pkcs8 -in key.pem -out key-pkcs8.pem",
  pfx: "openssl pkcs12 -in file.pfx -nocerts -nodes | openssl pkcs8 -topk8 -nocrypt -out key-pkcs8.pem",
  certificate: "openssl x509 -inform der -in certificate.cer -out certificate.pem",
};

/** Why a text is no key that can be used, with what helps; null for one that may be. */
function keyFault(text: string): string | null {
  if (text.includes("-----BEGIN RSA PRIVATE KEY-----")) return `is in PKCS#1, and PKCS#8 is needed: ${OPENSSL.pkcs1}`;
  if (text.includes("-----BEGIN ENCRYPTED PRIVATE KEY-----")) return `is encrypted. Decrypt it: ${OPENSSL.encrypted}`;
  if (text.includes("-----BEGIN EC PRIVATE KEY-----")) return "is an elliptic curve key, and Microsoft Entra takes RSA";
  if (text.includes("-----BEGIN PRIVATE KEY-----")) return null;
  return `is no PEM text that begins with -----BEGIN PRIVATE KEY-----. From a PFX file: ${OPENSSL.pfx}`;
}

/** Whether the certificate's key verifies what the private key signs. */
async function belongTogether(signing: CryptoKey, verifying: CryptoKey): Promise<boolean> {
  const parameters = { name: "RSA-PSS", saltLength: 32 };
  const sample = new Uint8Array(32);
  return crypto.subtle.verify(parameters, verifying, await crypto.subtle.sign(parameters, signing, sample), sample);
}

/** The bytes of the first certificate of a PEM text; null without one. */
function derOf(pem: string): Uint8Array<ArrayBuffer> | null {
  const text = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  if (text === undefined) return null;
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, "")), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

const SEQUENCE = 0x30;
const VERSION_TAG = 0xa0;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/** A certificate's `notAfter` (RFC 5280, section 4.1), in milliseconds since the epoch; null for bytes that are no certificate. */
function endOf(der: Uint8Array): number | null {
  const [certificate] = elementsOf(der);
  if (certificate?.tag !== SEQUENCE) return null;
  const [toBeSigned] = elementsOf(certificate.content);
  if (toBeSigned?.tag !== SEQUENCE) return null;
  // An optional version, then: serial number, signature algorithm, issuer, validity.
  const fields = elementsOf(toBeSigned.content).filter(({ tag }) => tag !== VERSION_TAG);
  const [, notAfter] = elementsOf(fields[3]?.content ?? new Uint8Array());
  return notAfter === undefined ? null : timeOf(notAfter);
}

interface Element {
  tag: number;
  content: Uint8Array;
}

/** The elements that stand one after the other (DER, X.690), up to the first that is cut off. */
function elementsOf(bytes: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const first = bytes[at + 1] ?? 0;
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    if (lengthBytes > 4) break;
    let length = first < 0x80 ? first : 0;
    for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + (bytes[at + 2 + index] ?? 0);
    const start = at + 2 + lengthBytes;
    if (start + length > bytes.length) break;
    elements.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}

/** "261128120000Z" (years to 2049) and "20501128120000Z". */
function timeOf({ tag, content }: Element): number | null {
  if (tag !== UTC_TIME && tag !== GENERALIZED_TIME) return null;
  const text = new TextDecoder().decode(content);
  const digits = tag === GENERALIZED_TIME ? text : `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}`;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(digits)?.map(Number) ?? [];
  if (year === undefined || month === undefined) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
