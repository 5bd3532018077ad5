/**
 * People and programs that Cloudflare Access has let through. Access signs a token for each request; the Worker believes the token and
 * not the address it is reached at. Source: Cloudflare's "Validate JWTs" and "Application token".
 */
import { z } from "zod";
import type { Identity } from "../database/tenancy/identities.ts";
import type { AccessSettings } from "./identity-settings.ts";
import { verifyToken } from "./key-sets.ts";

export const ACCESS_TOKEN_HEADER = "cf-access-jwt-assertion";

const claimsSchema = z.object({
  iss: z.string(),
  // A person's token has a subject; that of a service has an empty one, and the service's id as its common name.
  sub: z.string().default(""),
  common_name: z.string().default(""),
  email: z.string().default(""),
  name: z.string().optional(),
  type: z.string().optional(),
});

export interface AccessIdentity extends Identity {
  /** A program that sends its own credentials with each request; a browser never does. */
  isService: boolean;
}

/** Who an Access token is about; null for a token that does not hold. */
export async function readAccessToken(
  { teamUrl, audience }: AccessSettings,
  token: string,
): Promise<AccessIdentity | null> {
  const verified = await verifyToken(token, `${teamUrl}/cdn-cgi/access/certs`, {
    issuer: teamUrl,
    audience,
    requiredClaims: ["exp", "iat"],
  });
  const parsed = claimsSchema.safeParse(verified?.claims);
  if (!parsed.success) return null;
  const { iss, sub, common_name: service, email, name, type } = parsed.data;
  // A token of the whole team is no token of this application.
  if (type === "org") return null;
  if (sub !== "") {
    return { issuer: iss, subject: sub, name: name ?? (email || sub), email: email.toLowerCase(), isService: false };
  }
  if (service === "") return null;
  return { issuer: iss, subject: `common_name:${service}`, name: service, email: "", isService: true };
}
