/** The keys that identity providers publish, and tokens that are verified by them. */
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions, type ResolvedKey } from "jose";

/** The provider's keys cannot be had now. Nobody is refused for it: the same request may succeed later. */
export class IdentityUnavailableError extends Error {
  override name = "IdentityUnavailableError";
}

export interface VerifiedToken {
  claims: JWTPayload;
  /** The key that signed it, as the provider publishes it. */
  key: Record<string, unknown>;
}

/** Clocks of two machines differ. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** One set per address and isolate: it is read anew after ten minutes, and for an unknown key not more often than every 30 seconds. */
const sets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

/**
 * Verifies a token's RS256 signature, issuer, audience and times. Null for a token that does not hold.
 * @throws {IdentityUnavailableError} when the keys cannot be had.
 */
export async function verifyToken(
  token: string,
  keysUrl: string,
  expected: Required<Pick<JWTVerifyOptions, "audience">> & Pick<JWTVerifyOptions, "issuer" | "requiredClaims">,
): Promise<VerifiedToken | null> {
  const keys = sets.get(keysUrl) ?? createRemoteJWKSet(new URL(keysUrl));
  sets.set(keysUrl, keys);
  try {
    const { payload, protectedHeader }: Awaited<ReturnType<typeof jwtVerify>> & Partial<ResolvedKey> = await jwtVerify(
      token,
      keys,
      { ...expected, algorithms: ["RS256"], clockTolerance: CLOCK_TOLERANCE_SECONDS },
    );
    const key = keys.jwks()?.keys.find(({ kid }) => kid === protectedHeader.kid);
    return { claims: payload, key: { ...key } };
  } catch (error) {
    if (isAboutToken(error)) return null;
    throw new IdentityUnavailableError("The identity provider's keys cannot be had", { cause: error });
  }
}

/** Whether the token is at fault, and not the way to the keys. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    // What a key set that answers with an error is told by.
    error.code !== "ERR_JOSE_GENERIC"
  );
}
