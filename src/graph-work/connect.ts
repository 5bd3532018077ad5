/** From a tenant to its Graph client. */
import { readConsentSettings } from "../access/consent-settings.ts";
import type { ConnectionPurpose } from "../contract/connections.ts";
import { readTenantConnection, type TenantConnection } from "../database/tenancy/tenant-connections.ts";
import { readSettings } from "../environment.ts";
import { type BudgetLimits, RequestBudget, UNIT_BUDGET } from "../graph/calls/budget.ts";
import { GraphClient } from "../graph/calls/client.ts";
import type { PermitSource } from "../graph/calls/permits.ts";
import { type GraphRuntime, platformRuntime } from "../graph/calls/runtime.ts";
import { type GraphConnection, type GraphCredential, sharedTokens, type TokenCache } from "../graph/calls/token.ts";
import { resolveCloud } from "../graph/clouds.ts";
import type { UnitContext } from "../runs/operation.ts";
import { permitsFor } from "./budget/graph-budget.ts";
import { connectionSecretContext, openSecret, SecretUnreadableError } from "../secrets/secret-box.ts";
import type { TenantEnv } from "../database/databases.ts";

export type Connecting =
  /** `clientId`: the application that the tenant knows us as. */
  | { kind: "connected"; client: GraphClient; clientId: string }
  | { kind: "not_connected" }
  /**
   * What is stored cannot be used: an unknown cloud, a credential that does not open, or the consent to an application that the deployment
   * does not have any more. Mended by connecting again.
   */
  | { kind: "connection_unusable"; cause: "cloud" | "secret" | "application" };

export interface ConnectOptions {
  /** Restores use the connection that writes, where there is one; all else the one that reads. */
  purpose?: ConnectionPurpose;
  /** One unit's budget where nothing is said. */
  budget?: BudgetLimits;
  /** Tokens of before are not used (milliseconds since the epoch); those of before the last permission check where nothing is said. */
  tokensFrom?: number;
  /** A person waits for the work: its requests pass before those of runs. */
  interactive?: boolean;
}

/** A client for a tenant. One query; no request is sent yet. */
export async function connectTenant(
  tenantId: string,
  context: UnitContext,
  { purpose = "read", tokensFrom, ...options }: ConnectOptions = {},
): Promise<Connecting> {
  const resolved = await resolveConnection(
    tenantId,
    context,
    tokensFrom === undefined ? { purpose } : { purpose, tokensFrom },
  );
  return resolved.kind === "usable" ? connected(resolved.connection, tenantId, context, options) : resolved;
}

/** A client by a connection that has been resolved before. */
export function connected(
  connection: GraphConnection,
  tenantId: string,
  context: UnitContext,
  { budget = UNIT_BUDGET, interactive = false }: Pick<ConnectOptions, "budget" | "interactive"> = {},
): Connecting {
  const permits = permitsFor(tenantId, context, interactive);
  return {
    kind: "connected",
    client: clientOf(connection, context, budget, { permits }),
    clientId: connection.clientId,
  };
}

/** How a tenant is reached, for clients of several units. */
export type Resolved = { kind: "usable"; connection: GraphConnection } | Exclude<Connecting, { kind: "connected" }>;

/** The tenant's connection with its credential open. One query. */
export async function resolveConnection(
  tenantId: string,
  context: Pick<UnitContext, "env">,
  { purpose = "read", tokensFrom }: Pick<ConnectOptions, "purpose" | "tokensFrom"> = {},
): Promise<Resolved> {
  const stored = await readTenantConnection(context.env.DATABASE, tenantId, purpose);
  if (!stored) return { kind: "not_connected" };
  const endpoints = resolveCloud(stored.cloud, readSettings(context.env));
  if (!endpoints) return { kind: "connection_unusable", cause: "cloud" };
  const credential = await credentialOf(stored, context.env);
  if (typeof credential === "string") return { kind: "connection_unusable", cause: credential };
  const connection: GraphConnection = {
    cacheKey: JSON.stringify([
      tenantId,
      endpoints,
      stored.directoryId,
      stored.clientId,
      // The sealed text changes with the credential, and says nothing of it.
      stored.sealedCredential,
      stored.connectedAt,
      tokensFrom ?? stored.tokensFrom,
    ]),
    endpoints,
    directoryId: stored.directoryId,
    clientId: stored.clientId,
    credential,
  };
  return { kind: "usable", connection };
}

/** A client of a connection that need not be stored. Without `permits` it is for tokens alone. */
export function clientOf(
  connection: GraphConnection,
  { now, signal, budget: invocation }: Pick<UnitContext, "now" | "signal" | "budget">,
  budget: BudgetLimits,
  { tokens = sharedTokens, permits }: { tokens?: TokenCache; permits?: PermitSource },
): GraphClient {
  const platform = platformRuntime(now);
  const runtime: GraphRuntime =
    invocation === undefined
      ? platform
      : { ...platform, fetch: (url, init) => invocation.gate({ to: "network" }, () => platform.fetch(url, init)) };
  const options = { connection, runtime, budget: new RequestBudget(budget, now, invocation), tokens, signal };
  return new GraphClient(permits === undefined ? options : { ...options, permits });
}

/** Forgets the tenant's tokens in this isolate. Others never look for them again: a key comes from the stored connection. */
export function forgetTokens(tenantId: string): void {
  // As keys begin: see `connectTenant`.
  sharedTokens.dropAll(`${JSON.stringify([tenantId]).slice(0, -1)},`);
}

async function credentialOf(
  stored: TenantConnection,
  env: TenantEnv,
): Promise<GraphCredential | "secret" | "application"> {
  if (stored.kind === "consent") {
    const application = readConsentSettings(env).settings?.applications[stored.purpose] ?? null;
    // What the administrator consented to was another application.
    if (application?.clientId !== stored.clientId) return "application";
    return { kind: "secret", secret: application.clientSecret };
  }
  const secret = await open(stored, env);
  if (secret === null) return "secret";
  if (stored.kind === "secret") return { kind: "secret", secret };
  return { kind: "certificate", privateKey: secret, thumbprint: stored.certificateThumbprint ?? "" };
}

async function open({ tenantId, purpose, sealedCredential }: TenantConnection, env: TenantEnv): Promise<string | null> {
  const { secretsKeys } = readSettings(env);
  if (secretsKeys === null || sealedCredential === null) return null;
  try {
    return await openSecret(secretsKeys, sealedCredential, connectionSecretContext(tenantId, purpose));
  } catch (error) {
    if (error instanceof SecretUnreadableError) return null;
    throw error;
  }
}
