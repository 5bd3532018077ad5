/**
 * What an access token says of the permissions behind it. Microsoft calls its tokens opaque to clients, so this is a diagnosis and no basis
 * for a decision: who needs certainty asks Graph. Source: "Access token claims reference" (identity platform).
 */
import { z } from "zod";

/** The claim that lists granted application permissions. Entra leaves it out where none is granted. */
const payloadSchema = z.object({ roles: z.array(z.string()).min(1) });

/** The application permissions that a token names; null for a token that is no JWT, cannot be read, or names none. Never throws. */
export function rolesInToken(token: string): readonly string[] | null {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return null;
  const parsed = payloadSchema.safeParse(jsonIn(payload));
  return parsed.success ? parsed.data.roles : null;
}

/** The JSON in a part of a JWT (base64url, RFC 7515); undefined for anything else. */
function jsonIn(part: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
