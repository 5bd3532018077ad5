/** The authorization code flow with PKCE at Microsoft Entra ID, for whatever a person signs in for. */
import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  AuthorizationResponseError,
  type AuthorizationServer,
  calculatePKCECodeChallenge,
  type Client,
  ClientSecretPost,
  generateRandomCodeVerifier,
  generateRandomNonce,
  OperationProcessingError,
  validateAuthResponse,
} from "oauth4webapi";
import { z } from "zod";
import { entraEndpoints, entraIssuer } from "./entra.ts";
import { IdentityUnavailableError } from "./key-sets.ts";

/** The application that signs people in, at one tenant or at `organizations`. */
export interface CodeClient {
  /** Origin of the login, without a trailing slash. */
  loginUrl: string;
  tenant: string;
  clientId: string;
  clientSecret: string;
  /** Where the provider leads back to: registered with the application. */
  redirectUri: string;
}

/** What belongs to one sign-in, and is kept until it ends. */
export interface CodeProof {
  nonce: string;
  verifier: string;
}

export function newCodeProof(): CodeProof {
  return { nonce: generateRandomNonce(), verifier: generateRandomCodeVerifier() };
}

/** Where the person signs in. */
export async function authorizationAddress(
  client: CodeClient,
  { scope, state, proof }: { scope: string; state: string; proof: CodeProof },
): Promise<string> {
  const location = new URL(entraEndpoints(client).authorization);
  location.search = new URLSearchParams({
    client_id: client.clientId,
    response_type: "code",
    // A form that another site posts would come without the cookie.
    response_mode: "query",
    redirect_uri: client.redirectUri,
    scope,
    state,
    nonce: proof.nonce,
    code_challenge: await calculatePKCECodeChallenge(proof.verifier),
    code_challenge_method: "S256",
  }).toString();
  return location.href;
}

export type Redemption =
  | { kind: "redeemed"; idToken: string }
  /** The provider let nobody through; `error` is its own. */
  | { kind: "refused"; error: string }
  | { kind: "failed"; reason: "answer_not_valid" | "code_not_accepted" };

/**
 * Turns the provider's answer into an ID token, which nobody has verified yet.
 * @throws {IdentityUnavailableError} when the provider does not answer.
 */
export async function redeemCode(
  client: CodeClient,
  answer: URL,
  { state, verifier }: { state: string; verifier: string },
): Promise<Redemption> {
  const { loginUrl, tenant, clientId, clientSecret, redirectUri } = client;
  const server: AuthorizationServer = {
    issuer: answer.searchParams.get("iss") ?? entraIssuer(loginUrl, tenant),
    token_endpoint: entraEndpoints(client).token,
  };
  const party: Client = { client_id: clientId };
  try {
    const parameters = validateAuthResponse(server, party, answer, state);
    const response = await authorizationCodeGrantRequest(
      server,
      party,
      ClientSecretPost(clientSecret),
      parameters,
      redirectUri,
      verifier,
      { [allowInsecureRequests]: loginUrl.startsWith("http://"), signal: AbortSignal.timeout(10_000) },
    );
    if (response.status >= 500) throw new IdentityUnavailableError(`The token endpoint answered ${response.status}`);
    const idToken = await idTokenOf(response);
    return idToken === null ? { kind: "failed", reason: "code_not_accepted" } : { kind: "redeemed", idToken };
  } catch (error) {
    if (error instanceof AuthorizationResponseError) return { kind: "refused", error: error.error };
    if (error instanceof OperationProcessingError) return { kind: "failed", reason: "answer_not_valid" };
    if (error instanceof IdentityUnavailableError) throw error;
    throw new IdentityUnavailableError("The token endpoint cannot be reached", { cause: error });
  }
}

const tokenAnswerSchema = z.object({ id_token: z.string() });

async function idTokenOf(response: Response): Promise<string | null> {
  const body: unknown = await response.json().catch(() => null);
  const parsed = tokenAnswerSchema.safeParse(body);
  return response.ok && parsed.success ? parsed.data.id_token : null;
}
