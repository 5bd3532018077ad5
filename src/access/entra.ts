/**
 * Microsoft Entra ID as OpenID Connect tells it. Addresses follow from the cloud and the tenant, so nothing is discovered. A person is
 * the issuer, which names their tenant, and `oid`; `sub` differs between applications, and addresses can be given to others.
 * Source: Microsoft's "ID token claims" and "Validate tokens and claims".
 */
import { z } from "zod";
import type { Identity } from "../database/tenancy/identities.ts";
import { guidSchema } from "./guid.ts";
import { ANY_ORGANIZATION, type EntraSettings } from "./identity-settings.ts";
import { verifyToken } from "./key-sets.ts";

const claimsSchema = z.object({
  iss: z.string(),
  tid: guidSchema,
  oid: guidSchema,
  nonce: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
  preferred_username: z.string().optional(),
  /** Template ids of the directory roles that a person has; where the application asks for the claim. */
  wids: z.array(z.string()).default([]),
});

/** Where Entra does what, for the people of `tenant` (a tenant's id or `organizations`). */
export function entraEndpoints({ loginUrl, tenant }: Pick<EntraSettings, "loginUrl" | "tenant">) {
  const base = `${loginUrl}/${tenant}`;
  return {
    authorization: `${base}/oauth2/v2.0/authorize`,
    token: `${base}/oauth2/v2.0/token`,
    keys: `${base}/discovery/v2.0/keys`,
    signOut: `${base}/oauth2/v2.0/logout`,
  };
}

/** The issuer of a tenant's tokens. */
export function entraIssuer(loginUrl: string, tenantId: string): string {
  return `${loginUrl}/${tenantId}/v2.0`;
}

/** A person as an ID token tells of them. */
export interface EntraPerson extends Identity {
  /** The tenant that they have signed in to. */
  tenantId: string;
  /** Template ids of their directory roles. */
  directoryRoles: readonly string[];
}

/** The person that an ID token is about; null for a token that does not hold, or was made for another sign-in. */
export async function readIdToken(
  settings: Pick<EntraSettings, "loginUrl" | "tenant" | "clientId">,
  idToken: string,
  nonce: string,
): Promise<EntraPerson | null> {
  const { loginUrl, tenant, clientId } = settings;
  const verified = await verifyToken(idToken, entraEndpoints(settings).keys, {
    audience: clientId,
    requiredClaims: ["iss", "exp", "iat", "nonce", "tid", "oid"],
  });
  const parsed = claimsSchema.safeParse(verified?.claims);
  if (verified === null || !parsed.success) return null;
  const { iss, tid, oid, name, email, preferred_username: username, wids } = parsed.data;
  const issuer = entraIssuer(loginUrl, tid);
  if (iss !== issuer || parsed.data.nonce !== nonce) return null;
  if (tenant !== ANY_ORGANIZATION && tid !== tenant) return null;
  // Keys that serve all tenants name their issuer with a hole for the tenant; others serve one issuer alone.
  const { issuer: keyIssuer } = verified.key;
  if (typeof keyIssuer === "string" && keyIssuer.replace("{tenantid}", tid) !== issuer) return null;
  const address = email ?? username ?? "";
  return {
    issuer,
    subject: oid,
    name: name ?? (address || oid),
    email: address.toLowerCase(),
    tenantId: tid,
    directoryRoles: wids,
  };
}
