/**
 * Access tokens as Entra makes them for applications: JWTs whose `roles` claim names the granted permissions. Stateless here: a token is
 * signed, so that it survives a restart of the simulator and a made-up one does not pass, and keeps the roles that it was issued with.
 */
import { z } from "zod";

const payloadSchema = z.object({
  /** The tenant's name, where Entra has the directory's id. */
  tid: z.string(),
  appid: z.string().default(""),
  /** Seconds since the epoch, as JWTs have it. */
  exp: z.number(),
  roles: z.array(z.string()).optional(),
});

/**
 * What a token shows: `roles`, a JWT without the claim (as Entra issues one where nothing is granted), or something that is no JWT, which
 * Microsoft reserves the right to send.
 */
export const tokenShapeSchema = z.enum(["roles", "noRoles", "opaque"]);
type TokenShape = z.infer<typeof tokenShapeSchema>;

/** Not a secret: nothing behind it is real. It only makes forged and truncated tokens fail as they would at Graph. */
const SIGNING_KEY = new TextEncoder().encode("tenantatlas-graph-simulator");
const OPAQUE_PREFIX = "opaque~";

function encodeBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function encodeText(text: string): string {
  return encodeBase64Url(new TextEncoder().encode(text));
}

function decodeText(encoded: string): string {
  const bytes = Uint8Array.from(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

let importedKey: Promise<CryptoKey> | null = null;
function signingKey(): Promise<CryptoKey> {
  importedKey ??= crypto.subtle.importKey("raw", SIGNING_KEY, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return importedKey;
}

async function sign(text: string): Promise<string> {
  const signature = await crypto.subtle.sign("HMAC", await signingKey(), new TextEncoder().encode(text));
  return encodeBase64Url(new Uint8Array(signature));
}

interface TokenFacts {
  tenant: string;
  /** The application that the token is for. */
  client: string;
  /** The permissions that are granted now. */
  roles: readonly string[];
  shape: TokenShape;
  issuedAt: number;
  /** Both in milliseconds since the epoch. */
  expiresAt: number;
}

export async function issueToken({ tenant, client, roles, shape, issuedAt, expiresAt }: TokenFacts): Promise<string> {
  const header = encodeText(JSON.stringify({ typ: "JWT", alg: "HS256" }));
  const payload = encodeText(
    JSON.stringify({
      aud: "https://graph.microsoft.com",
      iss: `https://sts.windows.net/${tenant}/`,
      iat: Math.floor(issuedAt / 1000),
      exp: Math.floor(expiresAt / 1000),
      app_displayname: "TenantAtlas",
      appid: client,
      idtyp: "app",
      tid: tenant,
      uti: crypto.randomUUID(),
      ...(shape === "roles" ? { roles } : {}),
    }),
  );
  const token = `${header}.${payload}.${await sign(`${header}.${payload}`)}`;
  return shape === "opaque" ? OPAQUE_PREFIX + encodeText(token) : token;
}

export type TokenReading =
  /** `roles`: as the token was issued with them; null where it names none. */
  | { kind: "valid"; tenant: string; roles: string[] | null }
  | { kind: "missing" }
  | { kind: "malformed" }
  | { kind: "expired" };

interface Verified {
  tenant: string;
  roles: string[] | null;
  expiresAt: number;
}

const verified = new Map<string, Verified>();

/** Reads an Authorization header. Verified tokens are remembered, since every request of a sync carries the same one. */
export async function readToken(authorization: string | undefined, now: number): Promise<TokenReading> {
  const token = tokenOf(authorization);
  if (token === undefined) return { kind: "missing" };
  let known = verified.get(token);
  if (known === undefined) {
    const [header, payload, signature] = partsOf(token);
    if (payload === undefined || signature === undefined || (await sign(`${header}.${payload}`)) !== signature)
      return { kind: "malformed" };
    const { tid, roles, exp } = payloadOf(payload);
    known = { tenant: tid, roles: roles ?? null, expiresAt: exp * 1000 };
    if (verified.size > 1000) verified.clear();
    verified.set(token, known);
  }
  return known.expiresAt <= now ? { kind: "expired" } : { kind: "valid", tenant: known.tenant, roles: known.roles };
}

/** The application that an accepted token is for; undefined without a token. */
export function clientOf(authorization: string | undefined): string | undefined {
  const token = tokenOf(authorization);
  const payload = token === undefined ? undefined : partsOf(token)[1];
  return payload === undefined ? undefined : payloadOf(payload).appid;
}

function tokenOf(authorization: string | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
}

/** Header, payload and signature. Text that cannot be decoded has no parts. */
function partsOf(token: string): string[] {
  if (!token.startsWith(OPAQUE_PREFIX)) return token.split(".");
  try {
    return decodeText(token.slice(OPAQUE_PREFIX.length)).split(".");
  } catch {
    return [];
  }
}

function payloadOf(encoded: string): z.infer<typeof payloadSchema> {
  return payloadSchema.parse(JSON.parse(decodeText(encoded)));
}
