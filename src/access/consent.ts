/**
 * The consent of a tenant's administrator to the deployment's own application. What Microsoft's answer names can be forged: a person with a
 * state of ours could come back with the id of any tenant that has consented before, and would get its data. So the answer is a claim, which
 * the administrator proves by signing in to that very tenant, with a role that may consent. Source: Microsoft's "Admin consent on the
 * Microsoft identity platform", and its built-in roles of Microsoft Entra.
 */
import { z } from "zod";
import type { ConnectionPurpose, ConsentOutcome } from "../contract/connections.ts";
import { insertConsent, type PendingConsent, takeConsent } from "../database/tenancy/connection-consents.ts";
import { CLOUDS } from "../graph/clouds.ts";
import { type KeyRing, openSecret, sealSecret } from "../secrets/secret-box.ts";
import { authorizationAddress, type CodeClient, newCodeProof, redeemCode } from "./authorization-code.ts";
import type { ConsentApplication, ConsentSettings } from "./consent-settings.ts";
import { readIdToken } from "./entra.ts";
import { guidSchema } from "./guid.ts";
import { ANY_ORGANIZATION } from "./identity-settings.ts";
import { hashOfSecret, newSecret } from "./told-once.ts";
import type { ControlDatabase } from "../database/databases.ts";

/** Where Microsoft leads back to, from the consent and from the sign-in: registered with the application as its redirect URI. */
export const CONSENT_CALLBACK_PATH = "/auth/connect/callback";

export const CONSENT_MS = 10 * 60_000;

/** Template ids of the roles that decide over the applications of a tenant. */
const CONSENTING_ROLES: ReadonlySet<string> = new Set([
  "62e90394-69f5-4237-9190-012177145e10", // Global Administrator
  "e8611ab8-c189-46e8-94e1-60213ab1f814", // Privileged Role Administrator
  "158c047a-c907-4556-b7ef-446551a6b5f7", // Cloud Application Administrator
]);

/** Who is at the browser. */
export interface Caller {
  userId: string;
  sessionId: string | null;
  now: number;
}

/** What consents need of the deployment. */
export interface ConsentContext {
  database: ControlDatabase;
  settings: ConsentSettings;
  secretsKeys: KeyRing;
}

/** Begins a consent: the address to go to. */
export async function beginConsent(
  { database, settings }: Pick<ConsentContext, "database" | "settings">,
  {
    tenantId,
    purpose,
    application,
    reason,
  }: {
    tenantId: string;
    purpose: ConnectionPurpose;
    application: ConsentApplication;
    /** Why, for the person who approves the connection; null where none is asked. */
    reason: string | null;
  },
  { userId, sessionId, now }: Caller,
): Promise<{ continueAt: string; expiresAt: number }> {
  const { secret: state, hash } = await newSecret();
  const expiresAt = now + CONSENT_MS;
  const claim = { claimedDirectoryId: null, sealedProof: null, reason };
  await insertConsent(database, hash, { tenantId, purpose, userId, sessionId, ...claim, expiresAt }, now);
  const address = new URL(`${settings.consentUrl}/${ANY_ORGANIZATION}/v2.0/adminconsent`);
  address.search = new URLSearchParams({
    client_id: application.clientId,
    redirect_uri: settings.origin + CONSENT_CALLBACK_PATH,
    state,
    scope: `${graphOf(settings)}/.default`,
  }).toString();
  return { continueAt: address.href, expiresAt };
}

export type ConsentStep =
  /** Nothing that was begun here and is not over: which tenant it was for is not known. */
  | { kind: "unknown" }
  /** The administrator signs in, to prove the claim. */
  | { kind: "continue"; location: string }
  | {
      kind: "ended";
      tenantId: string;
      purpose: ConnectionPurpose;
      outcome: Exclude<ConsentOutcome, "connected" | "taken" | "forbidden">;
      /** For the log. */
      reason: string;
    }
  | ProvenConsent;

export interface ProvenConsent {
  kind: "proven";
  tenantId: string;
  purpose: ConnectionPurpose;
  /** The Microsoft tenant. */
  directoryId: string;
  /** The object id of the person who proved it. */
  administrator: string;
  /** Why, as it was said at the beginning. */
  reason: string | null;
}

const proofSchema = z.object({ nonce: z.string(), verifier: z.string() });

/**
 * Takes an answer of Microsoft's, once.
 * @throws {IdentityUnavailableError} when the provider does not answer.
 */
export async function continueConsent(context: ConsentContext, answer: URL, caller: Caller): Promise<ConsentStep> {
  const state = answer.searchParams.get("state") ?? "";
  const pending = await takeConsent(context.database, await hashOfSecret(state), caller);
  if (pending === null) return { kind: "unknown" };
  const application = context.settings.applications[pending.purpose];
  if (application === null) return ended(pending, "failed", "application_not_configured");
  return pending.claimedDirectoryId === null || pending.sealedProof === null
    ? askForProof(context, pending, application, answer, caller)
    : judgeProof(context, pending, application, answer, state);
}

/** A refusal carries `admin_consent=True` as well: what counts is that there is no error. */
async function askForProof(
  { database, settings, secretsKeys }: ConsentContext,
  pending: PendingConsent,
  application: ConsentApplication,
  answer: URL,
  { now }: Caller,
): Promise<ConsentStep> {
  if (answer.searchParams.has("error")) return ended(pending, "refused", "consent_refused");
  const claimed = guidSchema.safeParse(answer.searchParams.get("tenant"));
  if (!claimed.success) return ended(pending, "failed", "consent_names_no_tenant");
  const proof = newCodeProof();
  const { secret: state, hash } = await newSecret();
  const sealedProof = await sealSecret(secretsKeys, JSON.stringify(proof), proofContext(hash));
  await insertConsent(database, hash, { ...pending, claimedDirectoryId: claimed.data, sealedProof }, now);
  const client = codeClient(settings, application, claimed.data);
  return { kind: "continue", location: await authorizationAddress(client, { scope: "openid profile", state, proof }) };
}

async function judgeProof(
  { settings, secretsKeys }: ConsentContext,
  pending: PendingConsent,
  application: ConsentApplication,
  answer: URL,
  state: string,
): Promise<ConsentStep> {
  const directoryId = pending.claimedDirectoryId ?? "";
  const sealed = await openSecret(secretsKeys, pending.sealedProof ?? "", proofContext(await hashOfSecret(state)));
  const proof = proofSchema.parse(JSON.parse(sealed));
  const client = codeClient(settings, application, directoryId);
  const redemption = await redeemCode(client, answer, { state, verifier: proof.verifier });
  if (redemption.kind === "refused") return ended(pending, "refused", `provider_answered_${redemption.error}`);
  if (redemption.kind === "failed") return ended(pending, "failed", redemption.reason);
  // The tenant of the token is compared here, so that the person is told what was wrong.
  const person = await readIdToken({ ...client, tenant: ANY_ORGANIZATION }, redemption.idToken, proof.nonce);
  // An answer that names its issuer has to name that of the token (RFC 9207).
  const named = answer.searchParams.get("iss");
  if (person === null || (named !== null && named !== person.issuer)) {
    return ended(pending, "failed", "id_token_not_valid");
  }
  if (person.tenantId !== directoryId) return ended(pending, "wrong_tenant", "signed_in_elsewhere");
  if (!person.directoryRoles.some((role) => CONSENTING_ROLES.has(role.toLowerCase()))) {
    return ended(pending, "not_administrator", "no_directory_role");
  }
  const { tenantId, purpose, reason } = pending;
  return { kind: "proven", tenantId, purpose, directoryId, administrator: person.subject, reason };
}

function codeClient(settings: ConsentSettings, application: ConsentApplication, tenant: string): CodeClient {
  return { loginUrl: settings.loginUrl, tenant, ...application, redirectUri: settings.origin + CONSENT_CALLBACK_PATH };
}

const proofContext = (stateHash: string) => ["connection-consent", stateHash];

function ended(
  { tenantId, purpose }: PendingConsent,
  outcome: "refused" | "failed" | "wrong_tenant" | "not_administrator",
  reason: string,
): ConsentStep {
  return { kind: "ended", tenantId, purpose, outcome, reason };
}

/** The resource whose permissions are consented to: Graph as the cloud names it. */
function graphOf({ cloud }: ConsentSettings): string {
  return CLOUDS[cloud === "usGov" || cloud === "usGovDod" || cloud === "china" ? cloud : "global"].graphUrl;
}
