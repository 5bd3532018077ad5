/** Connecting a tenant to Microsoft Graph, renewing and ending the connection. */
import { beginConsent, type Caller, continueConsent } from "../../access/consent.ts";
import { type ConsentSettings, readConsentSettings } from "../../access/consent-settings.ts";
import { authorizeTenant } from "../../access/guard.ts";
import type { ConnectionPurpose, ConsentOutcome, NewCredential } from "../../contract/connections.ts";
import { PAGES, pageAddress } from "../../contract/console-addresses.ts";
import { connectionRoutes, consentRoutes } from "../../contract/routes/connections.ts";
import { isoTime } from "../../database/sql/time.ts";
import {
  type ConnectionChange,
  type ConnectionFacts,
  deleteConnection,
  renewConnection,
  storeConnection,
} from "../../database/tenancy/connection-changes.ts";
import { readStoredConnections } from "../../database/tenancy/tenant-connections.ts";
import { readSettings } from "../../environment.ts";
import type { GraphCredential } from "../../graph/calls/token.ts";
import { resolveCloud } from "../../graph/clouds.ts";
import { forgetTokens } from "../../graph-work/connect.ts";
import { tryCredentials } from "../../graph-work/try-credentials.ts";
import { logEvent } from "../../observability/log.ts";
import { readCertificate } from "../../secrets/certificate.ts";
import { connectionSecretContext, type KeyRing, sealSecret } from "../../secrets/secret-box.ts";
import { connectionsOf } from "../reading/connections.ts";
import { ApiError } from "../routing/problems.ts";
import { invalidInput } from "../routing/requests.ts";
import { command, leadOwn } from "../routing/served.ts";

export const connectionCommands = {
  connect: command(connectionRoutes.connect, async ({ env, tenant, user, body }) => {
    const { purpose, cloud, microsoftTenantId: directoryId, clientId } = body;
    const given = await readCredential(body.credential);
    await tried(env, { cloud, directoryId, clientId }, given.credential);
    const facts = { cloud, directoryId, clientId, ...(await sealed(env, tenant.id, purpose, given)) };
    const act = { tenantId: tenant.id, purpose, actorId: user.id, at: Date.now() };
    judge(await storeConnection(env.DATABASE, act, facts));
    forgetTokens(tenant.id);
    return connectionsOf(env, tenant.id);
  }),

  renew: command(connectionRoutes.renew, async ({ env, tenant, user, body: { purpose, credential } }) => {
    const stored = await readStoredConnections(env.DATABASE, tenant.id);
    const seen = stored.find((each) => each.purpose === purpose);
    if (seen === undefined) throw new ApiError("not_connected");
    if (seen.kind === "consent") {
      throw new ApiError("not_connected", { detail: "This connection has no credential of its own: consent again." });
    }
    const given = await readCredential(credential);
    await tried(env, seen, given.credential);
    const act = { tenantId: tenant.id, purpose, actorId: user.id, at: Date.now() };
    if (!(await renewConnection(env.DATABASE, act, seen, await sealed(env, tenant.id, purpose, given)))) {
      throw new ApiError("not_connected");
    }
    forgetTokens(tenant.id);
    return connectionsOf(env, tenant.id);
  }),

  disconnect: command(connectionRoutes.disconnect, async ({ env, tenant, user, body: { purpose } }) => {
    const act = { tenantId: tenant.id, purpose, actorId: user.id, at: Date.now() };
    if (!(await deleteConnection(env.DATABASE, act))) throw new ApiError("not_connected");
    forgetTokens(tenant.id);
    return connectionsOf(env, tenant.id);
  }),

  startConsent: command(connectionRoutes.startConsent, async (call) => {
    const { env, tenant, user, sessionId, requestId, body } = call;
    const settings = consentSettings(env, requestId);
    const application = settings?.applications[body.purpose] ?? null;
    if (settings === null || application === null) throw new ApiError("consent_not_offered");
    const consent = { tenantId: tenant.id, purpose: body.purpose, application };
    const caller = { userId: user.id, sessionId, now: Date.now() };
    const { continueAt, expiresAt } = await beginConsent({ database: env.DATABASE, settings }, consent, caller);
    return { continueAt, expiresAt: isoTime(expiresAt) };
  }),
};

export const consentCommands = {
  finish: leadOwn(consentRoutes.finish, async ({ env, request, requestId, user, sessionId }) => {
    const settings = consentSettings(env, requestId);
    if (settings === null) throw new ApiError("not_found");
    const caller: Caller = { userId: user.id, sessionId, now: Date.now() };
    const context = { database: env.DATABASE, settings, secretsKeys: keysOf(env) };
    const step = await continueConsent(context, new URL(request.url), caller);
    if (step.kind === "continue") return leadTo(step.location);
    if (step.kind === "unknown") {
      logEvent("warn", "consent_refused", { reason: "state_unknown", userId: user.id, requestId });
      return leadTo(`${PAGES.home}?consent=expired`);
    }
    // The person may have lost the right since the consent was begun.
    const asked = { tenantIdOrSlug: step.tenantId, capability: "connection.manage" } as const;
    const access = { userId: user.id, token: null, ...asked };
    const authorization = await authorizeTenant(env.DATABASE, access);
    if (authorization.kind !== "granted") return leadTo(`${PAGES.home}?consent=forbidden`);
    const { slug } = authorization.tenant;
    if (step.kind === "ended") {
      const { tenantId, reason } = step;
      logEvent("warn", "consent_refused", { reason, tenantId, userId: user.id, requestId });
      return leadTo(connectionPage(slug, step.outcome, step.purpose));
    }
    const { tenantId, purpose, directoryId } = step;
    const application = settings.applications[purpose];
    if (application === null) throw new ApiError("consent_not_offered");
    const act = { tenantId, purpose, actorId: user.id, at: caller.now };
    const change = await storeConnection(env.DATABASE, act, {
      kind: "consent",
      cloud: settings.cloud,
      directoryId,
      clientId: application.clientId,
      sealedCredential: null,
      certificateThumbprint: null,
      credentialEndsAt: null,
    });
    forgetTokens(tenantId);
    logEvent("info", "consent_ended", { change, tenantId, administrator: step.administrator, requestId });
    return leadTo(connectionPage(slug, change === "connected" ? "connected" : "taken", purpose));
  }),
};

interface GivenCredential {
  credential: GraphCredential;
  certificateThumbprint: string | null;
  credentialEndsAt: number | null;
}

async function readCredential(given: NewCredential): Promise<GivenCredential> {
  if (given.kind === "secret") {
    const credentialEndsAt = given.endsAt === null ? null : Date.parse(given.endsAt);
    return { credential: given, certificateThumbprint: null, credentialEndsAt };
  }
  const reading = await readCertificate(given);
  if (reading.kind === "refused") {
    throw invalidInput([{ path: `credential.${reading.field}`, message: reading.message }]);
  }
  const { thumbprint, endsAt } = reading.facts;
  const credential = { kind: "certificate", privateKey: given.privateKey, thumbprint } as const;
  return { credential, certificateThumbprint: thumbprint, credentialEndsAt: endsAt };
}

/** Nothing is stored that Microsoft does not accept: so nobody can keep a Microsoft tenant from its owner by naming it. */
async function tried(
  env: Env,
  { cloud, directoryId, clientId }: { cloud: string; directoryId: string; clientId: string },
  credential: GraphCredential,
): Promise<void> {
  const endpoints = resolveCloud(cloud, readSettings(env));
  if (endpoints === null) throw invalidInput([{ path: "cloud", message: "is not a cloud of this deployment" }]);
  const trial = await tryCredentials({ endpoints, directoryId, clientId, credential });
  if (trial.kind === "refused") throw new ApiError("credentials_refused", { detail: trial.message });
  if (trial.kind === "unavailable") {
    const detail = "Microsoft's login did not answer. Nothing was stored; try again.";
    throw new ApiError("unavailable", { detail, headers: { "retry-after": "10" } });
  }
}

async function sealed(
  env: Env,
  tenantId: string,
  purpose: ConnectionPurpose,
  { credential, certificateThumbprint, credentialEndsAt }: GivenCredential,
): Promise<Pick<ConnectionFacts, "kind" | "sealedCredential" | "certificateThumbprint" | "credentialEndsAt">> {
  const text = credential.kind === "secret" ? credential.secret : credential.privateKey;
  const sealedCredential = await sealSecret(keysOf(env), text, connectionSecretContext(tenantId, purpose));
  return { kind: credential.kind, sealedCredential, certificateThumbprint, credentialEndsAt };
}

function judge(change: ConnectionChange): void {
  switch (change) {
    case "connected":
      return;
    case "not_connected":
      throw new ApiError(change, { detail: "Connect the tenant for reading first." });
    case "other_tenant":
      throw new ApiError("microsoft_tenant_taken", {
        detail:
          "This tenant is connected to another Microsoft tenant. Disconnect it first, or make a tenant for this one.",
      });
    case "taken":
      throw new ApiError("microsoft_tenant_taken");
  }
}

function keysOf(env: Env): KeyRing {
  const { secretsKeys } = readSettings(env);
  if (secretsKeys === null) throw new Error("There is no secrets key");
  return secretsKeys;
}

function consentSettings(env: Env, requestId: string): ConsentSettings | null {
  const { settings, problem } = readConsentSettings(env);
  if (problem !== null) logEvent("warn", "consent_settings_invalid", { problem, requestId });
  return settings;
}

function connectionPage(slug: string, consent: ConsentOutcome, purpose: ConnectionPurpose): string {
  const outcome = new URLSearchParams({ consent, connection: purpose }).toString();
  return `${pageAddress(PAGES.connection, { slug })}?${outcome}`;
}

function leadTo(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}
