/** Connecting a tenant to Microsoft Graph, renewing and ending the connection. */
import { beginConsent, type Caller, continueConsent, type ProvenConsent } from "../../access/consent.ts";
import { type ConsentSettings, readConsentSettings } from "../../access/consent-settings.ts";
import { authorizeTenant, type TenantAccess } from "../../access/guard.ts";
import { needsApproval } from "../../contract/approvals.ts";
import type { ConnectionPurpose, ConsentOutcome } from "../../contract/connections.ts";
import { PAGES, pageAddress } from "../../contract/console-addresses.ts";
import { connectionRoutes, consentRoutes } from "../../contract/routes/connections.ts";
import type { ProblemCode } from "../../contract/problems.ts";
import { readApprovalSettings } from "../../database/approvals/approval-settings.ts";
import type { User } from "../../database/tenancy/members.ts";
import { isoTime } from "../../database/sql/time.ts";
import { logEvent } from "../../observability/log.ts";
import { keysOf } from "../../environment.ts";
import { askFor, madeOrAsked, mayNeedApproval } from "../acts/ask.ts";
import { connectAct, disconnectAct, readCredential, renewAct } from "../acts/connection-acts.ts";
import { connectionsOf } from "../reading/connections.ts";
import { ApiError } from "../routing/problems.ts";
import { command, leadOwn } from "../routing/served.ts";
import type { TenantEnv } from "../../database/databases.ts";

export const connectionCommands = {
  connect: command(connectionRoutes.connect, async (call) => {
    const { purpose, cloud, microsoftTenantId: directoryId, clientId, credential } = call.body;
    const { facts, secret } = await readCredential(credential);
    const input = { purpose, cloud, directoryId, clientId, ...facts };
    return madeOrAsked(call, connectAct, input, () => connectionsOf(call.env, call.tenant.id), { secret });
  }),

  renew: command(connectionRoutes.renew, async (call) => {
    const { purpose, credential } = call.body;
    const { facts, secret } = await readCredential(credential);
    return madeOrAsked(call, renewAct, { purpose, ...facts }, () => connectionsOf(call.env, call.tenant.id), {
      secret,
    });
  }),

  disconnect: command(connectionRoutes.disconnect, (call) =>
    madeOrAsked(call, disconnectAct, call.body, () => connectionsOf(call.env, call.tenant.id)),
  ),

  startConsent: command(connectionRoutes.startConsent, async (call) => {
    const { env, tenant, user, sessionId, requestId, body } = call;
    const settings = consentSettings(env, requestId);
    const application = settings?.applications[body.purpose] ?? null;
    if (settings === null || application === null) throw new ApiError("consent_not_offered");
    const reason = call.headers["Approval-Reason"] ?? null;
    if (reason === null && (await mayNeedApproval(call, connectAct.kind))) {
      throw new ApiError("approval_required", { detail: "Say why in the header Approval-Reason." });
    }
    const consent = { tenantId: tenant.id, purpose: body.purpose, application, reason };
    const caller = { userId: user.id, sessionId, now: Date.now() };
    const { continueAt, expiresAt } = await beginConsent({ database: env.CONTROL, settings }, consent, caller);
    return { continueAt, expiresAt: isoTime(expiresAt) };
  }),
};

export const consentCommands = {
  finish: leadOwn(consentRoutes.finish, async ({ env, request, requestId, user, sessionId }) => {
    const settings = consentSettings(env, requestId);
    if (settings === null) throw new ApiError("not_found");
    const caller: Caller = { userId: user.id, sessionId, now: Date.now() };
    const context = { database: env.CONTROL, settings, secretsKeys: keysOf(env) };
    const step = await continueConsent(context, new URL(request.url), caller);
    if (step.kind === "continue") return leadTo(step.location);
    if (step.kind === "unknown") {
      logEvent("warn", "consent_refused", { reason: "state_unknown", userId: user.id, requestId });
      return leadTo(`${PAGES.home}?consent=expired`);
    }
    // The person may have lost the right since the consent was begun.
    const asked = { tenantIdOrSlug: step.tenantId, capability: "connection.manage" } as const;
    const access = { userId: user.id, token: null, ...asked };
    const authorization = await authorizeTenant(env, access);
    if (authorization.kind !== "granted") return leadTo(`${PAGES.home}?consent=forbidden`);
    const { slug } = authorization.tenant;
    if (step.kind === "ended") {
      const { tenantId, reason } = step;
      logEvent("warn", "consent_refused", { reason, tenantId, userId: user.id, requestId });
      return leadTo(connectionPage(slug, step.outcome, step.purpose));
    }
    const outcome = await storeConsent(authorization.env, authorization.tenant, { user, settings, step });
    logEvent("info", "consent_ended", {
      outcome,
      tenantId: step.tenantId,
      administrator: step.administrator,
      requestId,
    });
    return leadTo(connectionPage(slug, outcome, step.purpose));
  }),
};

/** Why a consent that is proven does not connect: the Microsoft tenant is not free for this one, or there is nothing beside which to restore. */
const REFUSED_CONNECTIONS: readonly ProblemCode[] = ["microsoft_tenant_taken", "not_connected"];

/** A consent that is proven connects the tenant; where connections need an approval, it asks for one. */
async function storeConsent(
  env: TenantEnv,
  tenant: TenantAccess,
  { user, settings, step }: { user: User; settings: ConsentSettings; step: ProvenConsent },
): Promise<ConsentOutcome> {
  const { purpose, directoryId, reason } = step;
  const application = settings.applications[purpose];
  if (application === null) throw new ApiError("consent_not_offered");
  const facts = { kind: "consent", certificateThumbprint: null, credentialEndsAt: null } as const;
  const input = { purpose, cloud: settings.cloud, directoryId, clientId: application.clientId, ...facts };
  const actor = { id: user.id, name: user.name };
  const context = { env, tenant, actor, secret: null, idempotencyKey: null };
  const approvals = await readApprovalSettings(env.DATABASE, tenant.id);
  if (needsApproval(connectAct.kind, approvals)) {
    if (reason === null) return "approval_required";
    await askFor(context, connectAct, input, { reason, requestHours: approvals.requestHours });
    return "waiting";
  }
  try {
    await connectAct.perform(context, input);
    return "connected";
  } catch (error) {
    if (error instanceof ApiError && REFUSED_CONNECTIONS.includes(error.code)) return "taken";
    throw error;
  }
}

function consentSettings(env: object, requestId: string): ConsentSettings | null {
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
