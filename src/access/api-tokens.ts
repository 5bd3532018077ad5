/**
 * API tokens: `ta_<id>_<secret>`. Scanners of repositories know the form, and a refusal can log the id. The secret is random and long, so its
 * SHA-256 is what is stored (`told-once.ts`).
 */
import { findApiToken, noteUse } from "../database/tenancy/api-tokens.ts";
import type { Capability } from "../contract/access.ts";
import type { KnownUser } from "../database/tenancy/identities.ts";
import { hashOfSecret, newSecret } from "./told-once.ts";
import type { ControlDatabase } from "../database/databases.ts";

const FORM = /^ta_([a-z0-9]{16})_([\w-]{43})$/;
const BEARER = /^Bearer +(ta_\S*)$/i;
const ID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

/** The token that a request is made with. */
export interface UsedToken {
  id: string;
  name: string;
  /** The tenants that it reaches. */
  tenantIds: readonly string[];
  /** What it was made for. */
  capabilities: readonly Capability[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export type TokenRefusal =
  | "api_token_unknown"
  | "api_token_revoked"
  | "api_token_expired"
  /** The maker is disabled. */
  | "person_disabled"
  /** The maker is no member any more of any tenant of the token's scope, or its owners have ended the token's access. */
  | "api_token_reaches_nothing";

export type TokenAnswer =
  | { kind: "known"; token: UsedToken; maker: KnownUser }
  | { kind: "refused"; reason: TokenRefusal; tokenId?: string };

/** What a request sends as an API token of ours; null when it sends none. */
export function apiTokenOf(request: Request): string | null {
  return BEARER.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
}

/** A new token, with what is stored of it. */
export async function newApiToken(): Promise<{ id: string; token: string; secretHash: string }> {
  const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => ID_LETTERS.charAt(byte % 32)).join("");
  const { secret, hash } = await newSecret();
  return { id, token: `ta_${id}_${secret}`, secretHash: hash };
}

/** What a token is worth now. One query; a second one when its use is noted. */
export async function useApiToken(database: ControlDatabase, sent: string, now: number): Promise<TokenAnswer> {
  const [, id, secret] = FORM.exec(sent) ?? [];
  if (id === undefined || secret === undefined) return { kind: "refused", reason: "api_token_unknown" };
  const found = await findApiToken(database, id);
  if (found === null || !(await isSame(found.token.secretHash, secret))) {
    return { kind: "refused", reason: "api_token_unknown", tokenId: id };
  }
  const { token, maker, tenantIds } = found;
  const refuse = (reason: TokenRefusal): TokenAnswer => ({ kind: "refused", reason, tokenId: id });
  if (token.revokedAt !== null) return refuse("api_token_revoked");
  if (token.expiresAt <= now) return refuse("api_token_expired");
  if (maker.disabledAt !== null) return refuse("person_disabled");
  if (tenantIds.length === 0) return refuse("api_token_reaches_nothing");
  await noteUse(database, token, now);
  const { name, capabilities, expiresAt } = token;
  return { kind: "known", token: { id, name, tenantIds, capabilities, expiresAt }, maker };
}

/** Whether the secret is the one whose hash is stored. The time of the comparison tells nothing of the hash. */
async function isSame(storedHash: string, secret: string): Promise<boolean> {
  const bytes = new TextEncoder();
  return crypto.subtle.timingSafeEqual(bytes.encode(storedHash), bytes.encode(await hashOfSecret(secret)));
}
