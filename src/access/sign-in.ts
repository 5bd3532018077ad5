/**
 * Signing in at Microsoft Entra ID: the authorization code flow with PKCE. Between leaving and coming back the browser keeps what
 * was begun in a sealed cookie, so that an answer counts only in the browser that asked, once, and for ten minutes.
 */
import { generateRandomState } from "oauth4webapi";
import { z } from "zod";
import type { Identity } from "../database/tenancy/identities.ts";
import { openSecret, sealSecret, SecretUnreadableError } from "../secrets/secret-box.ts";
import { authorizationAddress, type CodeClient, newCodeProof, redeemCode } from "./authorization-code.ts";
import { setCookie, SIGN_IN_COOKIE } from "./cookies.ts";
import { entraEndpoints, readIdToken } from "./entra.ts";
import type { EntraSettings } from "./identity-settings.ts";

/** Where the provider leads back to: registered with the application as its redirect URI. */
export const CALLBACK_PATH = "/auth/callback";

const SIGN_IN_MS = 10 * 60_000;
const SEALED_FOR = ["sign-in"];

const begunSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  expiresAt: z.int(),
});

export type SignInAnswer =
  | { kind: "identified"; identity: Identity; returnTo: string }
  /** `reason` is for the log, `problem` for the page that the person is led to. */
  | { kind: "refused"; reason: string; problem: SignInProblem };

/** `expired`: begin again. `refused`: the provider let nobody through. `failed`: its answer does not hold. */
export type SignInProblem = "expired" | "refused" | "failed";

/**
 * Begins a sign-in.
 * @param returnTo a path of the console; anything else leads home
 */
export async function beginSignIn(
  settings: EntraSettings,
  { returnTo, now }: { returnTo: string; now: number },
): Promise<{ location: string; cookie: string }> {
  const proof = newCodeProof();
  const state = generateRandomState();
  const returns = pathWithin(settings.origin, returnTo);
  const begun: z.infer<typeof begunSchema> = { state, ...proof, returnTo: returns, expiresAt: now + SIGN_IN_MS };
  const location = await authorizationAddress(codeClient(settings), { scope: "openid profile email", state, proof });
  const sealed = await sealSecret(settings.secretsKeys, JSON.stringify(begun), SEALED_FOR);
  return { location, cookie: setCookie(SIGN_IN_COOKIE, encodeURIComponent(sealed), SIGN_IN_MS / 1_000) };
}

/**
 * Judges the provider's answer.
 * @param kept what the browser's cookie holds; null without one
 * @throws {IdentityUnavailableError} when the provider does not answer.
 */
export async function finishSignIn(
  settings: EntraSettings,
  { answer, kept, now }: { answer: URL; kept: string | null; now: number },
): Promise<SignInAnswer> {
  const begun = await readBegun(settings, kept);
  if (begun === null || begun.expiresAt <= now) return refuse("sign_in_not_begun_here", "expired");
  const redemption = await redeemCode(codeClient(settings), answer, begun);
  switch (redemption.kind) {
    case "refused":
      return refuse(`provider_answered_${redemption.error}`, "refused");
    case "failed":
      return refuse(redemption.reason, "failed");
    case "redeemed":
      break;
  }
  const identity = await readIdToken(settings, redemption.idToken, begun.nonce);
  // An answer that names its issuer has to name that of the token (RFC 9207).
  const named = answer.searchParams.get("iss");
  if (identity === null || (named !== null && named !== identity.issuer)) return refuse("id_token_not_valid", "failed");
  return { kind: "identified", identity, returnTo: begun.returnTo };
}

/** The cookie that forgets what was begun. */
export function clearSignInCookie(): string {
  return setCookie(SIGN_IN_COOKIE, "", 0);
}

/** Where the provider ends its own session, and then leads to `returnTo`, a path of the console. */
export function providerSignOut(settings: EntraSettings, returnTo: string): string {
  const location = new URL(entraEndpoints(settings).signOut);
  location.searchParams.set("client_id", settings.clientId);
  location.searchParams.set("post_logout_redirect_uri", new URL(returnTo, settings.origin).href);
  return location.href;
}

async function readBegun(settings: EntraSettings, kept: string | null): Promise<z.infer<typeof begunSchema> | null> {
  if (kept === null) return null;
  try {
    const text = await openSecret(settings.secretsKeys, decodeURIComponent(kept), SEALED_FOR);
    return begunSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SecretUnreadableError || error instanceof URIError) return null;
    throw error;
  }
}

/** A path of the console as it is; "/" for what leads elsewhere. */
export function pathWithin(origin: string, path: string): string {
  const url = path.startsWith("/") ? URL.parse(path, origin) : null;
  return url !== null && url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : "/";
}

function codeClient({ loginUrl, tenant, clientId, clientSecret, origin }: EntraSettings): CodeClient {
  return { loginUrl, tenant, clientId, clientSecret, redirectUri: origin + CALLBACK_PATH };
}

function refuse(reason: string, problem: SignInProblem): SignInAnswer {
  return { kind: "refused", reason, problem };
}
