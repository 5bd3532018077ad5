/**
 * How an application proves to Microsoft that it has the private key of a registered certificate. Source: Microsoft's "Microsoft identity
 * platform application authentication certificate credentials": PS256, and the certificate's SHA-256 as `x5t#S256`.
 */
import { importPKCS8, SignJWT } from "jose";

export interface CertificateCredential {
  /** PEM of PKCS#8. */
  privateKey: string;
  /** SHA-256 of the certificate, base64url. */
  thumbprint: string;
}

const LIFE_SECONDS = 300;
/** Clocks of two machines differ. */
const EARLIER_SECONDS = 30;

/** A signed statement, good for five minutes and for one token endpoint. `now`: milliseconds since the epoch. */
export async function clientAssertion(
  { privateKey, thumbprint }: CertificateCredential,
  { clientId, tokenUrl, now }: { clientId: string; tokenUrl: string; now: number },
): Promise<string> {
  const seconds = Math.floor(now / 1_000);
  return new SignJWT()
    .setProtectedHeader({ alg: "PS256", typ: "JWT", "x5t#S256": thumbprint })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(tokenUrl)
    .setJti(crypto.randomUUID())
    .setIssuedAt(seconds)
    .setNotBefore(seconds - EARLIER_SECONDS)
    .setExpirationTime(seconds + LIFE_SECONDS)
    .sign(await importPKCS8(privateKey, "PS256"));
}
