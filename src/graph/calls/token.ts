/**
 * Client-credentials tokens (Microsoft identity platform, OAuth 2.0 client credentials flow), kept until shortly before they
 * expire. The cache belongs to the isolate: losing it costs one request.
 */
import { z } from "zod";
import type { CloudEndpoints } from "../clouds.ts";
import { type CertificateCredential, clientAssertion } from "./client-assertion.ts";
import { malformed, ok, type TokenResult } from "./result.ts";

export interface GraphConnection {
  /** Distinguishes credentials in the token cache; changes when they do. */
  cacheKey: string;
  endpoints: CloudEndpoints;
  /** The directory's id or a verified domain. */
  directoryId: string;
  clientId: string;
  credential: GraphCredential;
}

export type GraphCredential = { kind: "secret"; secret: string } | ({ kind: "certificate" } & CertificateCredential);

const EXPIRY_MARGIN_MS = 120_000;
/** How long to wait for a token that another invocation is fetching: it may have been stopped, and then never answers. */
const SHARED_WAIT_MS = 5_000;
const MAX_CACHED_TOKENS = 500;
/** Microsoft's tokens live for some hours, at most 28. What claims more is fetched anew after a day. */
const LONGEST_LIFE_SECONDS = 86_400;

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });

/** Visible ASCII, and no more than a header may hold (RFC 9110): of that a bearer token is made (RFC 6750). */
const HEADER_VALUE = /^[\x21-\x7e]{1,16384}$/;

interface CachedToken {
  token: string;
  /** When to stop using it, the margin already taken off. */
  usableUntil: number;
}

export class TokenCache {
  readonly #tokens = new Map<string, CachedToken>();
  readonly #pending = new Map<string, Promise<TokenResult<string>>>();

  /** A usable token; `acquire` is called at most once at a time for a connection, however many ask. */
  async get(
    key: string,
    now: () => number,
    acquire: () => Promise<TokenResult<unknown>>,
    sleep: (ms: number, stop: AbortSignal) => Promise<void>,
  ): Promise<TokenResult<string>> {
    const cached = this.#tokens.get(key);
    if (cached && cached.usableUntil > now()) return ok(cached.token);
    const pending = this.#pending.get(key);
    if (pending) {
      const waiting = new AbortController();
      const shared = await Promise.race([pending, sleep(SHARED_WAIT_MS, waiting.signal)]);
      waiting.abort();
      // Budgets and signals belong to whoever asked: a failure of theirs is no answer for us.
      if (shared?.kind === "ok") return shared;
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
    }
    const own = this.#acquire(key, now, acquire);
    this.#pending.set(key, own);
    try {
      return await own;
    } finally {
      if (this.#pending.get(key) === own) this.#pending.delete(key);
    }
  }

  /** Forgets the tokens of all connections whose key begins so. */
  dropAll(keyPrefix: string): void {
    for (const key of this.#tokens.keys()) if (key.startsWith(keyPrefix)) this.#tokens.delete(key);
  }

  /** Forgets a token that was refused, unless it has been renewed meanwhile. */
  drop(key: string, token: string): void {
    if (this.#tokens.get(key)?.token === token) this.#tokens.delete(key);
  }

  async #acquire(
    key: string,
    now: () => number,
    acquire: () => Promise<TokenResult<unknown>>,
  ): Promise<TokenResult<string>> {
    const askedAt = now();
    const answer = await acquire();
    if (answer.kind !== "ok") return answer;
    const parsed = tokenSchema.safeParse(answer.value);
    if (!parsed.success) return malformed("The token endpoint's answer has no token", answer.requestId);
    if (!HEADER_VALUE.test(parsed.data.access_token))
      return malformed("The token endpoint's token holds characters that no header can carry", answer.requestId);
    const lifetimeMs = Math.min(parsed.data.expires_in, LONGEST_LIFE_SECONDS) * 1000;
    // A token that lives shorter than the margin is still good for half of its life.
    const usableMs = Math.max(lifetimeMs - EXPIRY_MARGIN_MS, lifetimeMs / 2);
    if (this.#tokens.size >= MAX_CACHED_TOKENS) this.#tokens.clear();
    this.#tokens.set(key, { token: parsed.data.access_token, usableUntil: askedAt + usableMs });
    return ok(parsed.data.access_token, answer.requestId);
  }
}

/** The isolate's cache. */
export const sharedTokens = new TokenCache();

/** The form to post to `{login}/{directory}/oauth2/v2.0/token`. `now`: milliseconds since the epoch. */
export async function tokenRequest(connection: GraphConnection, now: number): Promise<{ url: string; body: string }> {
  const { endpoints, directoryId, clientId, credential } = connection;
  const url = `${endpoints.loginUrl}/${encodeURIComponent(directoryId)}/oauth2/v2.0/token`;
  const proof: Record<string, string> =
    credential.kind === "secret"
      ? { client_secret: credential.secret }
      : {
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion: await clientAssertion(credential, { clientId, tokenUrl: url, now }),
        };
  const scope = `${endpoints.graphUrl}/.default`;
  const form = { grant_type: "client_credentials", client_id: clientId, ...proof, scope };
  return { url, body: new URLSearchParams(form).toString() };
}
