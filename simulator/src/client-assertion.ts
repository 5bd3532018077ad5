/**
 * Whether an application has proven to have the key of its registered certificate, as Entra judges it. Source: Microsoft's "application
 * authentication certificate credentials" and its list of AADSTS codes.
 */
import { decodeJwt, decodeProtectedHeader, errors, importX509, jwtVerify } from "jose";

/** Entra's answer to credentials that do not hold: `invalid_client`, with the number after "AADSTS". */
export interface TokenRefusal {
  kind: "refused";
  number: number;
  description: string;
}

const LONGEST_LIFE_SECONDS = 600;

export interface Assertion {
  assertion: string;
  clientId: string;
  /** The address that the form was sent to. */
  tokenUrl: string;
}

/** Null when it holds. `certificate`: PEM of the one that is registered; null when none is. */
export async function judgeAssertion(
  { assertion, clientId, tokenUrl }: Assertion,
  certificate: string | null,
  now: number,
): Promise<TokenRefusal | null> {
  let thumbprint: unknown;
  try {
    thumbprint = decodeProtectedHeader(assertion)["x5t#S256"];
    decodeJwt(assertion);
  } catch {
    return refusal(50027, "JWT token is invalid or malformed.");
  }
  if (certificate === null || thumbprint !== (await thumbprintOf(certificate))) {
    return refusal(
      700027,
      `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '${String(thumbprint)}']`,
    );
  }
  try {
    const { payload } = await jwtVerify(assertion, await importX509(certificate, "PS256"), {
      algorithms: ["PS256"],
      audience: tokenUrl,
      issuer: clientId,
      subject: clientId,
      requiredClaims: ["exp", "nbf", "jti"],
      currentDate: new Date(now),
      clockTolerance: 60,
    });
    const life = (payload.exp ?? 0) - (payload.nbf ?? 0);
    return life <= LONGEST_LIFE_SECONDS ? null : refusal(700024, "Client assertion lives for too long.");
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      return refusal(700024, "Client assertion is not within its valid time range.");
    }
    if (error instanceof errors.JWTClaimValidationFailed) {
      return error.claim === "aud"
        ? refusal(700023, "Client assertion audience claim does not match Realm issuer.")
        : refusal(7000213, `Client assertion's claim '${error.claim}' does not hold.`);
    }
    if (error instanceof errors.JOSEError) {
      return refusal(700027, "Client assertion contains an invalid signature. [Reason - The key was found.]");
    }
    throw error;
  }
}

function refusal(number: number, description: string): TokenRefusal {
  return { kind: "refused", number, description };
}

async function thumbprintOf(certificate: string): Promise<string> {
  const text = certificate.replace(/-----[A-Z ]+-----|\s/g, "");
  const der = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", der));
  return btoa(String.fromCharCode(...digest))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
